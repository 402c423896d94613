"""Which role may do which verb with machines, where."""

from __future__ import annotations

from zhixuan.modules.stock.permissions import KEEP, VIEW
from zhixuan.modules.stock.permissions import require as require
from zhixuan.shared.access import Role

__all__ = ["COUNT", "LIMIT", "RECORD", "REFILL", "SETTLE", "SET_UP", "VIEW", "require"]

REFILL = COUNT = SETTLE = RECORD = KEEP
SET_UP = frozenset({Role.TOWNSHIP_OFFICER, Role.STATION_OFFICER, Role.ADMINISTRATOR})
LIMIT = frozenset({Role.STATION_OFFICER, Role.ADMINISTRATOR})
