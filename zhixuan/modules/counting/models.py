"""Counts: the sheet, its lines, and every number anybody counted."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhixuan.rules.counting.states import CountState

STATE_LABELS = {
    CountState.OPENED: pgettext_lazy("count", "Opened"),
    CountState.COUNTING: pgettext_lazy("count", "Being counted"),
    CountState.COUNTED: pgettext_lazy("count", "Counted"),
    CountState.RECOUNT: pgettext_lazy("count", "Being counted again"),
    CountState.APPROVED: pgettext_lazy("count", "Approved"),
    CountState.POSTED: pgettext_lazy("count", "Posted"),
    CountState.CANCELLED: pgettext_lazy("count", "Cancelled"),
}


class Count(models.Model):
    """A count sheet of one facility."""

    class Scope(models.TextChoices):
        ALL = "all", _("All products")
        GROUP = "group", _("One group of products")
        CHOSEN = "chosen", _("Chosen products (a shelf)")

    command_id = models.UUIDField(unique=True)
    facility = models.ForeignKey("directory.Facility", on_delete=models.PROTECT, related_name="counts")
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    number = models.CharField(max_length=60, unique=True)
    scope = models.CharField(max_length=8, choices=Scope)
    product_ids = models.JSONField(default=list, help_text="what the scope comes to; empty for all")
    moved_since = models.DateField(null=True, help_text="only lots that came or went on that day or later")
    with_quarantine = models.BooleanField()
    blind = models.BooleanField(help_text="book quantities are not shown while counting")
    state = models.CharField(max_length=10, choices=[(one.value, STATE_LABELS[one]) for one in CountState])
    after_event = models.BigIntegerField(help_text="latest event of the ledger when the sheet was opened")
    note = models.CharField(max_length=500, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.BigIntegerField(null=True)
    opened_by_name = models.CharField(max_length=150)
    finished_at = models.DateTimeField(null=True)
    finished_by_name = models.CharField(max_length=150, blank=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.BigIntegerField(null=True)
    approved_by_name = models.CharField(max_length=150, blank=True)
    approval_note = models.CharField(max_length=500, blank=True)
    approved_differences = models.JSONField(default=dict, help_text="pieces by line, as they were approved")
    ended_at = models.DateTimeField(null=True, help_text="posted or cancelled")
    ended_by_name = models.CharField(max_length=150, blank=True)
    counted_on = models.DateField(null=True, help_text="day of the latest number, once posted")
    event = models.OneToOneField("stock.Event", null=True, on_delete=models.PROTECT, related_name="+")
    totals = models.JSONField(
        default=dict, help_text="once posted: lots, exact, book, difference (sum of absolutes), net"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["facility", "year", "sequence"], name="count_number_once")]
        indexes = [models.Index(fields=["facility", "-opened_at"], name="count_of_facility")]


class CountLine(models.Model):
    """A lot on a sheet. What was counted last stands here; every number stands in `Tally`."""

    count = models.ForeignKey(Count, on_delete=models.CASCADE, related_name="lines", db_index=False)
    facility = models.ForeignKey("directory.Facility", on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.PositiveIntegerField()
    product = models.ForeignKey("catalogue.Product", on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey("catalogue.Item", on_delete=models.PROTECT, related_name="+", db_index=False)
    lot = models.ForeignKey("stock.Lot", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    held = models.BooleanField(help_text="lies in quarantine")
    lot_number = models.CharField(max_length=40)
    expires_on = models.DateField()
    found = models.BooleanField(default=False, help_text="was not in the books here when the sheet was opened")
    open = models.BooleanField(default=True, help_text="the count has neither been posted nor cancelled")
    tallies = models.PositiveIntegerField(default=0)
    counted = models.BigIntegerField(null=True, help_text="pieces")
    counted_at = models.DateTimeField(null=True)
    counted_by = models.BigIntegerField(null=True)
    counted_by_name = models.CharField(max_length=150, blank=True)
    recount = models.BooleanField(default=False, help_text="to be counted again")
    left_out = models.BooleanField(default=False, help_text="not counted: the books stay as they are")
    accepted = models.BooleanField(default=False, help_text="somebody looked at the difference and accepts it")
    reason = models.CharField(max_length=24, blank=True)
    reason_note = models.CharField(max_length=300, blank=True)
    expected = models.BigIntegerField(null=True, help_text="pieces in the books at the moment of counting, once posted")

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["count", "position"], name="count_line_once"),
            models.UniqueConstraint(
                fields=["count", "item", "lot_number", "expires_on", "held"], name="count_lot_once_a_sheet"
            ),
            models.UniqueConstraint(
                fields=["lot", "held", "facility"], condition=Q(open=True), name="lot_on_one_open_sheet"
            ),
            models.CheckConstraint(condition=Q(counted=None) | Q(counted__gte=0), name="counted_not_negative"),
        ]


class Tally(models.Model):
    """A number somebody counted. Only added: a second count stands beside the first."""

    class Source(models.TextChoices):
        SCREEN = "screen", pgettext_lazy("tally", "On screen")
        FILE = "file", pgettext_lazy("tally", "From a file")
        PROGRAM = "program", pgettext_lazy("tally", "By a program")
        NONE_THERE = "none", pgettext_lazy("tally", "Taken for none on finishing")

    command_id = models.UUIDField(unique=True)
    line = models.ForeignKey(CountLine, on_delete=models.CASCADE, related_name="numbers")
    pieces = models.BigIntegerField()
    counted_at = models.DateTimeField(help_text="when the shelf looked like that")
    received_at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    source = models.CharField(max_length=8, choices=Source)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pieces__gte=0), name="tally_not_negative")]
