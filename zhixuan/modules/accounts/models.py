"""People, the roles they hold and where, and the tokens of programs that act for them."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhixuan.shared.access import Role


class User(AbstractBaseUser):
    """A person who signs in. What they may do stands in their grants, read afresh at each request."""

    username = models.CharField(_("User name"), max_length=60, unique=True, help_text="as normal_user_name writes it")
    name = models.CharField(_("Name"), max_length=80)
    email = models.EmailField(_("Email"), blank=True)
    area = models.ForeignKey(
        "directory.Area", null=True, on_delete=models.PROTECT, related_name="+", help_text="home; empty: the whole"
    )
    language = models.CharField(max_length=10, blank=True)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    valid_until = models.DateField(null=True, blank=True)
    must_change_password = models.BooleanField(default=False)
    password_ends_at = models.DateTimeField(null=True, help_text="a temporary password is good until then")
    second_step_asked_at = models.DateTimeField(null=True, help_text="first sign-in without it; grace counts from here")
    created_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = BaseUserManager()

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class RoleGrant(models.Model):
    """One role of one person: for one facility, for an area and all below it, or, with neither, for the whole."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=24, choices=[(role.value, role.label) for role in Role])
    area = models.ForeignKey("directory.Area", null=True, on_delete=models.PROTECT, related_name="+")
    facility = models.ForeignKey("directory.Facility", null=True, on_delete=models.PROTECT, related_name="+")
    granted_by = models.BigIntegerField(null=True)
    granted_at = models.DateTimeField()
    ends_on = models.DateField(null=True, help_text="last day")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"], condition=models.Q(area=None, facility=None), name="grant_once_the_whole"
            ),
            models.UniqueConstraint(
                fields=["user", "role", "area"], condition=models.Q(facility=None), name="grant_once_an_area"
            ),
            models.UniqueConstraint(
                fields=["user", "role", "facility"], condition=~models.Q(facility=None), name="grant_once_a_facility"
            ),
            models.CheckConstraint(
                condition=models.Q(area=None) | models.Q(facility=None), name="grant_area_or_facility"
            ),
        ]


class ApiToken(models.Model):
    """A token of a program: acts as its owner, but only with one role and in one place. Only its hash is kept."""

    command_id = models.UUIDField(unique=True)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=24, choices=[(role.value, role.label) for role in Role])
    area = models.ForeignKey("directory.Area", null=True, on_delete=models.PROTECT, related_name="+")
    facility = models.ForeignKey("directory.Facility", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
