"""Areas and facilities: where stock can be and who is answerable there."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Area(models.Model):
    """A node of the tree province > prefecture > county > township > village. Codes as in GB/T 2260 or a country's own."""

    class Level(models.TextChoices):
        NATION = "nation", _("Nation")
        PROVINCE = "province", _("Province")
        PREFECTURE = "prefecture", _("Prefecture")
        COUNTY = "county", _("County")
        TOWNSHIP = "township", _("Township or street")
        VILLAGE = "village", _("Village or community")

    code = models.CharField(max_length=20, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    level = models.CharField(max_length=12, choices=Level)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(max_length=120, unique=True, help_text="codes from the root: /42/4201/420116/")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        ordering = ["path"]


class AreaHistory(models.Model):
    """What an area was called, coded or belonged to before a change."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="history")
    code = models.CharField(max_length=20)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    path = models.CharField(max_length=120)
    valid_to = models.DateField()


class Facility(models.Model):
    """A place of the network with stock, services or both."""

    class Kind(models.TextChoices):
        WAREHOUSE = "warehouse", _("Warehouse")
        TOWNSHIP_STORE = "township_store", _("Township store")
        VILLAGE_CABINET = "village_cabinet", _("Village cabinet")
        CLINIC = "clinic", _("Clinic")
        HOSPITAL_WARD = "hospital_ward", _("Hospital ward")
        MARRIAGE_REGISTRY = "marriage_registry", _("Marriage registry")
        COMMUNITY_STATION = "community_station", _("Community station")
        INSTITUTION = "institution", _("Institution")
        VENDING_MACHINE = "vending_machine", _("Vending machine")

    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    kind = models.CharField(max_length=20, choices=Kind)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="facilities")
    area_path = models.CharField(max_length=120, db_index=True)
    supplied_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="supplies")
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    address = models.CharField(max_length=200, blank=True)
    opening_hours = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    level = models.CharField(max_length=12, choices=Area.Level, help_text="whose turnover norm it follows")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        ordering = ["area_path", "code"]


class PermittedProduct(models.Model):
    """Which products a facility may hold. A facility without rows may hold all of the catalogue."""

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="permitted_products")
    product_code = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["facility", "product_code"], name="permitted_product_once")]
