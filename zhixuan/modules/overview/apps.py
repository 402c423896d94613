from django.apps import AppConfig


class OverviewConfig(AppConfig):
    name = "zhixuan.modules.overview"
    label = "overview"
