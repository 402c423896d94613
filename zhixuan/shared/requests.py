"""The request as screens and API get it: the middleware has added who is asking."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from zhixuan.shared.access import Actor


class ActorRequest(HttpRequest):
    """A request with its actor; for annotations only, no request is made from this class."""

    actor: Actor
    place_name: str
    htmx: HtmxDetails
