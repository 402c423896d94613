from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "zhixuan.modules.orders"
    label = "orders"
