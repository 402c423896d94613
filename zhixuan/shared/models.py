"""Tables every module writes to: the audit trail and the jobs. They name people and objects, not point at them."""

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
            models.Index(fields=["-at", "-id"], name="audit_latest"),
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
