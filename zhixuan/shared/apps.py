from django.apps import AppConfig


class SharedConfig(AppConfig):
    name = "zhixuan.shared"
    label = "shared"
