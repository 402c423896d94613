"""The rules in force, from the definitions of the package."""

from __future__ import annotations

from functools import cache

from zhixuan.rules.quality import inspection, losses, storage
from zhixuan.rules.quality.inspection import DueRule
from zhixuan.rules.quality.losses import LossRules
from zhixuan.rules.quality.storage import StorageLimits
from zhixuan.shared import definitions

FOLDER = "quality"


@cache
def inspection_rules() -> tuple[DueRule, ...]:
    """When lots are to be looked at."""
    return inspection.read_rules(definitions.read(f"{FOLDER}/inspection.toml"), file="inspection.toml")


@cache
def storage_limits() -> StorageLimits:
    """Limits of rooms and of classes of products."""
    return storage.read_limits(definitions.read(f"{FOLDER}/storage.toml"), file="storage.toml")


@cache
def loss_rules() -> LossRules:
    """Who approves losses, who witnesses, and the bound of the rate."""
    return losses.read_rules(definitions.read(f"{FOLDER}/losses.toml"), file="losses.toml")
