"""Forecasts of monthly records that somebody brought in a file. Places and products are codes of that file.

Each is its maker's own: nobody else sees what was brought, or what came of it.
"""

from __future__ import annotations

from django.db import models

from zhixuan.modules.planning.run_models import Run


class FileForecast(Run):
    """A file as it was read, and how it is forecast; `area` is where its maker plans."""

    file_name = models.CharField(max_length=200)
    history = models.BinaryField(help_text="the fact table of the file (analytics/tables.FACTS) as Parquet")
    titles = models.JSONField(help_text="what the file calls year, month, facility and product: so does the answer")
    profile = models.CharField(max_length=10, help_text="how much work was put in: full, fast, plain")
    horizon = models.PositiveSmallIntegerField(help_text="months ahead")
    data_until = models.DateField(help_text="first day of the newest month in the file")
    series = models.PositiveIntegerField(help_text="products at places")
    missing_package = models.CharField(max_length=60, blank=True, help_text="why only the plain medians served")

    class Meta:
        indexes = [models.Index(fields=["asked_by", "-id"], name="file_forecast_latest")]


class FileForecastLine(models.Model):
    """One product at one place of the file, as forecast: pieces a month from the month after `run.data_until` on."""

    run = models.ForeignKey(FileForecast, on_delete=models.CASCADE, related_name="lines")
    facility = models.TextField(help_text="code, as the file has it")
    product = models.TextField(help_text="code, as the file has it")
    method = models.CharField(max_length=40)
    reported = models.PositiveIntegerField(help_text="months with a report it stands on")
    figures = models.JSONField(help_text="a list as long as the horizon for mean, p10, median, p80, p90, p95")
    next_median = models.DecimalField(max_digits=18, decimal_places=2)
    year_mean = models.DecimalField(max_digits=20, decimal_places=2, help_text="of the first twelve months together")
    marks = models.JSONField(default=list, help_text="odd months: (what, month)")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "facility", "product"], name="file_forecast_line_once"),
        ]
