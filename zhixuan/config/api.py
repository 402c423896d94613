"""The REST API: every module's router under /api/, described at /api/openapi.json."""

from __future__ import annotations

from ninja import NinjaAPI

from zhixuan import __version__
from zhixuan.modules.accounts.api import API_AUTH
from zhixuan.modules.catalogue.api import router as catalogue
from zhixuan.modules.counting.api import router as counting
from zhixuan.modules.directory.api import router as directory
from zhixuan.modules.documents.api import router as documents
from zhixuan.modules.machines.api import router as machines
from zhixuan.modules.orders.api import router as orders
from zhixuan.modules.planning.api import router as planning
from zhixuan.modules.quality.api import router as quality
from zhixuan.modules.stock.api import router as stock
from zhixuan.shared.api import answer_refusals

api = NinjaAPI(
    title="Zhixuan 知选",
    version=__version__,
    description="Stock of contraceptives, true to the piece. Quantities are whole pieces; days are YYYY-MM-DD.",
    docs_url=None,
    urls_namespace="api",
    auth=API_AUTH,
)
answer_refusals(api)
api.add_router("/directory", directory, tags=["directory"])
api.add_router("/catalogue", catalogue, tags=["catalogue"])
api.add_router("/stock", stock, tags=["stock"])
api.add_router("/orders", orders, tags=["orders"])
api.add_router("/documents", documents, tags=["documents"])
api.add_router("/machines", machines, tags=["machines"])
api.add_router("/counting", counting, tags=["counting"])
api.add_router("/quality", quality, tags=["quality"])
api.add_router("/planning", planning, tags=["planning"])
