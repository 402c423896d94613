from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "zhixuan.modules.documents"
    label = "documents"
