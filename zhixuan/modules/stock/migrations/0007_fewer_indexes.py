"""Two indexes of events that every posting had to write and no question needs.

That of the place begins like two others; that of what an event answers is kept only for events that answer one. Only
the indexes are changed: to alter the columns, SQLite would copy the table, and its triggers would be gone.
"""

import django.db.models.deletion
from django.db import migrations, models

NOT_NEEDED = ("stock_event_place_id_b7ac31f0", "stock_event_answers_id_0d20a3b8")


class Migration(migrations.Migration):
    dependencies = [("stock", "0006_norm_overrides")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f"DROP INDEX IF EXISTS {name}", migrations.RunSQL.noop) for name in NOT_NEEDED
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="event",
                    name="place",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="stock.place",
                    ),
                ),
                migrations.AlterField(
                    model_name="event",
                    name="answers",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answered_by",
                        to="stock.event",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("answers__isnull", False)), fields=["answers"], name="event_that_answers"
            ),
        ),
    ]
