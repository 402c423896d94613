import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial"), ("catalogue", "0001_initial")]

    operations = [
        migrations.AlterModelOptions(name="areahistory", options={"ordering": ["-valid_to", "-id"]}),
        migrations.AlterField(
            model_name="areahistory",
            name="valid_to",
            field=models.DateField(help_text="last day on which this held"),
        ),
        migrations.CreateModel(
            name="ImportDraft",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("file_name", models.CharField(max_length=200)),
                ("content", models.BinaryField(help_text="the file as it came; emptied when applied")),
                ("uploaded_by", models.BigIntegerField()),
                ("uploaded_at", models.DateTimeField()),
                ("applied_at", models.DateTimeField(null=True)),
                ("outcome", models.JSONField(default=dict, help_text="added and changed, by table")),
            ],
        ),
        migrations.AddConstraint(
            model_name="facility",
            constraint=models.CheckConstraint(
                condition=Q(longitude=None, latitude=None)
                | Q(longitude__gte=-180, longitude__lte=180, latitude__gte=-90, latitude__lte=90),
                name="facility_on_the_globe",
            ),
        ),
        migrations.AddConstraint(
            model_name="facility",
            constraint=models.CheckConstraint(
                condition=Q(supplied_by=None) | ~Q(supplied_by=F("id")), name="facility_not_supplied_by_itself"
            ),
        ),
        migrations.AddConstraint(
            model_name="facility",
            constraint=models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lte=F("valid_to")),
                name="facility_opens_before_it_closes",
            ),
        ),
        migrations.DeleteModel(name="PermittedProduct"),
        migrations.CreateModel(
            name="PermittedProduct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="permitted_products",
                        to="directory.facility",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalogue.product"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["facility", "product"], name="permitted_product_once")
                ],
            },
        ),
    ]
