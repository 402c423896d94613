"""Every module's screens, and the API."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("zhixuan.modules.overview.urls")),
    path("", include("zhixuan.modules.accounts.urls")),
    path("directory/", include("zhixuan.modules.directory.urls")),
    path("catalogue/", include("zhixuan.modules.catalogue.urls")),
    path("stock/", include("zhixuan.modules.stock.urls")),
    path("exchange/", include("zhixuan.modules.exchange.urls")),
]
