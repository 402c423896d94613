from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from zhixuan.demo import county, people
from zhixuan.demo.history import MONTHS_BACK, history
from zhixuan.demo.operations import _network
from zhixuan.demo.operations._day import Day, begin_the_day
from zhixuan.demo.operations._ledger import Ledger
from zhixuan.demo.operations._papers import RECEIVER, Desk
from zhixuan.demo.operations._people import add_people
from zhixuan.modules.accounts import queries as accounts
from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.stock.operations.close_month import close_month
from zhixuan.modules.stock.operations.seal_ledger import seal_ledger
from zhixuan.rules.periods import Month, month_range
from zhixuan.shared.access import Actor, Grant, Role


def seed(*, today: date, now: datetime, progress: Callable[[int, int], None] | None = None) -> bool:
    """Fill an empty system with the demo county: areas, facilities, people and fourteen months of stock.

    All or nothing, in one transaction. Every slip is posted by the operations people use, dated up to `today`.

    Args:
        now: aware; nothing is entered later than this.
        progress: called with acts posted and acts in all.

    Returns:
        False when the county is there already; then nothing is done.
    """
    if directory.area_by_code(county.PROVINCE) is not None:
        return False
    with transaction.atomic():
        _fill(today, now, progress or _silent)
    # Sealing takes its own transactions, over events that are committed.
    seal_ledger(at=now)
    return True


def _fill(today: date, now: datetime, progress: Callable[[int, int], None]) -> None:
    program = _program()
    began = Month.of(today).plus(-MONTHS_BACK).first_day
    at = timezone.make_aware(datetime.combine(began, datetime.min.time())) - timedelta(days=1)
    items = _network.add_items(actor=program, at=at)
    facilities = _network.add_network(since=began, actor=program, at=at)
    add_people(people.PEOPLE, actor=program, at=at)

    keepers, checkers = _keepers(facilities, today), _checkers(facilities, today)
    ids = {code: facility.pk for code, facility in facilities.items()}
    products = {code: found.pk for code, found in catalogue.products_by_code(_network.product_codes()).items()}
    ledger = Ledger(facilities=ids, products=products, items=items, keepers=keepers, checkers=checkers, now=now)
    acts = history(today)
    for number, act in enumerate(acts, 1):
        ledger.post(act)
        if number % 50 == 0:
            progress(number, len(acts))
    _close_months(facilities, began, today, ledger)
    store = county.COUNTY_STORE
    desk = Desk(ledger, ids, products, items, store, keepers[store], checkers[store], keepers[RECEIVER])
    begin_the_day(Day(desk, facilities, keepers, _station(today), program, today, now))
    progress(len(acts), len(acts))


def _program() -> Actor:
    """Who lays out the demo: may do what its acts need, everywhere."""
    roles = (Role.ADMINISTRATOR, Role.STATION_OFFICER)
    return Actor(None, "演示 demo", tuple(Grant(role, "/") for role in roles))


def _station(today: date) -> Actor:
    """The officer of the county station, whom one can try."""
    user = accounts.person_by_name("demo-station")
    return _program() if user is None else accounts.actor_of(user, on=today)


def _keepers(facilities: Mapping[str, Facility], today: date) -> dict[str, Actor]:
    """Who keeps each facility's stock: the person with an account there, else somebody with a name only."""
    keepers = {
        code: Actor(None, people.keeper_name(number), (Grant(Role.STOREKEEPER, facility.area_path, facility.pk),))
        for number, (code, facility) in enumerate(sorted(facilities.items()))
    }
    for person in reversed(people.PEOPLE):
        user = accounts.person_by_name(person.username)
        if person.place in keepers and person.role in (Role.STOREKEEPER, Role.DISPENSER) and user is not None:
            keepers[person.place] = accounts.actor_of(user, on=today)
    return keepers


def _checkers(facilities: Mapping[str, Facility], today: date) -> dict[str, Actor]:
    """Who checks what the keeper of a warehouse draws: the second keeper of the county, elsewhere a name only."""
    checkers = {
        code: Actor(None, people.keeper_name(number + 5), (Grant(Role.STOREKEEPER, facility.area_path, facility.pk),))
        for number, (code, facility) in enumerate(sorted(facilities.items()))
        if facility.kind == "warehouse"
    }
    user = accounts.person_by_name(people.CHECKER)
    if user is not None:
        checkers[county.COUNTY_STORE] = accounts.actor_of(user, on=today)
    return checkers


def _close_months(facilities: Mapping[str, Facility], began: date, today: date, ledger: Ledger) -> None:
    """Warehouses and township stores have closed their months up to the one before last."""
    program = _program()
    for month in month_range(Month.of(began), Month.of(today).plus(-2)):
        at = ledger.moment(month.last_day + timedelta(days=6))
        for facility in facilities.values():
            if facility.kind in ("warehouse", "township_store"):
                close_month(facility_id=facility.pk, month=month, actor=program, at=at)


def _silent(done: int, total: int) -> None:
    """Nobody watches."""
