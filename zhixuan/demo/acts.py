"""What happened in the demo county, as data: each act is one slip of the ledger. Facilities, products and items are
named by code and lots by their number in the history, so that the acts know nothing of a database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DemoLot:
    """A lot of the demo. `key` is its number in the history."""

    key: int
    item: str
    product: str
    number: str
    expires_on: date
    made_on: date


@dataclass(frozen=True, slots=True)
class Delivery:
    """A supplier's delivery: (lot, pieces)."""

    on: date
    facility: str
    lines: tuple[tuple[DemoLot, int], ...]
    reference: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Stock sent, first expiry first: (product, pieces). `key` is what its reception answers."""

    on: date
    key: int
    giver: str
    receiver: str
    lines: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Reception:
    """What arrived of a transfer: (lot, accepted, damaged, missing)."""

    on: date
    transfer: int
    facility: str
    lines: tuple[tuple[int, int, int, int], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """Given to clients, nobody asked who they are: (product, pieces). A machine's issue has already happened."""

    on: date
    facility: str
    lines: tuple[tuple[str, int], ...]
    already_happened: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """An adjustment with a coded reason: (lot, pieces)."""

    on: date
    facility: str
    reason: str
    lines: tuple[tuple[int, int], ...]
    note: str = ""


Act = Delivery | Transfer | Reception | Issue | Correction
