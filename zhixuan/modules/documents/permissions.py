"""Which role may do which verb with documents, where: as with the stock they are about."""

from __future__ import annotations

from zhixuan.modules.stock import permissions as stock
from zhixuan.shared.access import Role

VIEW = stock.VIEW
DRAW = stock.KEEP
CHECK = stock.KEEP
POST = stock.KEEP
CANCEL = stock.KEEP
CLOSE = stock.KEEP
ATTACH = stock.KEEP | frozenset({Role.AUDITOR})

require = stock.require
