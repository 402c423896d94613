import uuid

import django.db.models.deletion
from django.db import migrations, models


def nullable(to):
    return models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("directory", "0001_initial")]

    operations = [
        migrations.AddField(
            "user",
            "area",
            models.ForeignKey(
                help_text="home; empty: the whole",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.area",
            ),
        ),
        migrations.AddField(
            "user",
            "password_ends_at",
            models.DateTimeField(help_text="a temporary password is good until then", null=True),
        ),
        migrations.AddField(
            "user",
            "second_step_asked_at",
            models.DateTimeField(help_text="first sign-in without it; grace counts from here", null=True),
        ),
        migrations.AlterField(
            "user",
            "username",
            models.CharField(
                help_text="as normal_user_name writes it", max_length=60, unique=True, verbose_name="User name"
            ),
        ),
        migrations.AlterField("rolegrant", "area", nullable("directory.area")),
        migrations.AlterField("rolegrant", "ends_on", models.DateField(help_text="last day", null=True)),
        migrations.AddConstraint(
            "rolegrant",
            models.UniqueConstraint(
                fields=["user", "role"], condition=models.Q(area=None, facility=None), name="grant_once_the_whole"
            ),
        ),
        migrations.AddConstraint(
            "rolegrant",
            models.CheckConstraint(
                condition=models.Q(area=None) | models.Q(facility=None), name="grant_area_or_facility"
            ),
        ),
        migrations.AlterField("apitoken", "area", nullable("directory.area")),
        migrations.AddField(
            "apitoken", "command_id", models.UUIDField(default=uuid.uuid4, unique=True), preserve_default=False
        ),
    ]
