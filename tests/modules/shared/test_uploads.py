"""Tables that wait to be looked at."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.db import transaction

from tests.builders import NOW
from zhixuan.rules.refusal import Refused
from zhixuan.shared import uploads
from zhixuan.shared.access import ANONYMOUS, Actor, Forbidden, Unknown
from zhixuan.shared.models import Upload

KEEPER, COLLEAGUE = Actor(7, "保管员"), Actor(8, "同事")
FILE = "品种,数量\n避孕套,12\n".encode("gb18030")

pytestmark = pytest.mark.django_db


def kept(actor: Actor = KEEPER, content: bytes = FILE, command_id: UUID | None = None, subject: object = 5) -> Upload:
    return uploads.keep(
        purpose="counting.enter",
        subject=subject,
        content=content,
        file_name="盘点.csv",
        actor=actor,
        command_id=command_id or uuid4(),
        at=NOW,
    )


def applied(upload: Upload) -> None:
    with transaction.atomic():
        uploads.finish(uploads.lock(KEEPER, upload.id, "counting.enter"), {"lines": 1}, NOW)


def test_the_table_is_read_as_it_came() -> None:
    (table,) = uploads.tables_of(kept(), titles=["品种", "数量"])

    assert table.header == ("品种", "数量")
    assert [row.cells for row in table.rows] == [("避孕套", "12")]


def test_sent_twice_it_is_kept_once() -> None:
    identity = uuid4()

    assert kept(command_id=identity) == kept(command_id=identity)


def test_only_who_uploaded_it_sees_it() -> None:
    mine = kept()

    assert uploads.upload_of(KEEPER, mine.id, "counting.enter") == mine
    for actor, purpose in ((COLLEAGUE, "counting.enter"), (ANONYMOUS, "counting.enter"), (KEEPER, "orders.ask")):
        with pytest.raises(Unknown):
            uploads.upload_of(actor, mine.id, purpose)
    with pytest.raises(Forbidden):
        kept(actor=ANONYMOUS)


def test_applied_its_bytes_are_let_go_and_its_outcome_stays() -> None:
    upload = kept()
    applied(upload)

    upload.refresh_from_db()
    assert (bytes(upload.content), upload.outcome, upload.applied_at) == (b"", {"lines": 1}, NOW)


def test_a_file_applied_before_is_refused_for_the_same_subject_only() -> None:
    applied(kept())

    with pytest.raises(Refused, match="applied already"):
        kept()
    kept(subject=6)
    kept(content=FILE + b"x,1\n")


def test_a_file_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "BYTES_MAX", 5)

    with pytest.raises(Refused, match="larger"):
        kept()
    assert not Upload.objects.exists()
