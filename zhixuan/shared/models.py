"""Tables every module writes to, such as the audit trail and the jobs. They name people and objects by id only."""

from __future__ import annotations

from django.db import models


class AuditEntry(models.Model):
    """Who changed what, when: one row a write, in the same transaction. Rows outlive what they speak of."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64)
    area_path = models.CharField(max_length=120, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["at", "id"], name="audit_latest"),
            models.Index(fields=["object_type", "object_id"], name="audit_of_object"),
        ]


class Job(models.Model):
    """Work done after the answer: an import, a sealing. Claimed by a conditional UPDATE, so one worker has it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=40)
    arguments = models.JSONField(default=dict)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    area_path = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    progress = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.TextField(blank=True)
    outcome = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    claimed_by = models.CharField(max_length=80, blank=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "created_at"], name="job_queue")]


class Attachment(models.Model):
    """A photograph or PDF kept with an object of some module. The bytes lie in the media folder under a random name."""

    id = models.UUIDField(primary_key=True)
    owner_type = models.CharField(max_length=40, help_text="module and thing, as in the audit trail")
    owner_id = models.CharField(max_length=64)
    name = models.CharField(max_length=200, help_text="as the person called the file")
    kind = models.CharField(max_length=40, help_text="media type, told from the content")
    bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=80)
    added_by = models.BigIntegerField(null=True)
    added_by_name = models.CharField(max_length=150)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner_type", "owner_id", "sha256"], name="attachment_once_an_object")
        ]


class Upload(models.Model):
    """A table that somebody has uploaded: first looked at in a dry run, then applied once, by that person only.

    Its id is the command id of applying it, so a second click finds `applied_at` filled and changes nothing.
    """

    id = models.UUIDField(primary_key=True)
    purpose = models.CharField(max_length=40, help_text="module and verb, such as counting.enter")
    subject = models.CharField(max_length=64, blank=True, help_text="what it is applied to")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(help_text="the file as it came; emptied when applied")
    uploaded_by = models.BigIntegerField()
    uploaded_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["purpose", "subject", "sha256"], name="upload_of_file")]


class Command(models.Model):
    """A command a module carried out, by the id its sender gave it, and what came of it: a repeat reads the answer.

    Sending an order draws a document under the same id: each module keeps its own answer.
    """

    pk = models.CompositePrimaryKey("module", "id")
    module = models.CharField(max_length=20)
    id = models.UUIDField()
    payload_hash = models.CharField(max_length=64)
    actor_id = models.BigIntegerField(null=True)
    received_at = models.DateTimeField()
    answer = models.BigIntegerField(null=True, help_text="id of the object that came of it")


class NumberSeries(models.Model):
    """The last number given of a kind of paper at a place in a year. Its row is the lock for drawing such papers."""

    pk = models.CompositePrimaryKey("series", "place", "year")
    series = models.CharField(max_length=30, help_text="module and paper, such as orders.plan")
    place = models.CharField(max_length=120, help_text="who numbers: id of a facility or area")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()
