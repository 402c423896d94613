from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "zhixuan.modules.accounts"
    label = "accounts"
