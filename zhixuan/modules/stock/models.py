"""The ledger: places, lots, events with their movements, balances, month-ends and seals.

Events and movements are only ever added (triggers of migration 0002 refuse UPDATE and DELETE on both databases). Only
`operations/_posting.py` writes events, movements and balances.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhixuan.rules.scanning.traces import CodeType, Direction
from zhixuan.rules.stock.ledger import EventKind, PlaceKind


class Place(models.Model):
    """Where pieces can be. A facility has a store, a quarantine, a transit (goods on their way to it) and a suspense;
    the suppliers, clients and losses of all facilities are places without a facility."""

    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in PlaceKind])
    facility = models.ForeignKey("directory.Facility", null=True, on_delete=models.PROTECT, related_name="places")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "kind"], name="place_once_a_facility"),
            models.UniqueConstraint(fields=["kind"], condition=Q(facility=None), name="place_once_a_kind"),
        ]


class Lot(models.Model):
    """One lot of one trade item. The same number with another expiry is another lot; nothing overwrites an expiry."""

    item = models.ForeignKey("catalogue.Item", on_delete=models.PROTECT, related_name="lots")
    product = models.ForeignKey("catalogue.Product", on_delete=models.PROTECT, related_name="lots")
    number = models.CharField(max_length=40, help_text="as printed; empty when none was recorded")
    expires_on = models.DateField(help_text="9999-12-31 when none was recorded")
    made_on = models.DateField(null=True)
    digest = models.CharField(max_length=64, help_text="HMAC-SHA-256 of the row")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "number", "expires_on"], name="lot_once"),
            models.CheckConstraint(
                condition=Q(made_on=None) | Q(made_on__lte=F("expires_on")), name="lot_expires_after_made"
            ),
        ]


class LotBlock(models.Model):
    """A lot that is recalled or stopped: in an area and all below it, it is not received, sent or dispensed any more.

    Named by what is printed on it, so that it also holds for lots that nobody here has seen yet.
    """

    item = models.ForeignKey("catalogue.Item", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40)
    expires_on = models.DateField(null=True, help_text="only this expiry; empty: every lot with this number")
    area_path = models.CharField(max_length=120)
    reference = models.CharField(max_length=60, help_text="number of the recall")
    blocked_at = models.DateTimeField()
    blocked_by = models.BigIntegerField(null=True)
    blocked_by_name = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "number", "area_path", "reference"], name="lot_blocked_once")
        ]


class Command(models.Model):
    """An order received, by the id its sender gave it: the first to insert it acts, a repeat reads the answer."""

    id = models.UUIDField(primary_key=True)
    payload_hash = models.CharField(max_length=64)
    actor_id = models.BigIntegerField(null=True)
    received_at = models.DateTimeField()


class CommandConflict(models.Model):
    """The same command id with another content: kept for a person to look at."""

    command_id = models.UUIDField(db_index=True)
    payload = models.JSONField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    received_at = models.DateTimeField()


class Event(models.Model):
    """One thing that happened to stock: the head of a slip. Its number is without gaps per place and year."""

    id = models.BigIntegerField(primary_key=True)
    command_id = models.UUIDField(unique=True)
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in EventKind])
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="events", db_index=False)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    on = models.DateField()
    recorded_at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    other_place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    answers = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="answered_by", db_index=False)
    reference = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=500, blank=True)
    details = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, help_text="HMAC-SHA-256 of the event and its movements")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "year", "number"], name="slip_number_once")]
        indexes = [
            models.Index(fields=["place", "on", "id"], name="event_of_place"),
            models.Index(fields=["answers"], condition=Q(answers__isnull=False), name="event_that_answers"),
        ]


class Movement(models.Model):
    """A whole number of pieces of one lot from one place to another: what leaves here arrives there, always."""

    pk = models.CompositePrimaryKey("event_id", "line")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="movements", db_index=False)
    line = models.PositiveIntegerField()
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="movements")
    product = models.ForeignKey("catalogue.Product", on_delete=models.PROTECT, related_name="+", db_index=False)
    from_place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    pieces = models.BigIntegerField()
    on = models.DateField()
    reason = models.CharField(max_length=24, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pieces__gt=0), name="movement_moves_something"),
            models.CheckConstraint(condition=~Q(from_place=F("to_place")), name="movement_goes_elsewhere"),
        ]
        indexes = [
            models.Index(fields=["from_place", "product", "on", "event"], name="movement_out"),
            models.Index(fields=["to_place", "product", "on", "event"], name="movement_in"),
        ]


class Balance(models.Model):
    """Pieces of one lot at one place now; moved in the transaction that moves the stock."""

    pk = models.CompositePrimaryKey("place_id", "lot_id")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="balances", db_index=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="balances")
    product = models.ForeignKey("catalogue.Product", on_delete=models.PROTECT, related_name="+", db_index=False)
    pieces = models.BigIntegerField()
    may_be_negative = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(may_be_negative=True) | Q(pieces__gte=0),
                name="balance_not_negative",
                violation_error_message=_("There is less in stock than that."),
            )
        ]
        indexes = [models.Index(fields=["place", "product"], name="balance_of_product")]


class SlipCounter(models.Model):
    """The last slip number given at a place in a year."""

    pk = models.CompositePrimaryKey("place_id", "year")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()


class MonthClose(models.Model):
    """A month of a store that is closed: nothing dated up to its last day is posted any more."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="closed_months")
    month = models.DateField(help_text="its first day")
    closed_at = models.DateTimeField()
    closed_by = models.BigIntegerField(null=True)
    closed_by_name = models.CharField(max_length=150)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "month"], name="month_closed_once")]


class MonthBalance(models.Model):
    """Pieces of a lot at the end of a closed month: a cache that can be rebuilt and compared."""

    close = models.ForeignKey(MonthClose, on_delete=models.CASCADE, related_name="balances")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalogue.Product", on_delete=models.PROTECT, related_name="+")
    pieces = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["close", "lot"], name="month_balance_once")]


class Seal(models.Model):
    """A link of the chain over committed events: removing, adding or changing a sealed event breaks it."""

    first_event_id = models.BigIntegerField()
    last_event_id = models.BigIntegerField()
    events = models.PositiveIntegerField()
    sealed_at = models.DateTimeField()
    digest = models.CharField(max_length=64, help_text="HMAC over the seal before and the digests of these events")


class TraceCode(models.Model):
    """The code of one pack that came in or went out with a line of a slip: a drug trace code, or GTIN and serial (UDI).

    Never of a dispensing: it would lead from a pack to the one who took it.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="trace_codes", db_index=False)
    line = models.PositiveIntegerField()
    code = models.CharField(max_length=60)
    kind = models.CharField(max_length=5, choices=[(kind.value, kind.value) for kind in CodeType])
    direction = models.CharField(max_length=3, choices=[(way.value, way.value) for way in Direction])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "code", "direction"], name="trace_code_once_a_slip")]
        indexes = [models.Index(fields=["code", "direction"], name="trace_code_where")]


class OrderLevel(models.Model):
    """Up to how many pieces a facility is filled with a product, by a forecast at a service level that an officer has
    chosen for its area. The newest only: what a suggestion stood on is kept with the line of the order."""

    facility = models.ForeignKey("directory.Facility", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalogue.Product", on_delete=models.PROTECT, related_name="+")
    pieces = models.BigIntegerField(help_text="at hand, on the way and asked for together after an order")
    service = models.DecimalField(max_digits=3, decimal_places=2)
    data_until = models.DateField(help_text="first day of the newest month that the forecast looked at")
    made_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "product"], name="order_level_once"),
            models.CheckConstraint(
                condition=Q(pieces__gte=0, service__gt=0, service__lt=1), name="order_level_possible"
            ),
        ]


class NormOverride(models.Model):
    """Another norm than that of the level, for one facility or for one level of facilities in an area. Never changed:
    ended, and a new one set."""

    facility = models.ForeignKey("directory.Facility", null=True, on_delete=models.PROTECT, related_name="+")
    area_path = models.CharField(max_length=120, blank=True, help_text="empty when it is for a facility")
    level = models.CharField(max_length=12, blank=True)
    min_months = models.DecimalField(max_digits=5, decimal_places=2)
    max_months = models.DecimalField(max_digits=5, decimal_places=2)
    emergency_months = models.DecimalField(max_digits=5, decimal_places=2)
    reason = models.CharField(max_length=300)
    set_at = models.DateTimeField()
    set_by = models.BigIntegerField(null=True)
    set_by_name = models.CharField(max_length=150)
    ended_at = models.DateTimeField(null=True)
    ended_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility"], condition=Q(ended_at=None), name="norm_once_a_facility"),
            models.UniqueConstraint(
                fields=["area_path", "level"], condition=Q(ended_at=None, facility=None), name="norm_once_an_area"
            ),
            models.CheckConstraint(
                condition=Q(min_months__gte=0, max_months__gt=F("min_months"), emergency_months__lte=F("min_months")),
                name="norm_in_order",
            ),
        ]
