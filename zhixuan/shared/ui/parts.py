"""Parts of a page that are the same for many people and requests, kept as HTML once they were made.

A part is kept by its template, the language, and the menu if it shows one: it is given nothing else, so it can say
nothing that is only of one person or one request (no name, no form, no message).
"""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

KEPT_MAX = 2_000


def made(template_name: str, navigation: object = None) -> SafeString:
    """The part in the language of the request.

    Args:
        navigation: the menu that it shows: an object that is never changed once it is made.
    """
    make = _make.__wrapped__ if settings.DEBUG else _make
    return make(template_name, get_language(), navigation)


@lru_cache(maxsize=KEPT_MAX)
def _make(template_name: str, language: str | None, navigation: object) -> SafeString:
    """`language` is what Django writes in now; it is named so that each has its own."""
    return render_to_string(template_name, {"navigation": navigation})
