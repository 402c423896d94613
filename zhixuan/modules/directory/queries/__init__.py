"""Every question others may ask about areas and facilities."""

from zhixuan.modules.directory.models import Area, AreaHistory, Facility
from zhixuan.modules.directory.queries.areas import (
    AreaNode,
    ancestors_of,
    area,
    area_by_code,
    area_tree,
    areas_by_code,
    areas_for,
    history_of,
    levels_by_path,
    with_area_names,
)
from zhixuan.modules.directory.queries.facilities import (
    all_facilities,
    facilities_by_code,
    facilities_for,
    facility,
    facility_by_code,
    facility_in_sight,
    facility_kinds,
    open_on,
)
from zhixuan.modules.directory.queries.permitted import may_hold, not_permitted, permitted_product_ids
from zhixuan.modules.directory.queries.supply import (
    fed_by_the_same,
    on_one_line,
    possible_suppliers,
    siblings,
    supplied_below,
    suppliers_above,
    supplies,
)

__all__ = [
    "Area",
    "AreaHistory",
    "AreaNode",
    "Facility",
    "all_facilities",
    "ancestors_of",
    "area",
    "area_by_code",
    "area_tree",
    "areas_by_code",
    "areas_for",
    "facilities_by_code",
    "facilities_for",
    "facility",
    "facility_by_code",
    "facility_in_sight",
    "facility_kinds",
    "fed_by_the_same",
    "history_of",
    "levels_by_path",
    "may_hold",
    "not_permitted",
    "on_one_line",
    "open_on",
    "permitted_product_ids",
    "possible_suppliers",
    "siblings",
    "supplied_below",
    "suppliers_above",
    "supplies",
    "with_area_names",
]
