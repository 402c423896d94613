from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "zhixuan.demo"
    label = "demo"
