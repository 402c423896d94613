"""Plans by program: the same operations and questions as the screens."""

from ninja import Router

from zhixuan.modules.planning.api.allocation_runs import router as allocation_runs
from zhixuan.modules.planning.api.allocations import router as allocations
from zhixuan.modules.planning.api.demand import router as demand
from zhixuan.modules.planning.api.forecasts import router as forecasts

router = Router()
router.add_router("", demand)
router.add_router("", allocations)
router.add_router("", allocation_runs)
router.add_router("", forecasts)

__all__ = ["router"]
