"""Every module's screens, and the API."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from zhixuan.config import health

urlpatterns = [
    path("health/", health.health, name="health"),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("", include("zhixuan.modules.overview.urls")),
    path("", include("zhixuan.modules.accounts.urls")),
    path("directory/", include("zhixuan.modules.directory.urls")),
    path("catalogue/", include("zhixuan.modules.catalogue.urls")),
    path("stock/", include("zhixuan.modules.stock.urls")),
    path("exchange/", include("zhixuan.modules.exchange.urls")),
]
