"""Methods, products and their trade items, with the factors that turn pieces into other measures."""

from __future__ import annotations

from fractions import Fraction

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Method(models.Model):
    """A contraceptive method, with its UNFPA class."""

    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    method_class = models.CharField(max_length=40)
    class_zh = models.CharField(max_length=60, blank=True)
    class_en = models.CharField(max_length=60, blank=True)
    historical = models.BooleanField(default=False, help_text="no longer issued anywhere; kept for old records")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]


class CoupleYearFactor(models.Model):
    """Couple-years of protection that one piece gives, by version of the international table. A fraction, because
    1/120 has no end as a decimal. It measures supply, never people."""

    method = models.ForeignKey(Method, on_delete=models.CASCADE, related_name="couple_year_factors")
    version = models.CharField(max_length=10)
    effective_from = models.DateField()
    numerator = models.PositiveIntegerField()
    denominator = models.PositiveIntegerField()
    source = models.CharField(max_length=500)
    verified = models.BooleanField(default=False)

    class Meta:
        ordering = ["method", "effective_from"]
        constraints = [
            models.UniqueConstraint(fields=["method", "version"], name="couple_year_factor_once"),
            models.CheckConstraint(
                condition=Q(numerator__gte=1, denominator__gte=1), name="couple_year_factor_positive"
            ),
        ]

    @property
    def couple_years_per_piece(self) -> Fraction:
        return Fraction(self.numerator, self.denominator)


class Product(models.Model):
    """A generic product: what a plan, a balance by product and a return speak of."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Regulation(models.TextChoices):
        DRUG = "drug", _("Drug")
        DEVICE = "device", _("Medical device")

    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    method = models.ForeignKey(Method, on_delete=models.PROTECT, related_name="products")
    form_zh = models.CharField(max_length=40, blank=True)
    form_en = models.CharField(max_length=60, blank=True)
    spec_zh = models.CharField(max_length=200, blank=True)
    spec_en = models.CharField(max_length=200, blank=True)
    original_name = models.CharField(max_length=200, blank=True, help_text="as in the records it comes from")
    piece_zh = models.CharField(max_length=10, help_text="the smallest dispensing unit: 只, 板, 支")
    piece_en = models.CharField(max_length=30)
    regulation = models.CharField(max_length=10, choices=Regulation)
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    effective_from = models.DateField(null=True)
    withdrawn_on = models.DateField(null=True)
    shelf_life_months_low = models.PositiveSmallIntegerField(null=True, help_text="a hint: the label decides")
    shelf_life_months_high = models.PositiveSmallIntegerField(null=True)
    storage_zh = models.CharField(max_length=120, blank=True)
    storage_en = models.CharField(max_length=160, blank=True)
    quantity_per_user_year = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    quantity_source = models.CharField(max_length=500, blank=True)
    quantity_verified = models.BooleanField(default=False)
    note_zh = models.CharField(max_length=500, blank=True)
    note_en = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=500, blank=True, help_text="in full, not as a number")
    verified = models.BooleanField(default=False)
    unverified_fields = models.JSONField(default=list, help_text="fields that are general knowledge only")
    definition = models.CharField(max_length=60, blank=True, help_text="the definition file it was loaded from")
    defined_on = models.DateField(null=True, help_text="when that file was compiled")

    class Meta:
        ordering = ["method__position", "code"]


class Replacement(models.Model):
    """A product that another took the place of, from a day on: history, forecasts and suggestions go on as the newer's.

    Never changed: ended where it was a mistake. One piece of the older is worth `newer_pieces`/`older_pieces` of the
    newer.
    """

    class Reason(models.TextChoices):
        END_OF_SUPPLY = "end_of_supply", _("End of supply")
        SPECIFICATION = "specification", _("New specification")
        DECISION = "decision", _("Decided by the authority")
        OTHER = "other", _("Other reason")

    older = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="replacements")
    newer = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="replaces")
    holds_from = models.DateField()
    reason = models.CharField(max_length=20, choices=Reason)
    note = models.CharField(max_length=300, blank=True)
    older_pieces = models.PositiveIntegerField(default=1)
    newer_pieces = models.PositiveIntegerField(default=1)
    entered_at = models.DateTimeField()
    entered_by = models.BigIntegerField(null=True)
    entered_by_name = models.CharField(max_length=150)
    ended_at = models.DateTimeField(null=True)
    ended_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["older"], condition=Q(ended_at=None), name="replacement_one_successor"),
            models.CheckConstraint(
                condition=Q(older_pieces__gte=1, newer_pieces__gte=1) & ~Q(older=models.F("newer")),
                name="replacement_possible",
            ),
        ]

    @property
    def pieces(self) -> Fraction:
        """Of the newer, for one piece of the older."""
        return Fraction(self.newer_pieces, self.older_pieces)


class Item(models.Model):
    """A trade item: one presentation of a product, by one holder, with its packing. Lots belong to items."""

    code = models.CharField(max_length=40, unique=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="items")
    gtin = models.CharField(max_length=14, unique=True, null=True, blank=True)
    brand_zh = models.CharField(max_length=120, blank=True)
    brand_en = models.CharField(max_length=120, blank=True)
    holder = models.CharField(max_length=160, blank=True)
    registration_number = models.CharField(max_length=80, blank=True)
    pieces_per_pack = models.PositiveIntegerField(default=1)
    packs_per_carton = models.PositiveIntegerField(default=1)
    status = models.CharField(max_length=10, choices=Product.Status, default=Product.Status.ACTIVE)

    class Meta:
        ordering = ["product__code", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(pieces_per_pack__gte=1, packs_per_carton__gte=1), name="item_packing_positive"
            ),
        ]


class ItemCode(models.Model):
    """A further code that a scanner may meet on an item: the GTIN of its carton or of an older pack, or the first 7
    digits of its Chinese trace codes. The item's own GTIN stands in the item."""

    class Holds(models.TextChoices):
        PACK = "pack", _("One pack")
        CARTON = "carton", _("One carton")

    code = models.CharField(max_length=14, unique=True, help_text="14 digits of a GTIN, or 7 of trace codes")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="codes")
    holds = models.CharField(max_length=10, choices=Holds, default=Holds.PACK)
    linked_at = models.DateTimeField()
    linked_by = models.BigIntegerField(null=True)
    linked_by_name = models.CharField(max_length=150)
