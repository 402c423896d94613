"""What every page needs. Shared code does not know the modules: settings name the function that lists the screens."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string


def shell(request: HttpRequest) -> dict[str, Any]:
    """`demo`, `navigation` (groups of entries) and `place` (where the person answers for), worked out when shown."""
    return {
        "demo": settings.DEMO,
        "demo_data": settings.DEMO_DATA,
        "navigation": import_string(settings.SHELL_NAVIGATION)(request),
        "place": SimpleLazyObject(lambda: import_string(settings.SHELL_PLACE)(request)),
    }
