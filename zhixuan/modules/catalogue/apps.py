from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "zhixuan.modules.catalogue"
    label = "catalogue"
