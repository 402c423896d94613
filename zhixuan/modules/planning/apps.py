from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "zhixuan.modules.planning"
    label = "planning"
