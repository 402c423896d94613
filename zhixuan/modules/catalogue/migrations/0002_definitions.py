import datetime

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0001_initial'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='coupleyearfactor',
            options={'ordering': ['method', 'effective_from']},
        ),
        migrations.RemoveField(
            model_name='coupleyearfactor',
            name='couple_years_per_piece',
        ),
        migrations.RemoveField(
            model_name='product',
            name='shelf_life_months',
        ),
        migrations.RemoveField(
            model_name='product',
            name='strength',
        ),
        migrations.AddField(
            model_name='coupleyearfactor',
            name='denominator',
            field=models.PositiveIntegerField(default=1),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='coupleyearfactor',
            name='effective_from',
            field=models.DateField(default=datetime.date(2000, 1, 1)),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='coupleyearfactor',
            name='numerator',
            field=models.PositiveIntegerField(default=1),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='method',
            name='class_en',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name='method',
            name='class_zh',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name='method',
            name='historical',
            field=models.BooleanField(default=False, help_text='no longer issued anywhere; kept for old records'),
        ),
        migrations.AddField(
            model_name='product',
            name='defined_on',
            field=models.DateField(help_text='when that file was compiled', null=True),
        ),
        migrations.AddField(
            model_name='product',
            name='definition',
            field=models.CharField(blank=True, help_text='the definition file it was loaded from', max_length=60),
        ),
        migrations.AddField(
            model_name='product',
            name='effective_from',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='product',
            name='note_en',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name='product',
            name='note_zh',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name='product',
            name='original_name',
            field=models.CharField(blank=True, help_text='as in the records it comes from', max_length=200),
        ),
        migrations.AddField(
            model_name='product',
            name='quantity_source',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name='product',
            name='quantity_verified',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='product',
            name='shelf_life_months_high',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='product',
            name='shelf_life_months_low',
            field=models.PositiveSmallIntegerField(help_text='a hint: the label decides', null=True),
        ),
        migrations.AddField(
            model_name='product',
            name='spec_en',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='product',
            name='spec_zh',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='product',
            name='unverified_fields',
            field=models.JSONField(default=list, help_text='fields that are general knowledge only'),
        ),
        migrations.AddField(
            model_name='product',
            name='withdrawn_on',
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name='coupleyearfactor',
            name='source',
            field=models.CharField(max_length=500),
        ),
        migrations.AlterField(
            model_name='product',
            name='source',
            field=models.CharField(blank=True, help_text='in full, not as a number', max_length=500),
        ),
        migrations.AddConstraint(
            model_name='coupleyearfactor',
            constraint=models.CheckConstraint(condition=models.Q(('denominator__gte', 1), ('numerator__gte', 1)), name='couple_year_factor_positive'),
        ),
    ]
