"""The pages of allauth that are used, and no other: no sign-up, no mail."""

from __future__ import annotations

from allauth.account import views
from django.urls import include, path

from zhixuan.modules.accounts.screens.sign_in import PasswordChange, sign_in

urlpatterns = [
    path("login/", sign_in, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/", PasswordChange.as_view(), name="account_change_password"),
    path("second-step/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
