"""Every module's screens, and the API."""

from __future__ import annotations

from django.urls import include, path

from zhixuan.config import health
from zhixuan.config.api import api
from zhixuan.modules.accounts.screens.language import set_language

urlpatterns = [
    path("health/", health.health, name="health"),
    path("i18n/setlang/", set_language, name="set_language"),
    path("api/", api.urls),
    path("", include("zhixuan.modules.overview.urls")),
    path("", include("zhixuan.modules.accounts.urls")),
    path("account/", include("zhixuan.modules.accounts.sign_in.urls")),
    path("directory/", include("zhixuan.modules.directory.urls")),
    path("catalogue/", include("zhixuan.modules.catalogue.urls")),
    path("stock/", include("zhixuan.modules.stock.urls")),
    path("documents/", include("zhixuan.modules.documents.urls")),
    path("orders/", include("zhixuan.modules.orders.urls")),
    path("counting/", include("zhixuan.modules.counting.urls")),
    path("quality/", include("zhixuan.modules.quality.urls")),
    path("machines/", include("zhixuan.modules.machines.urls")),
    path("planning/", include("zhixuan.modules.planning.urls")),
    path("exchange/", include("zhixuan.modules.exchange.urls")),
]
