"""Areas and facilities: where stock can be and who is answerable there."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Area(models.Model):
    """A node of the tree province > prefecture > county > township > village. Codes of GB/T 2260 or a country's own."""

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
    valid_to = models.DateField(help_text="last day on which this held")

    class Meta:
        ordering = ["-valid_to", "-id"]


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
        constraints = [
            models.CheckConstraint(
                condition=Q(longitude=None, latitude=None)
                | Q(longitude__gte=-180, longitude__lte=180, latitude__gte=-90, latitude__lte=90),
                name="facility_on_the_globe",
            ),
            models.CheckConstraint(
                condition=Q(supplied_by=None) | ~Q(supplied_by=F("id")), name="facility_not_supplied_by_itself"
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lte=F("valid_to")),
                name="facility_opens_before_it_closes",
            ),
        ]


class PermittedProduct(models.Model):
    """Which products a facility may hold. A facility without rows may hold all of the catalogue."""

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="permitted_products")
    product = models.ForeignKey("catalogue.Product", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["facility", "product"], name="permitted_product_once")]


class ImportDraft(models.Model):
    """Tables of the directory that somebody has uploaded and not yet applied: seen by that person only.

    Its id is the command id of applying it, so a second click finds `applied_at` filled and changes nothing.
    """

    id = models.UUIDField(primary_key=True)
    file_name = models.CharField(max_length=200)
    content = models.BinaryField(help_text="the file as it came; emptied when applied")
    uploaded_by = models.BigIntegerField()
    uploaded_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict, help_text="added and changed, by table")
