"""Quality: inspections, what was noted against stock, storage readings, loss reports, recalls with their notices.

No table has a field for a client. Stock itself moves only by the operations of `stock`.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from zhixuan.rules.quality.inspection import Finding, Result
from zhixuan.rules.quality.losses import LossReason, LossState
from zhixuan.rules.quality.recalls import NoticeState, RecallClass, RecallKind
from zhixuan.rules.quality.storage import Measure


def _codes(values: Any) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in values]


class Inspection(models.Model):
    """One look at one lot at one facility, and what it concluded."""

    command_id = models.UUIDField(unique=True)
    facility = models.ForeignKey("directory.Facility", on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey("stock.Lot", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60, unique=True)
    on = models.DateField()
    why = models.CharField(max_length=40, blank=True, help_text="code of the rule that asked for it")
    appearance = models.CharField(max_length=8, choices=_codes(Finding))
    packaging = models.CharField(max_length=8, choices=_codes(Finding))
    seal = models.CharField(max_length=8, choices=_codes(Finding))
    label = models.CharField(max_length=8, choices=_codes(Finding))
    expiry_mark = models.CharField(max_length=8, choices=_codes(Finding))
    temperature = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    humidity = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    sampled_pieces = models.BigIntegerField()
    pieces_there = models.BigIntegerField(help_text="in store and quarantine, by the books")
    result = models.CharField(max_length=4, choices=_codes(Result))
    note = models.CharField(max_length=500, blank=True)
    event_id = models.BigIntegerField(null=True, help_text="the slip that held or released it")
    moved_pieces = models.BigIntegerField(default=0)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=150)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["facility", "lot", "-on", "-id"], name="inspection_of_lot")]


class Concern(models.Model):
    """Something noted against the stock of a facility: damp, heat, an excursion, or a complaint. Nobody is named."""

    class Kind(models.TextChoices):
        DAMP = "damp"
        HEAT = "heat"
        COMPLAINT = "complaint"

    command_id = models.UUIDField(unique=True)
    facility = models.ForeignKey("directory.Facility", on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey(
        "stock.Lot", null=True, on_delete=models.PROTECT, related_name="+", help_text="empty: every lot there"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    what = models.CharField(max_length=20, blank=True, help_text="of a complaint: what is wrong with the piece")
    on = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    by_name = models.CharField(max_length=150)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["facility", "-on"], name="concern_of_facility")]


class StorageReading(models.Model):
    """What the thermometer of a store said."""

    facility = models.ForeignKey("directory.Facility", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    temperature = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    humidity = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    imported = models.BooleanField(default=False)
    by_name = models.CharField(max_length=150)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "at"], name="reading_once"),
            models.CheckConstraint(
                condition=Q(temperature__isnull=False) | Q(humidity__isnull=False), name="reading_says_something"
            ),
        ]


class FacilityLimits(models.Model):
    """Limits of a facility's own, with their source; without a row those of the definitions hold."""

    facility = models.OneToOneField("directory.Facility", on_delete=models.PROTECT, related_name="+")
    temperature_least = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    temperature_most = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    humidity_least = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    humidity_most = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    source = models.CharField(max_length=300)
    by_name = models.CharField(max_length=150)
    set_at = models.DateTimeField()


class Excursion(models.Model):
    """A time outside the limits, worked out from the readings of a store whenever one is added."""

    facility = models.ForeignKey("directory.Facility", on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=12, choices=_codes(Measure))
    began_at = models.DateTimeField()
    last_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    extreme = models.DecimalField(max_digits=4, decimal_places=1)
    readings = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["facility", "measure", "began_at"], name="excursion_once")]
        indexes = [models.Index(fields=["facility", "-last_at"], name="excursion_of_facility")]


class LossReport(models.Model):
    """A loss report: reported by one, decided by another, destroyed before two witnesses."""

    command_id = models.UUIDField(unique=True)
    facility = models.ForeignKey("directory.Facility", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60, unique=True)
    state = models.CharField(max_length=10, choices=_codes(LossState), default=LossState.DRAWN)
    reason = models.CharField(max_length=10, choices=_codes(LossReason))
    on = models.DateField(help_text="when the loss was found")
    account = models.CharField(max_length=500, help_text="what happened")
    responsibility = models.CharField(max_length=500, blank=True, help_text="finding on who or what is responsible")
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    drawn_by = models.BigIntegerField(null=True)
    drawn_by_name = models.CharField(max_length=150)
    drawn_at = models.DateTimeField()
    submitted_by = models.BigIntegerField(null=True)
    submitted_by_name = models.CharField(max_length=150, blank=True)
    submitted_at = models.DateTimeField(null=True)
    level_needed = models.CharField(max_length=12, blank=True)
    decided_by = models.BigIntegerField(null=True)
    decided_by_name = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=500, blank=True)
    destroyed_on = models.DateField(null=True)
    method = models.CharField(max_length=20, blank=True)
    went_to = models.CharField(max_length=200, blank=True)
    event_id = models.BigIntegerField(null=True, help_text="the slip that wrote it off")
    closed_at = models.DateTimeField(null=True)
    closed_by_name = models.CharField(max_length=150, blank=True)
    earlier = models.JSONField(
        default=list, help_text="rounds undone by reversing the slip: who decided, witnessed, destroyed, and why undone"
    )

    class Meta:
        indexes = [models.Index(fields=["facility", "state"], name="loss_report_of_facility")]


class LossLine(models.Model):
    """A lot on a loss report. `in_quarantine`: those pieces lay there already when it was reported."""

    report = models.ForeignKey(LossReport, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    lot = models.ForeignKey("stock.Lot", on_delete=models.PROTECT, related_name="+")
    pieces = models.BigIntegerField()
    in_quarantine = models.BooleanField(default=False)
    price = models.DecimalField(max_digits=12, decimal_places=4, null=True, help_text="yuan a piece")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["report", "lot", "in_quarantine"], name="loss_line_once"),
            models.CheckConstraint(condition=Q(pieces__gt=0), name="loss_line_loses_something"),
        ]


class Witness(models.Model):
    """Somebody who saw the destruction and confirmed it with their own sign-in."""

    report = models.ForeignKey(LossReport, on_delete=models.CASCADE, related_name="witnesses")
    user_id = models.BigIntegerField()
    name = models.CharField(max_length=150)
    confirmed_at = models.DateTimeField()

    class Meta:
        ordering = ["confirmed_at", "id"]
        constraints = [models.UniqueConstraint(fields=["report", "user_id"], name="witness_once")]


class Recall(models.Model):
    """A lot that is called back, or stopped, in an area."""

    command_id = models.UUIDField(unique=True)
    public_id = models.UUIDField(unique=True, help_text="in the address of the public notice")
    number = models.CharField(max_length=60, unique=True)
    area = models.ForeignKey("directory.Area", on_delete=models.PROTECT, related_name="+")
    area_path = models.CharField(max_length=120, db_index=True)
    kind = models.CharField(max_length=8, choices=_codes(RecallKind))
    recall_class = models.CharField(max_length=1, choices=_codes(RecallClass))
    item = models.ForeignKey("catalogue.Item", on_delete=models.PROTECT, related_name="+")
    lot_number = models.CharField(max_length=40)
    expires_on = models.DateField(null=True)
    reason = models.CharField(max_length=500)
    action = models.CharField(max_length=500, help_text="what every facility has to do")
    answer_by = models.DateField()
    public_zh = models.CharField(max_length=1000, blank=True)
    public_en = models.CharField(max_length=1500, blank=True)
    block_id = models.BigIntegerField(null=True)
    issued_by = models.BigIntegerField(null=True)
    issued_by_name = models.CharField(max_length=150)
    issued_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by_name = models.CharField(max_length=150, blank=True)
    closing_note = models.CharField(max_length=500, blank=True)


class Notice(models.Model):
    """A recall as one facility gets it, and what it answered."""

    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, related_name="notices")
    facility = models.ForeignKey("directory.Facility", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=4, choices=_codes(NoticeState), default=NoticeState.SENT)
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by_name = models.CharField(max_length=150, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by_name = models.CharField(max_length=150, blank=True)
    book_pieces = models.BigIntegerField(null=True, help_text="in store and quarantine when it answered")
    found_pieces = models.BigIntegerField(null=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recall", "facility"], name="notice_once_a_facility")]
