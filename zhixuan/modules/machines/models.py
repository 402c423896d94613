"""Vending machines: what they are, what lies in which slot, what they told, who refilled and counted them.

The machine's stock is the store of its facility in the ledger; slots are a breakdown of it. Nothing here says who took
something: a pick-up limit keeps a token nobody can turn back, and a count (decisions/010).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhixuan.rules.machines.records import Clock, Kind


class Limit(models.Model):
    """How many packs in how many days, for the machines that name it."""

    command_id = models.UUIDField(unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    area = models.ForeignKey("directory.Area", on_delete=models.PROTECT, related_name="+")
    packs = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField()
    packs_without = models.PositiveSmallIntegerField(help_text="given to whoever shows nothing")
    note = models.CharField(max_length=300, blank=True)
    door_key_print = models.CharField(max_length=64, help_text="SHA-256 of the random key the machines' doors hold")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(packs_without__gte=1), name="limit_never_asks_for_a_document"),
            models.CheckConstraint(condition=Q(packs__gte=1, days__gte=1), name="limit_positive"),
        ]


class PickUpCount(models.Model):
    """Packs taken with a token in the window that ends on `until`. The token cannot be turned back, and goes soon."""

    token = models.CharField(max_length=64, primary_key=True)
    packs = models.PositiveIntegerField()
    until = models.DateField()


class Throttle(models.Model):
    """How often one source did something in one hour; the source is a keyed digest that goes with the hour."""

    digest = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)


class Machine(models.Model):
    """A vending machine: what is said of a facility of that kind besides the directory."""

    facility = models.OneToOneField(
        "directory.Facility", on_delete=models.PROTECT, primary_key=True, related_name="machine"
    )
    model = models.CharField(max_length=80, blank=True)
    serial = models.CharField(max_length=80, blank=True)
    place_zh = models.CharField(max_length=160, blank=True)
    place_en = models.CharField(max_length=200, blank=True)
    hint_zh = models.CharField(max_length=300, blank=True, help_text="how to find it")
    hint_en = models.CharField(max_length=300, blank=True)
    service_phone = models.CharField(max_length=40, blank=True)
    installed_on = models.DateField(null=True)
    visit_every_days = models.PositiveSmallIntegerField(default=14)
    refill_point_percent = models.PositiveSmallIntegerField(default=25)
    silent_after_days = models.PositiveSmallIntegerField(default=7)
    limit = models.ForeignKey(Limit, null=True, on_delete=models.PROTECT, related_name="machines")
    last_heard_at = models.DateTimeField(null=True, help_text="when the latest record came")


class Slot(models.Model):
    """A slot while it holds one item; with another item it is another row, so that late records find what was there."""

    machine = models.ForeignKey(Machine, on_delete=models.CASCADE, related_name="slots")
    number = models.PositiveSmallIntegerField()
    item = models.ForeignKey("catalogue.Item", on_delete=models.PROTECT, related_name="+")
    capacity = models.PositiveIntegerField(help_text="pieces")
    pieces_per_vend = models.PositiveSmallIntegerField()
    active = models.BooleanField(default=True)
    pieces = models.IntegerField(default=0, help_text="below zero when more was given than anybody noted loading")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["machine", "number"]
        constraints = [
            models.UniqueConstraint(fields=["machine", "number"], condition=Q(until=None), name="slot_number_once"),
            models.CheckConstraint(condition=Q(capacity__gte=1, pieces_per_vend__gte=1), name="slot_holds_something"),
        ]


class Batch(models.Model):
    """Records that came together: by hand, in a file, from the machine. The same id again answers the same."""

    command_id = models.UUIDField(primary_key=True)
    fingerprint = models.CharField(max_length=64)
    source = models.CharField(max_length=10)
    outcome = models.JSONField(default=dict)
    actor_name = models.CharField(max_length=150)
    at = models.DateTimeField()


class Record(models.Model):
    """Something a machine told. Vends are in the ledger too, under `event`; a vend without one waits for its slot.

    Thousands come at once: what is asked of them starts from the machine, and nothing else has an index.
    """

    machine = models.ForeignKey(Machine, on_delete=models.PROTECT, related_name="records", db_index=False)
    key = models.CharField(max_length=60, help_text="what makes it this record: see rules/machines/records.py")
    number = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in Kind])
    slot_number = models.PositiveSmallIntegerField(null=True)
    slot = models.ForeignKey(Slot, null=True, on_delete=models.PROTECT, related_name="records", db_index=False)
    pieces = models.PositiveIntegerField(default=0)
    happened_at = models.DateTimeField(null=True, help_text="as the machine told it, right or wrong")
    received_at = models.DateTimeField()
    moment = models.DateTimeField(help_text="happened_at where the clock was right, else received_at")
    clock = models.CharField(max_length=10, choices=[(clock.value, clock.value) for clock in Clock])
    number_again = models.BooleanField(default=False, help_text="the machine used this number for something else too")
    event = models.ForeignKey("stock.Event", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    undone_at = models.DateTimeField(null=True, help_text="when the slip of this vend was reversed: it did not happen")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="records", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["machine", "key"], name="machine_record_once")]
        indexes = [
            models.Index(fields=["machine", "-moment", "-id"], name="record_of_machine"),
            models.Index(fields=["machine", "number"], name="record_number"),
            models.Index(fields=["machine", "kind"], condition=Q(event=None), name="record_without_slip"),
        ]


class Visit(models.Model):
    """Somebody stood before a machine: a refill, a count, packs taken back. Its id is the command id of the form."""

    class Kind(models.TextChoices):
        REFILL = "refill"
        COUNT = "count"
        RETURN = "return"

    command_id = models.UUIDField(primary_key=True)
    fingerprint = models.CharField(max_length=64)
    kind = models.CharField(max_length=6, choices=Kind)
    machine = models.ForeignKey(Machine, on_delete=models.PROTECT, related_name="visits")
    number = models.PositiveIntegerField(help_text="of the machine, without gaps")
    giver = models.ForeignKey("directory.Facility", null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    reason = models.CharField(max_length=24, blank=True, help_text="of the difference counted")
    note = models.CharField(max_length=500, blank=True)
    events = models.JSONField(default=list, help_text="ids of the ledger's slips, in order")
    stop = models.ForeignKey("Stop", null=True, on_delete=models.SET_NULL, related_name="visits")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["machine", "number"], name="visit_number_once")]
        indexes = [models.Index(fields=["-on", "-at"], name="visit_by_day")]


class VisitLine(models.Model):
    """What was done at a slot: pieces loaded, taken out and why; or expected and counted."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="lines")
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="visit_lines")
    loaded = models.PositiveIntegerField(default=0)
    taken_out = models.PositiveIntegerField(default=0)
    why = models.CharField(max_length=24, blank=True)
    expected = models.IntegerField(null=True)
    counted = models.PositiveIntegerField(null=True)
    explained = models.PositiveIntegerField(default=0, help_text="of what was short, by vends told later")
    loaded_undone = models.BooleanField(default=False, help_text="the receipt of what was loaded was reversed")
    taken_out_undone = models.BooleanField(default=False, help_text="the slip of what was taken out was reversed")

    class Meta:
        ordering = ["visit", "slot__number"]


class Explanation(models.Model):
    """Pieces of a line's difference that the vends of one slip explain, and the slip that took the difference back."""

    line = models.ForeignKey(VisitLine, on_delete=models.PROTECT, related_name="explanations")
    vends = models.ForeignKey("stock.Event", on_delete=models.PROTECT, related_name="+")
    found = models.ForeignKey("stock.Event", on_delete=models.PROTECT, related_name="+")
    pieces = models.PositiveIntegerField()


class Route(models.Model):
    """A round: which machines, in which order, from which store, by whom."""

    command_id = models.UUIDField(unique=True)
    name = models.CharField(max_length=80)
    giver = models.ForeignKey("directory.Facility", on_delete=models.PROTECT, related_name="+")
    who = models.CharField(max_length=80, blank=True)
    on = models.DateField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-on", "-id"]


class Stop(models.Model):
    """A machine on a route."""

    route = models.ForeignKey(Route, on_delete=models.CASCADE, related_name="stops")
    machine = models.ForeignKey(Machine, on_delete=models.PROTECT, related_name="stops")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["route", "position"]
        constraints = [models.UniqueConstraint(fields=["route", "machine"], name="stop_once_a_route")]


class Fault(models.Model):
    """What somebody found wrong with a machine. The public chooses from a list: no words, no name, no number."""

    command_id = models.UUIDField(unique=True)
    machine = models.ForeignKey(Machine, on_delete=models.CASCADE, related_name="faults")
    what = models.CharField(max_length=20)
    slot_number = models.PositiveSmallIntegerField(null=True)
    by_public = models.BooleanField(default=False)
    reported_at = models.DateTimeField(help_text="to the full hour when the public reported it")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=150, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["machine", "settled_at"], name="fault_open")]
