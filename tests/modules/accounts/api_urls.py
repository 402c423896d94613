"""A small API on which the two ways to call it are tried."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import path
from ninja import NinjaAPI

from zhixuan.config.urls import urlpatterns as everything
from zhixuan.modules.accounts.api import API_AUTH

api = NinjaAPI(auth=API_AUTH, urls_namespace="tried", docs_url=None)


@api.get("/who/")
def who(request: HttpRequest) -> dict[str, object]:
    actor = request.actor  # type: ignore[attr-defined]
    return {"name": actor.name, "grants": [(g.role, g.area_path, g.facility_id) for g in actor.grants]}


@api.post("/who/")
def change(request: HttpRequest) -> dict[str, object]:
    return {"done": True}


urlpatterns = [*everything, path("api/", api.urls)]
