"""Every "when this is due, do that" of the system: the only calls that no reader meets elsewhere, all listed here.

EVENTS: who listens when something happens (`zhixuan.shared.events.tell`), in the same transaction.
LOT_REMARKERS: who has something to say about lots that are about to go out (`zhixuan.shared.remarks`).
JOBS: what does each kind of job of the queue (`zhixuan.shared.jobs.enqueue`).
PERIODIC: what the worker does every so many seconds; safe to repeat, and to run in several workers at once.
"""

from __future__ import annotations

from typing import cast

from zhixuan.modules.exchange import jobs as imports
from zhixuan.modules.exchange.operations.confirm_import import POST_JOB
from zhixuan.modules.exchange.operations.upload_import import CHECK_JOB
from zhixuan.modules.machines.operations.forget_pick_ups import forget_pick_ups
from zhixuan.modules.machines.operations.open_machine import open_machine
from zhixuan.modules.machines.operations.refuse_reversal import refuse_reversal
from zhixuan.modules.machines.operations.undo_slip import undo_slip
from zhixuan.modules.planning import jobs as planning
from zhixuan.modules.planning.operations.request_allocation import ALLOCATION_JOB
from zhixuan.modules.planning.operations.request_file_forecast import FILE_FORECAST_JOB
from zhixuan.modules.planning.operations.request_forecast import FORECAST_JOB
from zhixuan.modules.planning.operations.request_policies import POLICY_JOB
from zhixuan.modules.quality.operations.refuse_release import refuse_release
from zhixuan.modules.quality.operations.reopen_loss import reopen_loss
from zhixuan.modules.quality.queries.inspections import remarks_at_issue
from zhixuan.modules.stock.operations.open_places import open_places
from zhixuan.modules.stock.operations.refuse_closing import refuse_closing_with_stock
from zhixuan.modules.stock.operations.seal_ledger import seal_ledger
from zhixuan.shared import events
from zhixuan.shared.remarks import Remarker
from zhixuan.shared.worker import Handler, Periodic

EVENTS: events.Listeners = {
    events.QuarantineLeft: (lambda event: refuse_release(cast("events.QuarantineLeft", event)),),
    events.SlipBeingReversed: (lambda event: refuse_reversal(cast("events.SlipBeingReversed", event)),),
    events.SlipReversed: (
        lambda event: reopen_loss(cast("events.SlipReversed", event)),
        lambda event: undo_slip(cast("events.SlipReversed", event)),
    ),
    events.FacilityAdded: (
        lambda event: open_places([cast("events.FacilityAdded", event).facility_id]),
        lambda event: open_machine(cast("events.FacilityAdded", event).facility_id),
    ),
    events.FacilityCloses: (lambda event: refuse_closing_with_stock(cast("events.FacilityCloses", event).facility_id),),
}

LOT_REMARKERS: tuple[Remarker, ...] = (remarks_at_issue,)

JOBS: dict[str, Handler] = {
    CHECK_JOB: imports.check,
    POST_JOB: imports.post,
    FORECAST_JOB: planning.forecast,
    FILE_FORECAST_JOB: planning.file_forecast,
    POLICY_JOB: planning.policies,
    ALLOCATION_JOB: planning.allocation,
}

PERIODIC: tuple[Periodic, ...] = (
    Periodic("seal the ledger", 10, lambda at: seal_ledger(at=at)),
    Periodic("forget pick-ups", 600, lambda at: forget_pick_ups(at=at)),
)
