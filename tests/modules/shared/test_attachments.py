"""Photographs and papers kept with an object."""

from __future__ import annotations

import pytest
from django.core.files.storage import default_storage

from tests.builders import NOW
from zhixuan.rules.refusal import Refused
from zhixuan.shared import attachments
from zhixuan.shared.access import Actor, Unknown

PHOTO = b"\xff\xd8\xff\xe0 a photograph"
KEEPER = Actor(7, "保管员")

pytestmark = pytest.mark.django_db


def test_a_photograph_is_kept_and_answered_as_a_file() -> None:
    kept = attachments.attach("stock.event", 3, name="C:\\fakepath\\破损 1.jpg", content=PHOTO, actor=KEEPER, at=NOW)

    assert [one.name for one in attachments.attachments_of("stock.event", 3)] == ["破损 1.jpg"]
    answer = attachments.answer(attachments.attachment("stock.event", 3, kept.id))
    assert answer.content == PHOTO
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "破损" not in kept.stored_as


def test_the_same_photograph_twice_is_one() -> None:
    first = attachments.attach("stock.event", 3, name="a.jpg", content=PHOTO, actor=KEEPER, at=NOW)
    again = attachments.attach("stock.event", 3, name="b.jpg", content=PHOTO, actor=KEEPER, at=NOW)

    assert first == again


def test_a_file_belongs_to_its_object_alone() -> None:
    kept = attachments.attach("stock.event", 3, name="a.jpg", content=PHOTO, actor=KEEPER, at=NOW)

    for owner in (("stock.event", 4), ("orders.order", 3)):
        with pytest.raises(Unknown):
            attachments.attachment(*owner, kept.id)


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"MZ program", b"", b"<!doctype html>", b"GIF89a"])
def test_only_photographs_and_pdf_are_kept(content: bytes) -> None:
    with pytest.raises(Refused, match="PDF"):
        attachments.attach("stock.event", 3, name="a.jpg", content=content, actor=KEEPER, at=NOW)

    assert not attachments.attachments_of("stock.event", 3)


def test_what_is_too_large_is_refused_before_it_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(default_storage, "save", lambda *_: pytest.fail("stored"))
    monkeypatch.setattr(attachments, "BYTES_MAX", 10)

    with pytest.raises(Refused, match="larger"):
        attachments.attach("stock.event", 3, name="a.jpg", content=PHOTO, actor=KEEPER, at=NOW)
