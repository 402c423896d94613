from django.apps import AppConfig


class StockConfig(AppConfig):
    name = "zhixuan.modules.stock"
    label = "stock"
