from django.apps import AppConfig


class CountingConfig(AppConfig):
    name = "zhixuan.modules.counting"
    label = "counting"
