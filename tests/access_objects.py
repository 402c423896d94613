"""Objects for the URLs of the access matrix: of each kind one in a place, as the arguments of its URL.

Add a builder for each new kind: it gets the world and a place and returns the URL's arguments. Everything it makes in
county B should carry CANARY in its text fields.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import polars as pl
from allauth.mfa.models import Authenticator
from django.utils import timezone

from tests.builders import (
    CANARY,
    CHECKED,
    TODAY,
    Network,
    a_delivery,
    a_facility,
    a_machine,
    a_person,
    a_transfer,
    an_actor,
    an_item,
)
from zhixuan.analytics.tables import facts
from zhixuan.modules.accounts.models import ApiToken, RoleGrant, User
from zhixuan.modules.catalogue.models import Item, Product, Replacement
from zhixuan.modules.counting.models import Count, CountLine
from zhixuan.modules.directory.models import Area, Facility, ImportDraft
from zhixuan.modules.documents.models import Document
from zhixuan.modules.documents.operations.draw_document import draw_document
from zhixuan.modules.exchange.models import Finding, ImportedRow, ImportRun
from zhixuan.modules.machines.models import Fault, Limit, Machine, Route, Slot, Stop, Visit
from zhixuan.modules.orders.models import Order, OrderLine, OrderStep, Plan, PlanLine
from zhixuan.modules.planning.models import (
    AllocationLine,
    AllocationPlan,
    AllocationRun,
    DemandComment,
    DemandLine,
    DemandPlan,
    FileForecast,
    FileForecastLine,
    ForecastRun,
    PolicyRun,
)
from zhixuan.modules.planning.queries.history_files import packed
from zhixuan.modules.quality.models import Excursion, Recall
from zhixuan.modules.quality.operations.draw_loss import LostLine, draw_loss
from zhixuan.modules.quality.operations.issue_recall import issue_recall
from zhixuan.modules.quality.operations.keep_readings import keep_readings
from zhixuan.modules.quality.operations.record_inspection import record_inspection
from zhixuan.modules.quality.operations.record_readings import record_readings
from zhixuan.modules.stock.models import Movement, NormOverride
from zhixuan.modules.stock.operations.open_places import open_places
from zhixuan.modules.stock.operations.receive_transfer import receive_transfer
from zhixuan.rules.documents.lines import DocumentLine
from zhixuan.rules.documents.states import DocumentKind
from zhixuan.rules.orders import steps
from zhixuan.rules.orders.steps import Step, Verb
from zhixuan.rules.quality import inspection as inspection_rules
from zhixuan.rules.quality.losses import LossReason
from zhixuan.rules.quality.recalls import RecallClass, RecallKind
from zhixuan.rules.quality.storage import Reading
from zhixuan.rules.stock.receiving import Arrived
from zhixuan.shared import attachments, command_ids, uploads
from zhixuan.shared.access import Role
from zhixuan.shared.attachments import attach
from zhixuan.shared.models import Upload


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an object lies: an area with the facility in it and the facility that feeds or is fed."""

    area: Area
    facility: Facility
    other: Facility
    words: str


class World:
    """The network, and what builders share."""

    def __init__(self, network: Network) -> None:
        self.network = network
        stores = (network.warehouse, network.store, network.sibling_warehouse, network.sibling_store)
        open_places(store.pk for store in stores)
        self.spots = {
            "own": Spot(network.county, network.warehouse, network.store, "own"),
            "child": Spot(network.township, network.store, network.warehouse, "child"),
            "sibling": Spot(network.sibling, network.sibling_warehouse, network.sibling_store, CANARY),
        }

        self.item: Item = an_item()


def a_dweller(world: World, spot: Spot) -> User:
    """A storekeeper of the spot."""
    return a_person(Role.STOREKEEPER, spot.facility, name=f"Keeper {spot.words}")


def person(world: World, spot: Spot) -> dict[str, Any]:
    return {"person_id": a_dweller(world, spot).pk}


def grant(world: World, spot: Spot) -> dict[str, Any]:
    return {"grant_id": RoleGrant.objects.get(user=a_dweller(world, spot)).pk}


def _token(world: World, spot: Spot) -> ApiToken:
    now = timezone.now()
    return ApiToken.objects.create(
        command_id=command_ids.new(),
        owner=a_dweller(world, spot),
        name=f"Token {spot.words}",
        digest=command_ids.new().hex,
        role=Role.STOREKEEPER,
        facility=spot.facility,
        created_at=now,
        expires_at=now + timedelta(days=9),
    )


def token(world: World, spot: Spot) -> dict[str, Any]:
    return {"token_id": _token(world, spot).pk}


def persons_token(world: World, spot: Spot) -> dict[str, Any]:
    made = _token(world, spot)
    return {"person_id": made.owner_id, "token_id": made.pk}


def key(world: World, spot: Spot) -> dict[str, Any]:
    owner = a_dweller(world, spot)
    data = {"name": f"Key {spot.words}", "credential": {}}
    return {"pk": Authenticator.objects.create(user=owner, type=Authenticator.Type.WEBAUTHN, data=data).pk}


def facility(world: World, spot: Spot) -> dict[str, Any]:
    return {"facility_id": spot.facility.pk}


def area(world: World, spot: Spot) -> dict[str, Any]:
    return {"area_id": spot.area.pk}


def directory_draft(world: World, spot: Spot) -> dict[str, Any]:
    owner = a_dweller(world, spot)
    draft = ImportDraft.objects.create(
        id=command_ids.new(),
        file_name=f"{spot.words}.csv",
        content=b"",
        uploaded_by=owner.pk,
        uploaded_at=timezone.now(),
    )
    return {"draft_id": draft.pk}


def product(world: World, spot: Spot) -> dict[str, Any]:
    return {"product_id": world.item.product_id}


def item(world: World, spot: Spot) -> dict[str, Any]:
    return {"item_id": world.item.pk}


def replacement(world: World, spot: Spot) -> dict[str, Any]:
    newer, _ = Product.objects.get_or_create(
        code="NEWER", defaults={"name_zh": "新品", "name_en": "Newer", "method": world.item.product.method}
    )
    made, _ = Replacement.objects.get_or_create(
        older=world.item.product,
        newer=newer,
        ended_at=None,
        holds_from="2020-01-01",
        defaults={"reason": "other", "entered_at": timezone.now(), "entered_by_name": "x"},
    )
    return {"replacement_id": made.pk}


def facility_month(world: World, spot: Spot) -> dict[str, Any]:
    return {"facility_id": spot.facility.pk, "month": "2026-10"}


def facility_product(world: World, spot: Spot) -> dict[str, Any]:
    a_delivery(spot.facility, world.item, lot=f"L-{spot.words}")
    return {"facility_id": spot.facility.pk, "product_id": world.item.product_id}


def facility_code(world: World, spot: Spot) -> dict[str, Any]:
    return {"code": spot.facility.code}


def facility_code_in_facility(world: World, spot: Spot) -> dict[str, Any]:
    return {"facility": spot.facility.code}


def facility_code_month(world: World, spot: Spot) -> dict[str, Any]:
    return {"facility": spot.facility.code, "month": "2026-10"}


def facility_code_product_code(world: World, spot: Spot) -> dict[str, Any]:
    a_delivery(spot.facility, world.item, lot=f"L-{spot.words}")
    return {"facility": spot.facility.code, "product": world.item.product.code}


def delivery(world: World, spot: Spot) -> dict[str, Any]:
    return {"event_id": a_delivery(spot.facility, world.item, lot=f"L-{spot.words}", note=spot.words).event_id}


def lot(world: World, spot: Spot) -> dict[str, Any]:
    event_id = a_delivery(spot.facility, world.item, lot=f"L-{spot.words}").event_id
    return {"lot_id": Movement.objects.filter(event_id=event_id).values_list("lot_id", flat=True)[0]}


def facility_lot(world: World, spot: Spot) -> dict[str, Any]:
    return {"facility_id": spot.facility.pk, **lot(world, spot)}


def norm_override(world: World, spot: Spot) -> dict[str, Any]:
    figures = {"min_months": 1, "max_months": 3, "emergency_months": "0.5"}
    made = NormOverride.objects.create(facility=spot.facility, **figures, reason=spot.words, set_at=timezone.now())
    return {"override_id": made.pk}


def transfer(world: World, spot: Spot) -> dict[str, Any]:
    """On its way to the spot."""
    a_delivery(spot.other, world.item, lot=f"L-{spot.words}")
    return {"event_id": a_transfer(spot.other, spot.facility, world.item, note=spot.words).event_id}


def consignee(world: World, spot: Spot) -> dict[str, Any]:
    """The spot's account of what it sent to the other facility."""
    a_delivery(spot.facility, world.item, lot=f"L-{spot.words}")
    a_transfer(spot.facility, spot.other, world.item, note=spot.words)
    return {"facility_id": spot.facility.pk, "consignee_id": spot.other.pk}


def _import_run(spot: Spot) -> ImportRun:
    return ImportRun.objects.create(
        id=command_ids.new(),
        kind="lmis",
        mapping="civ_lmis",
        files=[{"name": f"{spot.words}.csv", "bytes": 1}],
        state=ImportRun.State.CHECKED,
        area_path=spot.area.path,
        started_by_name=f"Importer {spot.words}",
        started_at=timezone.now(),
    )


def import_run(world: World, spot: Spot) -> dict[str, Any]:
    return {"run_id": _import_run(spot).pk}


def finding(world: World, spot: Spot) -> dict[str, Any]:
    found = Finding.objects.create(
        run=_import_run(spot),
        kind="gap",
        severity="warning",
        rank=2,
        facility=spot.facility,
        product=world.item.product,
        month="2026-10-01",
        message=f"Months without a report at {spot.words}.",
    )
    return {"finding_id": found.pk}


def facility_with_cards(world: World, spot: Spot) -> dict[str, Any]:
    quantities: dict[str, Any] = dict.fromkeys(("opening", "received", "issued", "adjusted", "closing"), 0)
    others = {"run": _import_run(spot), "line": 2, "fingerprint": "-", "command_id": command_ids.new()}
    ImportedRow.objects.get_or_create(
        facility=spot.facility, product=world.item.product, month="2026-10-01", defaults={**quantities, **others}
    )
    return {"facility_id": spot.facility.pk}


def _order(world: World, spot: Spot, *verbs: Verb) -> Order:
    """Ten pieces that the spot asks for; the steps lead to the stage."""
    stage = steps.stage([Step(verb, "somebody") for verb in (Verb.DRAW, *verbs)])
    today = timezone.localdate()
    made = Order.objects.create(
        asker=spot.facility,
        supplier=spot.other,
        year=today.year,
        number=Order.objects.count() + 1,
        kind=Order.Kind.PULL,
        note=f"Order {spot.words}",
        stage=stage,
        drawn_on=today,
        submitted_on=today if verbs else None,
    )
    agreed = 10 if Verb.APPROVE in verbs else None
    terms = {"per_month": None, "norm_months": "2", "on_hand": 0, "in_transit": 0, "asked": 0, "pieces_per_pack": 10}
    OrderLine.objects.create(order=made, position=1, product=world.item.product, terms=terms, asked=10, approved=agreed)
    for number, verb in enumerate((Verb.DRAW, *verbs), start=1):
        at = timezone.now()
        OrderStep.objects.create(order=made, number=number, verb=verb, at=at, actor_name=f"Asker {spot.words}")
    return made


def order(world: World, spot: Spot) -> dict[str, Any]:
    return {"order_id": _order(world, spot, Verb.SUBMIT).pk}


def draft_order(world: World, spot: Spot) -> dict[str, Any]:
    return {"order_id": _order(world, spot).pk}


def draft_order_line(world: World, spot: Spot) -> dict[str, Any]:
    return {"order_id": _order(world, spot).pk, "product_id": world.item.product_id}


def order_line_to_answer(world: World, spot: Spot) -> dict[str, Any]:
    return {"order_id": _order(world, spot, Verb.SUBMIT).pk, "product_id": world.item.product_id}


def order_to_send(world: World, spot: Spot) -> dict[str, Any]:
    return {"order_id": _order(world, spot, Verb.SUBMIT, Verb.APPROVE).pk}


def order_step(world: World, spot: Spot) -> dict[str, Any]:
    return {"order_id": _order(world, spot, Verb.SUBMIT).pk, "verb": "withdraw"}


def order_upload(world: World, spot: Spot) -> dict[str, Any]:
    kept = uploads.keep(
        purpose="orders.lines",
        subject=_order(world, spot).pk,
        content=b"code,asked\n",
        file_name=f"{spot.words}.csv",
        actor=an_actor(a_dweller(world, spot)),
        command_id=command_ids.new(),
        at=timezone.now(),
    )
    return {"upload_id": kept.id}


def _plan_line(world: World, spot: Spot) -> PlanLine:
    """A distribution of the spot's store."""
    now = timezone.now()
    plan = Plan.objects.create(
        giver=spot.facility,
        year=now.year,
        number=Plan.objects.count() + 1,
        state=Plan.State.DRAWN,
        note=f"Plan {spot.words}",
        drawn_on=now.date(),
        drawn_at=now,
        drawn_by_name=f"Keeper {spot.words}",
    )
    return PlanLine.objects.create(
        plan=plan, facility=spot.other, product=world.item.product, proposed=0, pieces=0, why="unknown_use"
    )


def plan(world: World, spot: Spot) -> dict[str, Any]:
    return {"plan_id": _plan_line(world, spot).plan_id}


def plan_cell(world: World, spot: Spot) -> dict[str, Any]:
    line = _plan_line(world, spot)
    return {"plan_id": line.plan_id, "line_id": line.pk}


def _demand_line(world: World, spot: Spot) -> DemandLine:
    plan = DemandPlan.objects.create(
        area=spot.area,
        year=2030 + DemandPlan.objects.count(),
        state="drawn",
        drawn_on=timezone.now().date(),
        drawn_by_name=f"Officer {spot.words}",
    )
    return DemandLine.objects.create(
        plan=plan,
        facility=spot.facility,
        product=world.item.product,
        own_use="1/3",
        passed="1/3",
        norm_months="2",
        stock=0,
        on_the_way=0,
        pieces_per_pack=1,
        use_known=True,
        proposed=5,
        pieces=5,
    )


def demand_plan(world: World, spot: Spot) -> dict[str, Any]:
    return {"plan_id": _demand_line(world, spot).plan_id}


def demand_line(world: World, spot: Spot) -> dict[str, Any]:
    line = _demand_line(world, spot)
    return {"plan_id": line.plan_id, "line_id": line.pk}


def demand_comment(world: World, spot: Spot) -> dict[str, Any]:
    line = _demand_line(world, spot)
    said = {"saying": "say", "text": f"Comment {spot.words}", "at": timezone.now(), "is_open": True}
    made = DemandComment.objects.create(plan_id=line.plan_id, line=line, actor_name="Officer", **said)
    return {"plan_id": line.plan_id, "thread_id": made.pk}


def demand_step(world: World, spot: Spot) -> dict[str, Any]:
    return {**demand_plan(world, spot), "verb": "submit"}


def _allocation_line(world: World, spot: Spot) -> AllocationLine:
    day = timezone.now().date()
    plan = AllocationPlan.objects.create(
        area=spot.area,
        year=day.year,
        number=1 + AllocationPlan.objects.count(),
        state="drawn",
        worked_out_on=day,
        drawn_on=day,
        drawn_by_name=f"Officer {spot.words}",
    )
    return AllocationLine.objects.create(
        plan=plan,
        giver=spot.other,
        facility=spot.facility,
        product=world.item.product,
        area=spot.area,
        pieces_per_pack=1,
        source="use",
        per_month="1/3",
        stock=0,
        coming=0,
        norm_months="2",
        emergency_months="1/2",
        next_months="1",
        next_on=day,
        asked=5,
        proposed=5,
        pieces=5,
        why="as_asked",
        terms={"months": "1", "floor": 0, "floor_months": "3/5", "here": 0.0, "there": None},
    )


def allocation_plan(world: World, spot: Spot) -> dict[str, Any]:
    return {"plan_id": _allocation_line(world, spot).plan_id}


def allocation_line(world: World, spot: Spot) -> dict[str, Any]:
    line = _allocation_line(world, spot)
    return {"plan_id": line.plan_id, "line_id": line.pk}


def allocation_step(world: World, spot: Spot) -> dict[str, Any]:
    return {**allocation_plan(world, spot), "verb": "submit"}


def forecast_run(world: World, spot: Spot) -> dict[str, Any]:
    run = ForecastRun.objects.create(
        area=spot.area,
        profile="plain",
        horizon=3,
        data_until="2026-10-01",
        job_id=command_ids.new(),
        asked_at=timezone.now(),
        asked_by_name=f"Officer {spot.words}",
    )
    return {"run_id": run.pk}


def allocation_run(world: World, spot: Spot) -> dict[str, Any]:
    asked = {"job_id": command_ids.new(), "asked_at": timezone.now(), "on": timezone.now().date()}
    run = AllocationRun.objects.create(area=spot.area, verb="draw", said={"giver_ids": []}, **asked)
    return {"run_id": run.pk}


def _file_forecast(world: World, spot: Spot) -> FileForecast:
    return FileForecast.objects.create(
        area=spot.area,
        file_name=f"{spot.words}.csv",
        history=packed(facts(pl.DataFrame({"facility": ["A"], "product": ["P"], "month": [TODAY], "issued": [1.0]}))),
        titles={"year": "year", "month": "month", "facility": "site_code", "product": "product_code"},
        profile="plain",
        horizon=1,
        data_until="2026-10-01",
        series=1,
        state="done",
        job_id=command_ids.new(),
        asked_at=timezone.now(),
        asked_by=a_dweller(world, spot).pk,
        asked_by_name=f"Officer {spot.words}",
    )


def file_forecast(world: World, spot: Spot) -> dict[str, Any]:
    return {"run_id": _file_forecast(world, spot).pk}


def file_forecast_file(world: World, spot: Spot) -> dict[str, Any]:
    return {**file_forecast(world, spot), "kind": "csv"}


def file_forecast_line(world: World, spot: Spot) -> dict[str, Any]:
    run = _file_forecast(world, spot)
    figures = {name: [1.0] for name in ("mean", "p10", "median", "p80", "p90", "p95")}
    line = FileForecastLine.objects.create(
        run=run, facility="A", product="P", method="medians", reported=1, figures=figures, next_median=1, year_mean=1
    )
    return {"run_id": run.pk, "line_id": line.pk}


def history_upload(world: World, spot: Spot) -> dict[str, Any]:
    one = _upload(world, spot, "planning.history", 0)
    Upload.objects.filter(pk=one.pk).update(subject=str(one.pk))
    return {"upload_id": one.pk}


def policy_run(world: World, spot: Spot) -> dict[str, Any]:
    run = PolicyRun.objects.create(
        area=spot.area,
        lead=1,
        review=1,
        shelf_life=24,
        since="2025-11-01",
        until="2026-10-01",
        job_id=command_ids.new(),
        asked_at=timezone.now(),
        asked_by_name=f"Officer {spot.words}",
    )
    return {"run_id": run.pk}


def difference(world: World, spot: Spot) -> dict[str, Any]:
    """A transfer to the spot of which ten pieces are missing."""
    a_delivery(spot.other, world.item, lot=f"L-{spot.words}")
    sent = a_transfer(spot.other, spot.facility, world.item, note=spot.words)
    lot_id = Movement.objects.filter(event_id=sent.event_id).values_list("lot_id", flat=True)[0]
    now = timezone.now()
    counted = receive_transfer(
        transfer_id=sent.event_id,
        lines=[Arrived(lot_id, 90, 0, 10)],
        on=timezone.localdate(),
        note=f"Short at {spot.words}",
        checked=CHECKED,
        actor=an_actor(a_dweller(world, spot)),
        command_id=command_ids.new(),
        at=now,
    )
    return {"event_id": counted.event_id}


def difference_file(world: World, spot: Spot) -> dict[str, Any]:
    event_id = difference(world, spot)["event_id"]
    kept = attachments.attach(
        "orders.difference",
        event_id,
        name=f"{spot.words}.pdf",
        content=b"%PDF-1.7\n%%EOF\n",
        actor=an_actor(a_dweller(world, spot)),
        at=timezone.now(),
    )
    return {"event_id": event_id, "file_id": kept.id}


def _document(world: World, spot: Spot) -> Document:
    a_delivery(spot.facility, world.item, lot=f"L-{spot.words}")
    drawn = draw_document(
        kind=DocumentKind.ISSUE,
        facility_id=spot.facility.pk,
        other_facility_id=spot.other.pk,
        lines=[DocumentLine(world.item.product_id, None, 5)],
        on=timezone.localdate(),
        note=spot.words,
        actor=a_machine(Role.STATION_OFFICER),
        command_id=command_ids.new(),
        at=timezone.now(),
    )
    return Document.objects.get(pk=drawn.id)


def document(world: World, spot: Spot) -> dict[str, Any]:
    return {"document_id": _document(world, spot).pk}


def document_kind(world: World, spot: Spot) -> dict[str, Any]:
    return {"kind": "issue"}


def document_line(world: World, spot: Spot) -> dict[str, Any]:
    made = _document(world, spot)
    return {"document_id": made.pk, "line_id": made.lines.get().pk}


def document_file(world: World, spot: Spot) -> dict[str, Any]:
    made = _document(world, spot)
    kept = attach(
        "documents.document",
        made.pk,
        name=f"{spot.words}.pdf",
        content=b"%PDF-1.7 " + spot.words.encode(),
        actor=a_machine(Role.STATION_OFFICER),
        at=timezone.now(),
    )
    return {"document_id": made.pk, "attachment_id": kept.pk}


def _machine(world: World, spot: Spot) -> Machine:
    code = f"M-{spot.facility.code}"
    facility = Facility.objects.filter(code=code).first()
    if facility is None:
        facility = a_facility(
            spot.area, code, kind=Facility.Kind.VENDING_MACHINE, supplied_by=spot.facility, name=f"Machine {spot.words}"
        )
        open_places([facility.pk])
    found, made = Machine.objects.get_or_create(
        facility=facility, defaults={"serial": f"SN {spot.words}", "service_phone": "0000-0000900"}
    )
    if made:
        now = timezone.now()
        Slot.objects.create(machine=found, number=1, item=world.item, capacity=100, pieces_per_vend=10, since=now)
    return found


def machine(world: World, spot: Spot) -> dict[str, Any]:
    return {"facility_id": _machine(world, spot).pk}


def machine_code(world: World, spot: Spot) -> dict[str, Any]:
    return {"code": _machine(world, spot).facility.code}


def machine_of_everybody(world: World, spot: Spot) -> dict[str, Any]:
    """Its page is public, so its name carries no canary."""
    found = _machine(world, replace(spot, words="public"))
    return {"code": found.facility.code}


def machine_visit(world: World, spot: Spot) -> dict[str, Any]:
    found, now = _machine(world, spot), timezone.now()
    visit = Visit.objects.create(
        command_id=command_ids.new(),
        fingerprint="-",
        kind="count",
        machine=found,
        number=Visit.objects.filter(machine=found).count() + 1,
        on=timezone.localdate(),
        at=now,
        actor_name=f"Keeper {spot.words}",
    )
    return {"command_id": visit.pk}


def machine_route(world: World, spot: Spot) -> dict[str, Any]:
    route = Route.objects.create(
        command_id=command_ids.new(), name=f"Route {spot.words}", giver=spot.facility, on=timezone.localdate()
    )
    Stop.objects.create(route=route, machine=_machine(world, spot), position=1)
    return {"route_id": route.pk}


def machine_fault(world: World, spot: Spot) -> dict[str, Any]:
    reported = {"what": "empty", "reported_at": timezone.now(), "note": spot.words}
    fault = Fault.objects.create(command_id=command_ids.new(), machine=_machine(world, spot), **reported)
    return {"fault_id": fault.pk}


def machine_limit(world: World, spot: Spot) -> dict[str, Any]:
    figures = {"packs": 3, "days": 30, "packs_without": 1}
    limit = Limit.objects.create(
        command_id=command_ids.new(), name_zh=f"Limit {spot.words}", area=spot.area, door_key_print="-", **figures
    )
    return {"limit_id": limit.pk}


def _count(world: World, spot: Spot) -> CountLine:
    """A sheet with one line that anybody who may count can fill in."""
    sequence = Count.objects.count() + 1
    one = Count.objects.create(
        command_id=command_ids.new(),
        facility=spot.facility,
        year=2026,
        sequence=sequence,
        number=f"{spot.facility.code}-{spot.words}-{sequence}",
        scope="all",
        with_quarantine=True,
        blind=False,
        state="opened",
        after_event=0,
        note=spot.words,
        opened_at=timezone.now(),
        opened_by_name=f"Keeper {spot.words}",
    )
    return CountLine.objects.create(
        count=one,
        facility=spot.facility,
        position=1,
        product=world.item.product,
        item=world.item,
        held=False,
        lot_number=f"L-{spot.words}",
        expires_on="2029-12-31",
    )


def search(world: World, spot: Spot) -> dict[str, Any]:
    """What somebody searched for: nobody else's session knows it."""
    return {"search": command_ids.new()}


def count(world: World, spot: Spot) -> dict[str, Any]:
    return {"count_id": _count(world, spot).count_id}


def count_line(world: World, spot: Spot) -> dict[str, Any]:
    line = _count(world, spot)
    return {"count_id": line.count_id, "line_id": line.pk}


def _upload(world: World, spot: Spot, purpose: str, subject: int) -> Upload:
    return Upload.objects.create(
        id=command_ids.new(),
        purpose=purpose,
        subject=str(subject),
        file_name=f"{spot.words}.csv",
        sha256=command_ids.new().hex,
        content=b"Lot\n1\n",
        uploaded_by=a_dweller(world, spot).pk,
        uploaded_at=timezone.now(),
    )


def count_upload(world: World, spot: Spot) -> dict[str, Any]:
    one = _count(world, spot).count_id
    return {"count_id": one, "upload_id": _upload(world, spot, "counting.enter", one).pk}


def machine_upload(world: World, spot: Spot) -> dict[str, Any]:
    upload = _upload(world, spot, "machines.records", 0)
    upload.subject = "template"
    upload.save(update_fields=["subject"])
    return {"upload_id": upload.pk}


def document_upload(world: World, spot: Spot) -> dict[str, Any]:
    return {"upload_id": _upload(world, spot, "documents.lines", _document(world, spot).pk).pk}


def item_upload(world: World, spot: Spot) -> dict[str, Any]:
    return {"upload_id": _upload(world, spot, "catalogue.items", 0).pk}


def opening_upload(world: World, spot: Spot) -> dict[str, Any]:
    return {"upload_id": _upload(world, spot, "counting.opening", spot.facility.pk).pk}


def _lot_id(world: World, spot: Spot) -> int:
    return int(lot(world, spot)["lot_id"])


def inspection(world: World, spot: Spot) -> dict[str, Any]:
    made = record_inspection(
        facility_id=spot.facility.pk,
        lot_id=_lot_id(world, spot),
        on=timezone.localdate(),
        findings=dict.fromkeys(inspection_rules.LOOKED_AT, inspection_rules.Finding.GOOD),
        sampled_pieces=1,
        result=inspection_rules.Result.HOLD,
        note=f"seen at {spot.words}",
        **_said(),
    )
    return {"inspection_id": made.pk}


def _said() -> dict[str, Any]:
    return {"actor": a_machine(Role.STATION_OFFICER), "command_id": command_ids.new(), "at": timezone.now()}


def excursion(world: World, spot: Spot) -> dict[str, Any]:
    now = timezone.now()
    record_readings(
        facility_id=spot.facility.pk,
        readings=[Reading(now - timedelta(hours=1), Decimal(45))],
        actor=a_machine(Role.STATION_OFFICER),
        at=now,
    )
    return {"excursion_id": Excursion.objects.get(facility=spot.facility).pk}


def logger_upload(world: World, spot: Spot) -> dict[str, Any]:
    keeper = a_dweller(world, spot)
    upload = keep_readings(
        facility_id=spot.facility.pk,
        content=f"Time,Temperature\n2026-11-01 08:00,20\n{spot.words}".encode(),
        file_name=f"{spot.words}.csv",
        actor=an_actor(keeper),
        command_id=command_ids.new(),
        at=timezone.now(),
    )
    return {"facility_id": spot.facility.pk, "upload_id": upload.pk}


def loss_report(world: World, spot: Spot) -> dict[str, Any]:
    report = draw_loss(
        facility_id=spot.facility.pk,
        reason=LossReason.DAMP,
        on=timezone.localdate(),
        lines=[LostLine(_lot_id(world, spot), 5)],
        account=f"damp at {spot.words}",
        **_said(),
    )
    return {"report_id": report.pk}


def loss_photo(world: World, spot: Spot) -> dict[str, Any]:
    report = loss_report(world, spot)
    photo = attach(
        "quality.lossreport",
        report["report_id"],
        name=f"{spot.words}.pdf",
        content=b"%PDF-1.7",
        actor=a_machine(Role.STATION_OFFICER),
        at=timezone.now(),
    )
    return {**report, "attachment_id": photo.pk}


def _recall(world: World, spot: Spot) -> Recall:
    number = f"R-{command_ids.new().hex[-6:]}-{spot.words}"
    a_delivery(spot.facility, world.item, lot=number)
    return issue_recall(
        area_id=spot.area.pk,
        item_id=world.item.pk,
        lot_number=number,
        expires_on=None,
        kind=RecallKind.RECALL,
        recall_class=RecallClass.TWO,
        reason=f"leaks at {spot.words}",
        action="put it apart",
        answer_by=timezone.localdate(),
        public_zh="请停止使用",
        **_said(),
    )


def recall(world: World, spot: Spot) -> dict[str, Any]:
    return {"recall_id": _recall(world, spot).pk}


def recall_notice(world: World, spot: Spot) -> dict[str, Any]:
    return {"notice_id": _recall(world, spot).notices.get(facility=spot.facility).pk}


def public_recall(world: World, spot: Spot) -> dict[str, Any]:
    return {"public_id": _recall(world, spot).public_id}


OF_NO_AREA = frozenset(
    {"product", "item", "replacement", "document_kind", "public_recall", "machine_of_everybody", "search"}
)
"""Kinds of objects that are the same for everybody: there is no sibling area's."""
Builder = Callable[[World, Spot], dict[str, Any]]
BUILDERS: dict[str, Builder] = {
    builder.__name__: builder
    for builder in (
        person,
        grant,
        token,
        persons_token,
        key,
        facility,
        area,
        directory_draft,
        product,
        item,
        item_upload,
        replacement,
        facility_month,
        facility_product,
        facility_code,
        facility_code_in_facility,
        facility_code_month,
        facility_code_product_code,
        delivery,
        lot,
        facility_lot,
        norm_override,
        transfer,
        consignee,
        import_run,
        finding,
        facility_with_cards,
        order,
        draft_order,
        draft_order_line,
        order_line_to_answer,
        order_to_send,
        order_step,
        order_upload,
        plan,
        plan_cell,
        demand_plan,
        demand_line,
        demand_comment,
        demand_step,
        allocation_plan,
        allocation_line,
        allocation_step,
        forecast_run,
        allocation_run,
        file_forecast,
        file_forecast_file,
        file_forecast_line,
        history_upload,
        policy_run,
        difference,
        difference_file,
        document,
        document_kind,
        document_line,
        document_upload,
        document_file,
        machine,
        machine_code,
        machine_of_everybody,
        machine_upload,
        machine_visit,
        machine_route,
        machine_fault,
        machine_limit,
        search,
        count,
        count_line,
        count_upload,
        opening_upload,
        inspection,
        excursion,
        logger_upload,
        loss_report,
        loss_photo,
        recall,
        recall_notice,
        public_recall,
    )
}
