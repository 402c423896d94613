"""Papers of a store: heads, lines, who did what with them, and what a checker answered. The ledger's rows are not here:
a posted document names the event that it became."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhixuan.rules.documents.lines import Origin
from zhixuan.rules.documents.states import DocumentKind, DocumentState, Step


class Document(models.Model):
    """The head of a paper. Its number is without gaps per facility, kind and year; a cancelled one keeps it."""

    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in DocumentKind])
    facility = models.ForeignKey("directory.Facility", on_delete=models.PROTECT, related_name="+")
    other_facility = models.ForeignKey("directory.Facility", null=True, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=[(state.value, state.value) for state in DocumentState])
    on = models.DateField(help_text="the day of the paper")
    origin = models.CharField(max_length=10, blank=True, choices=[(one.value, one.value) for one in Origin])
    supplier = models.CharField(max_length=160, blank=True)
    reference = models.CharField(max_length=120, blank=True, help_text="contract, transfer or request number")
    transport = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=500, blank=True)
    keeper = models.CharField(max_length=80, blank=True)
    acceptor = models.CharField(max_length=80, blank=True)
    supervisor = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=20, blank=True, help_text="kind of what asked for it, such as an order")
    source_id = models.CharField(max_length=40, blank=True)
    transfer = models.ForeignKey(
        "stock.Event", null=True, on_delete=models.PROTECT, related_name="+", help_text="the transfer it takes in"
    )
    event = models.OneToOneField(
        "stock.Event", null=True, on_delete=models.PROTECT, related_name="+", help_text="what it became in the ledger"
    )
    drawn_by_id = models.BigIntegerField(null=True)
    drawn_by_name = models.CharField(max_length=150)
    drawn_at = models.DateTimeField()
    checked_by_id = models.BigIntegerField(null=True)
    checked_by_name = models.CharField(max_length=150, blank=True)
    checked_at = models.DateTimeField(null=True)
    posted_by_name = models.CharField(max_length=150, blank=True)
    posted_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True, help_text="why it was cancelled or returned")
    head_answers = models.JSONField(default=dict, help_text="the two checks")
    revision = models.PositiveIntegerField(default=1, help_text="counts the changes of head and lines")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "kind", "year", "number"], name="document_number_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["posted", "closed"]) | Q(event__isnull=False), name="document_posted_has_event"
            ),
        ]
        indexes = [
            models.Index(fields=["facility", "-on", "-id"], name="document_of_facility"),
            models.Index(fields=["source", "source_id"], name="document_of_source"),
            models.Index(fields=["state", "facility"], name="document_in_state"),
        ]


class DrawnLine(models.Model):
    """One line of a document."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="lines", db_index=False)
    row = models.PositiveIntegerField()
    product = models.ForeignKey("catalogue.Product", on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey("catalogue.Item", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    pieces = models.BigIntegerField()
    asked_pieces = models.BigIntegerField(null=True)
    whole_packs = models.BooleanField(default=False)
    lot_number = models.CharField(max_length=40, blank=True)
    expires_on = models.DateField(null=True)
    made_on = models.DateField(null=True)
    other_expiry_confirmed = models.BooleanField(default=False)
    lot = models.ForeignKey("stock.Lot", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    damaged = models.BigIntegerField(default=0)
    missing = models.BigIntegerField(default=0)
    chosen = models.JSONField(default=list, help_text="[lot id, pieces], when a person named the lots")
    override_reason = models.CharField(max_length=300, blank=True)
    proposal = models.JSONField(default=list, help_text="what first expiry first out would take, and why")
    unit_price = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    appearance = models.CharField(max_length=80, blank=True)
    packaging = models.CharField(max_length=80, blank=True)
    temperature = models.CharField(max_length=40, blank=True)
    sampled_pieces = models.BigIntegerField(null=True)
    conclusion = models.CharField(max_length=10, blank=True)
    answers = models.JSONField(default=dict, help_text="the seven matches, as far as they were answered")
    proved = models.JSONField(default=list, help_text="matches answered by a scanned code")
    remark = models.CharField(max_length=200, blank=True, help_text="of the checker")
    answered_by_id = models.BigIntegerField(null=True)
    answered_by_name = models.CharField(max_length=150, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["row"]
        constraints = [
            models.UniqueConstraint(fields=["document", "row"], name="document_row_once"),
            models.CheckConstraint(
                condition=Q(pieces__gte=0, damaged__gte=0, missing__gte=0), name="document_line_counts"
            ),
        ]


class DocumentStep(models.Model):
    """History: one step with a document. Only ever added."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="steps")
    step = models.CharField(max_length=10, choices=[(step.value, step.value) for step in Step])
    state = models.CharField(max_length=10, help_text="after it")
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    reason = models.CharField(max_length=500, blank=True)
    details = models.JSONField(default=dict, help_text="what changed, from and to")

    class Meta:
        ordering = ["id"]


class DocumentCounter(models.Model):
    """The last number given at a facility for a kind in a year."""

    pk = models.CompositePrimaryKey("facility_id", "kind", "year")
    facility = models.ForeignKey("directory.Facility", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()
