"""Imports: runs, the rows they brought as they were given, and what is odd in them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ImportRun(models.Model):
    """One import of a set of files, from the first look to the proof that the ledger says what they say.

    The commands it posts under are made from its id, so that a run that is begun again posts nothing twice.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to be checked")
        CHECKED = "checked", _("Checked, not yet imported")
        REFUSED = "refused", _("Files cannot be imported")
        POSTING = "posting", _("Being imported")
        DONE = "done", pgettext_lazy("import", "Imported")
        CANCELLED = "cancelled", _("Stopped half-way")
        FAILED = "failed", pgettext_lazy("import", "Failed")

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=20, help_text="lmis: monthly stock cards")
    mapping = models.CharField(max_length=100)
    content_hash = models.CharField(max_length=64, db_index=True, help_text="SHA-256 over all files and the mapping")
    files = models.JSONField(default=list, help_text="name, sha256 and bytes of each file")
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    counts = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict, help_text="what was found or proved: see operations")
    area_path = models.CharField(max_length=120, blank=True, help_text="smallest area that holds all its facilities")
    job_id = models.UUIDField(null=True, help_text="the job that checks or posts it; none from the terminal")
    started_by = models.BigIntegerField(null=True)
    started_by_name = models.CharField(max_length=150)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at", "-id"]


class ImportedFile(models.Model):
    """A file that somebody uploaded, until it is imported; then only its fingerprint stays, in the run."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=200)
    content = models.BinaryField()


class ImportedRow(models.Model):
    """A row of a monthly stock card as it was given, in pieces. Rows are only added; a later one may take its place."""

    class Standing(models.TextChoices):
        COUNTS = "counts", _("Counts")
        SUPERSEDED = "superseded", _("Replaced by a later import")
        REPEATED = "repeated", _("Repeated in the file; a later line counts")

    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="rows")
    facility = models.ForeignKey("directory.Facility", on_delete=models.PROTECT, related_name="+", db_index=False)
    product = models.ForeignKey("catalogue.Product", on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField(help_text="its first day")
    line = models.PositiveIntegerField(help_text="line of the file or row of the sheet")
    opening = models.BigIntegerField()
    received = models.BigIntegerField()
    issued = models.BigIntegerField()
    adjusted = models.BigIntegerField(help_text="signed")
    closing = models.BigIntegerField()
    stockout_days = models.IntegerField(null=True)
    ordered = models.BigIntegerField(null=True)
    others = models.JSONField(default=dict, help_text="further columns as they were written, by title")
    fingerprint = models.CharField(max_length=32, help_text="of all values")
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.COUNTS)
    superseded_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    command_id = models.UUIDField(help_text="the command under which the batch of this row was posted")
    start_slip = models.ForeignKey("stock.Event", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    end_slip = models.ForeignKey("stock.Event", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "product", "month"], condition=Q(standing="counts"), name="card_row_counts_once"
            )
        ]
        indexes = [models.Index(fields=["facility", "month"], name="card_row_of_month")]


class Finding(models.Model):
    """Something odd in the rows of one series. A later import that touches the series finds anew and retires these."""

    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=24)
    severity = models.CharField(max_length=8)
    rank = models.PositiveSmallIntegerField(help_text="1 error, 2 warning, 3 note: to sort by")
    facility = models.ForeignKey("directory.Facility", on_delete=models.PROTECT, related_name="+", db_index=False)
    product = models.ForeignKey("catalogue.Product", on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField(help_text="its first day")
    lines = models.JSONField(default=list, help_text="lines of the rows it stands on")
    row_ids = models.JSONField(default=list, help_text="the rows it stands on")
    message = models.CharField(max_length=300, help_text="sentence with {named} fields, to be translated")
    numbers = models.JSONField(default=dict, help_text="values of the named fields")
    retired_by = models.ForeignKey(ImportRun, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        indexes = [
            models.Index(fields=["facility", "product", "month"], name="finding_of_series"),
            models.Index(fields=["month"], name="finding_of_month", condition=Q(retired_by=None)),
        ]
