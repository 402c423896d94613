import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('planning', '0010_file_forecasts'),
    ]

    operations = [
        migrations.CreateModel(
            name='DemandComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('saying', models.CharField(choices=[('say', 'say'), ('settle', 'settle')], max_length=6)),
                ('text', models.CharField(blank=True, max_length=1000)),
                ('is_open', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
                ('actor_id', models.BigIntegerField(null=True)),
                ('actor_name', models.CharField(max_length=150)),
                ('line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='planning.demandline')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='planning.demandplan')),
                ('thread', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='planning.demandcomment')),
            ],
            options={
                'indexes': [models.Index(fields=['plan', '-id'], name='demand_comment_newest')],
            },
        ),
    ]
