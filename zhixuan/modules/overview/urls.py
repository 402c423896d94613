from __future__ import annotations

from django.urls import URLPattern, path

from zhixuan.modules.overview.screens.home import home

app_name = "overview"
urlpatterns: list[URLPattern] = [path("", home, name="home")]
