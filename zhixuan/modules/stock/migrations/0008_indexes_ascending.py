"""An ascending index, read backwards, gives the same order; new rows are put at its end and split no page at its head."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stock', '0007_fewer_indexes'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='event',
            name='event_of_place',
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['place', 'on', 'id'], name='event_of_place'),
        ),
    ]
