from django.apps import AppConfig


class MachinesConfig(AppConfig):
    name = "zhixuan.modules.machines"
    label = "machines"
