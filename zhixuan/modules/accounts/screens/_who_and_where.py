"""What the account screens share: the actor, role names, choosing a place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.accounts import queries
from zhixuan.shared.access import Actor, Forbidden, Role
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.naming import choose

PLACES_OFFERED_MAX = 1000


def actor_in(request: ActorRequest, roles: frozenset[Role]) -> Actor:
    """The person asking, who holds one of the roles somewhere.

    Raises:
        Forbidden: they do not.
    """
    actor = request.actor
    if not actor.has(roles):
        raise Forbidden
    return actor


def place_name(place: queries.Place) -> str:
    """Name and code of a place in the language of the page."""
    name = choose(place.name_zh, place.name_en)
    return f"{name} ({place.code})" if place.code else name


def role_choices(roles: Iterable[Role]) -> list[tuple[str, str | Promise]]:
    """Codes and names of roles, in the order of the list of roles."""
    chosen = frozenset(roles)
    return [(role.value, role.label) for role in Role if role in chosen]


class PlaceInput(forms.TextInput):
    """A field to type in, with the places in reach offered below it."""

    template_name = "accounts/place_input.html"

    def __init__(self, places: list[queries.Place]) -> None:
        super().__init__({"autocomplete": "off", "spellcheck": "false"})
        self.places = places

    def get_context(self, name: str, value: object, attrs: dict[str, object] | None) -> dict[str, object]:
        context: dict[str, object] = super().get_context(name, value, attrs)
        offered = [(place.code or "/", choose(place.name_zh, place.name_en)) for place in self.places]
        return {**context, "places": offered}


class PlaceField(forms.CharField):
    """An area or facility by its code, or by its name when only one in reach is called so."""

    def __init__(self, actor: Actor, roles: frozenset[Role], *, areas_only: bool = False, label: Any) -> None:
        found = queries.places_for(actor, roles, limit=PLACES_OFFERED_MAX)
        self.actor, self.roles = actor, roles
        self.places = [place for place in found if not (areas_only and place.facility_id)]
        super().__init__(
            label=label,
            max_length=160,
            help_text=_lazy("Type a code or a name and choose."),
            widget=PlaceInput(self.places),
        )

    def clean(self, value: object) -> queries.Place:
        text = str(super().clean(value)).strip()
        named = [one for one in self.places if text in {one.code or "/", one.name_zh, one.name_en}]
        if len(named) == 1:
            return named[0]
        place = queries.place_by_code(text)
        in_reach = place and self.actor.may(self.roles, area_path=place.area_path, facility_id=place.facility_id)
        if place is None or not in_reach:
            raise forms.ValidationError(
                _("There is no place “%(text)s” in your area. Choose one from the list.") % {"text": text}
            )
        return place
