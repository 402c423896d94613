from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "zhixuan.modules.exchange"
    label = "exchange"
