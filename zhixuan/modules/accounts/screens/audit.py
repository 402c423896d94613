"""The audit trail: who did what, where and when."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.accounts import permissions
from zhixuan.modules.accounts.screens._deeds import DEEDS
from zhixuan.modules.accounts.screens._who_and_where import actor_in
from zhixuan.modules.directory import queries as directory
from zhixuan.shared import audit as trail
from zhixuan.shared.audit import AuditEntry
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.filters import ChoiceFilter, DateFilter, SearchFilter
from zhixuan.shared.ui.listing import Column, Empty, Listing
from zhixuan.shared.ui.naming import choose


def deed(entry: AuditEntry) -> str:
    """The verb in words; verbs without words are shown as they are."""
    words = DEEDS.get(entry.verb)
    return str(words) if words is not None else entry.verb.replace("_", " ")


def details(entry: AuditEntry) -> str:
    """What else was noted, as it stands."""
    return ", ".join(f"{key}: {_plain(value)}" for key, value in entry.details.items() if value not in (None, ""))


def where(entry: Any) -> str:
    """The area as it is called now; what concerns the whole system says so."""
    return choose(entry.area_zh, entry.area_en) if entry.area_zh else entry.area_path.strip("/") or _("Everywhere")


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _until(entries: QuerySet[AuditEntry], day: date) -> QuerySet[AuditEntry]:
    return entries.filter(at__lt=_midnight(day + timedelta(days=1))) if day < date.max else entries


AUDIT = Listing(
    name="audit",
    title=_lazy("Audit"),
    columns=(
        Column("at", _lazy("When"), kind="datetime", sort=("at", "id")),
        Column("actor_name", _lazy("Who"), sort="actor_name", value=lambda entry: entry.actor_name or _("Nobody")),
        Column("verb", _lazy("Did what"), sort="verb", value=deed),
        Column("object", _lazy("To what"), value=lambda entry: f"{entry.object_type} {entry.object_id}"),
        Column("area_path", _lazy("Where"), value=where, sort="area_path", phone=False),
        Column("details", _lazy("Details"), value=details),
    ),
    filters=(
        SearchFilter(
            "q",
            _lazy("Search"),
            apply=lambda rows, text: rows.filter(Q(actor_name__icontains=text) | Q(object_id=text)),
            placeholder=_lazy("Who, or number of the object"),
        ),
        ChoiceFilter(
            "verb",
            _lazy("Did what"),
            choices=sorted(DEEDS.items()),
            apply=lambda rows, value: rows.filter(verb=value),
        ),
        DateFilter("since", _lazy("From day"), apply=lambda rows, day: rows.filter(at__gte=_midnight(day))),
        DateFilter("until", _lazy("To day"), apply=_until),
    ),
    default_sort="-at",
    page_size=100,
    empty=Empty(_lazy("Nothing noted"), _lazy("Choose other days or another search.")),
)


def audit(request: ActorRequest) -> HttpResponse:
    """What was done in the areas one answers for; the whole trail for those of the whole."""
    actor = actor_in(request, permissions.SEE_AUDIT)
    entries = trail.entries_in(actor.scope(permissions.SEE_AUDIT))
    return AUDIT.response(request, directory.with_area_names(entries), template="accounts/audit.html")
