"""The ledger's API: the same operations and questions as the screens."""

from ninja import Router

from zhixuan.modules.stock.api.posting import router as posting
from zhixuan.modules.stock.api.reading import router as reading

router = Router()
router.add_router("", reading)
router.add_router("", posting)

__all__ = ["router"]
