"""Which role may do which verb with documents, where: as with the stock they are about."""

from __future__ import annotations

from zhixuan.modules.stock import permissions as stock

VIEW = stock.VIEW
DRAW = stock.KEEP
CHECK = stock.KEEP
POST = stock.KEEP
CANCEL = stock.KEEP
CLOSE = stock.KEEP
ATTACH = stock.KEEP

require = stock.require
