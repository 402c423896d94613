from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "zhixuan.modules.directory"
    label = "directory"
