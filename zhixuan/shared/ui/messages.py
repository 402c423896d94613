"""Proof that something was done: said once, large, with the slip's number and the ways on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest
from django.template.loader import render_to_string

from zhixuan.shared.ui.columns import Text


@dataclass(frozen=True, slots=True)
class Link:
    """A way on: open the slip, print it, do the next one."""

    label: Text
    href: str
    icon: str = "arrow-right"


def done(request: HttpRequest, text: Text, *, detail: Text = "", number: str = "", links: Sequence[Link] = ()) -> None:
    """Show on the next page that it is done; `number` is the slip's, in large figures."""
    shown = {"text": text, "detail": detail, "number": number, "links": links}
    messages.success(request, render_to_string("ui/_done.html", shown), extra_tags="done")
