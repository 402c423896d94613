"""An ascending index, read backwards, gives the same order; new rows are put at its end and split no page at its head."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shared', '0003_commands_and_numbers'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='auditentry',
            name='audit_latest',
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['at', 'id'], name='audit_latest'),
        ),
    ]
