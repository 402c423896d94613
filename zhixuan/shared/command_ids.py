"""Command ids: made when a person opens a form or a device notes an act, so that a repeat is recognised."""

from __future__ import annotations

import uuid

import uuid_utils


def new() -> uuid.UUID:
    """A fresh UUIDv7: ordered by time of creation, unique without asking anyone."""
    return uuid.UUID(int=uuid_utils.uuid7().int)
