"""Which screens a person finds in the menu: by role, in the order of the day's work.

An entry whose URL does not exist, or that the person may not open, is left out. The menu only spares people useless
clicks; what is allowed is decided by each screen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from zhixuan.shared.access import ALL_ROLES, ANONYMOUS, Actor, Role

KEEPERS = frozenset({Role.STOREKEEPER, Role.DISPENSER, Role.CLINICIAN, Role.TOWNSHIP_OFFICER, Role.STATION_OFFICER})
ASKERS = KEEPERS | {Role.INSTITUTION_LIAISON}
DISTRIBUTORS = frozenset({Role.STOREKEEPER, Role.TOWNSHIP_OFFICER, Role.STATION_OFFICER})
OFFICERS = frozenset({Role.TOWNSHIP_OFFICER, Role.STATION_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR})
LOOKERS = KEEPERS | {Role.AUDITOR, Role.ASSESSOR, Role.ADMINISTRATOR, Role.INSTITUTION_LIAISON}
MACHINE_SEERS = KEEPERS | {Role.AUDITOR, Role.ADMINISTRATOR}
CLOSERS = frozenset({Role.STOREKEEPER, Role.TOWNSHIP_OFFICER, Role.STATION_OFFICER, Role.AUDITOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
AUDITORS = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Entry:
    """A screen in the menu; `quick` puts it into the bar at the foot of a phone."""

    label: Promise
    icon: str
    url_name: str
    roles: frozenset[Role] = ALL_ROLES
    quick: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as the person of this request sees it."""

    label: Promise
    icon: str
    href: str
    current: bool = False
    quick: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Links under one heading."""

    label: Promise | str
    entries: list[Link]


@dataclass(eq=False, slots=True)
class Navigation:
    """The menu of one person: groups for the side, quick links for a phone's foot, personal ones under the name.

    People of the same roles on the same screen share one: nothing in it is anybody's own. It is what it is to the end,
    so that its HTML can be kept (`shared/ui/parts.py`).
    """

    groups: list[Group] = field(default_factory=list)
    personal: list[Link] = field(default_factory=list)

    def __iter__(self) -> Iterable[Group]:
        return iter(self.groups)

    @property
    def quick(self) -> list[Link]:
        return [link for group in self.groups for link in group.entries if link.quick][:4]


MENU: tuple[tuple[Promise | str, tuple[Entry, ...]], ...] = (
    ("", (Entry(_lazy("Home"), "home", "overview:home", quick=True),)),
    (
        _lazy("Stock"),
        (
            Entry(_lazy("On hand"), "packages", "stock:on_hand", LOOKERS, quick=True),
            Entry(_lazy("Receive"), "package-import", "stock:receive", KEEPERS, quick=True),
            Entry(_lazy("Deliveries"), "truck-delivery", "stock:transfers", LOOKERS),
            Entry(_lazy("Transfer out"), "package-export", "stock:send", KEEPERS),
            Entry(_lazy("Send back"), "truck-return", "stock:return", KEEPERS),
            Entry(_lazy("Dispense"), "hand-grab", "stock:dispense", KEEPERS, quick=True),
            Entry(_lazy("Adjust"), "adjustments", "stock:adjust", KEEPERS),
        ),
    ),
    (
        pgettext_lazy("menu", "Papers and books"),
        (
            Entry(_lazy("Documents"), "file-text", "documents:documents", LOOKERS),
            Entry(_lazy("Slips"), "receipt", "stock:slips", LOOKERS),
            Entry(_lazy("Books"), "book", "stock:books", LOOKERS),
            Entry(_lazy("Lots"), "barcode", "stock:lots", LOOKERS),
            Entry(_lazy("Expiry"), "calendar-due", "stock:expiry", LOOKERS),
            Entry(_lazy("Where a pack went"), "scan", "stock:traces", OFFICERS | KEEPERS),
            Entry(_lazy("Suspense"), "help-circle", "stock:suspense", KEEPERS),
            Entry(_lazy("Months"), "calendar-month", "stock:months", CLOSERS),
        ),
    ),
    (
        pgettext_lazy("menu", "Orders"),
        (
            Entry(_lazy("My orders"), "shopping-cart", "orders:mine", ASKERS),
            Entry(_lazy("Orders to answer"), "inbox", "orders:to_answer", KEEPERS),
            Entry(_lazy("On the way"), "truck", "orders:on_the_way", LOOKERS),
            Entry(_lazy("Differences on arrival"), "scale", "orders:differences", LOOKERS),
            Entry(_lazy("Distributions"), "hierarchy-2", "orders:plans", DISTRIBUTORS),
        ),
    ),
    (
        pgettext_lazy("menu", "Planning"),
        (
            Entry(_lazy("Planner's desk"), "clipboard-check", "planning:desk", OFFICERS),
            Entry(_lazy("Yearly demand plans"), "calendar-stats", "planning:plans", LOOKERS),
            Entry(_lazy("Allocation plans"), "scale", "planning:allocations", LOOKERS),
            Entry(_lazy("Forecasts"), "trending-up", "planning:forecasts", LOOKERS),
        ),
    ),
    (
        pgettext_lazy("menu", "Counts and quality"),
        (
            Entry(pgettext_lazy("stock", "Counts"), "clipboard-check", "counting:counts", LOOKERS),
            Entry(_lazy("Quality desk"), "shield-check", "quality:desk", LOOKERS),
            Entry(_lazy("Inspections"), "clipboard-check", "quality:due", LOOKERS),
            Entry(_lazy("Storage log"), "thermometer", "quality:storage", LOOKERS),
            Entry(_lazy("Loss reports"), "trash", "quality:losses", LOOKERS),
            Entry(_lazy("Recalls"), "ban", "quality:recalls", LOOKERS),
        ),
    ),
    (
        _lazy("Machines"),
        (
            Entry(_lazy("Machines"), "device-desktop", "machines:machines", MACHINE_SEERS),
            Entry(_lazy("Need somebody"), "bell", "machines:needing", MACHINE_SEERS),
            Entry(_lazy("Routes"), "route", "machines:routes", MACHINE_SEERS),
            Entry(_lazy("Faults"), "alert-triangle", "machines:faults", MACHINE_SEERS),
        ),
    ),
    (
        pgettext_lazy("menu", "Network"),
        (
            Entry(_lazy("Facilities"), "building-store", "directory:facilities", quick=True),
            Entry(_lazy("Map"), "map-2", "directory:map"),
            Entry(_lazy("Areas"), "hierarchy-2", "directory:areas"),
            Entry(_lazy("Products"), "pill", "catalogue:products"),
        ),
    ),
    (
        pgettext_lazy("menu", "Data"),
        (
            Entry(_lazy("Imports"), "table-import", "exchange:imports", OFFICERS | {Role.STATISTICIAN}),
            Entry(_lazy("Data quality"), "clipboard-search", "exchange:quality", OFFICERS),
        ),
    ),
    (
        _lazy("Administration"),
        (
            Entry(_lazy("People and roles"), "users", "accounts:people", ADMINISTRATORS),
            Entry(_lazy("Audit"), "history", "accounts:audit", AUDITORS),
        ),
    ),
)

PERSONAL: tuple[Entry, ...] = (
    Entry(_lazy("My account"), "user-circle", "accounts:profile"),
    Entry(_lazy("Sign-in security"), "shield-lock", "mfa_index"),
)
EVERY = frozenset(entry.url_name for entry in (*(entry for _label, entries in MENU for entry in entries), *PERSONAL))


def navigation(request: HttpRequest) -> Navigation:
    """The menu for the person of this request."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    if actor.user_id is None:
        return NOBODYS
    prefix = get_script_prefix()
    return _menu(actor.roles, _current(request, prefix), prefix)


NOBODYS = Navigation()


@lru_cache(maxsize=500)
def _menu(roles: frozenset[Role], current: str, prefix: str) -> Navigation:
    groups = [Group(label, _links(roles, current, prefix, entries)) for label, entries in MENU]
    return Navigation([group for group in groups if group.entries], _links(roles, current, prefix, PERSONAL))


def _links(roles: frozenset[Role], current: str, prefix: str, entries: Iterable[Entry]) -> list[Link]:
    links = []
    for entry in entries:
        href = _address(entry.url_name, prefix)
        if href and (entry.roles is ALL_ROLES or not roles.isdisjoint(entry.roles)):
            links.append(Link(entry.label, entry.icon, href, entry.url_name == current, entry.quick))
    return links


@lru_cache(maxsize=500)
def _address(url_name: str, prefix: str) -> str:
    """Below the prefix that the server gave the whole system; `reverse` adds it by itself."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def _current(request: HttpRequest, prefix: str) -> str:
    """The entry of this screen, or the nearest above it: /directory/facilities/12/ keeps Facilities marked."""
    match = request.resolver_match
    if match is not None and match.view_name in EVERY:
        return match.view_name
    addresses = ((_address(name, prefix), name) for name in EVERY)
    above = [(len(href), name) for href, name in addresses if href != prefix and href and request.path.startswith(href)]
    return max(above)[1] if above else ""


def place(request: HttpRequest) -> str:
    """Where the person answers for, in words; empty for a stranger."""
    return str(getattr(request, "place_name", ""))
