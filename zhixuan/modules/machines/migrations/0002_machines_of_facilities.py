"""Facilities of the kind vending machine that are older than this module get their row."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def open_machines(apps: Any, _schema_editor: Any) -> None:
    facilities = apps.get_model("directory", "Facility").objects.filter(kind="vending_machine")
    machine = apps.get_model("machines", "Machine")
    machine.objects.bulk_create([machine(facility_id=pk) for pk in facilities.values_list("pk", flat=True)])


class Migration(migrations.Migration):
    dependencies = [("machines", "0001_initial")]
    operations = [migrations.RunPython(open_machines, migrations.RunPython.noop)]
