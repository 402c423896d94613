from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "zhixuan.modules.quality"
    label = "quality"
