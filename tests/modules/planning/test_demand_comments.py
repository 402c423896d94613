"""Comments on a demand plan: whoever may see it answers and settles them; an approval asks about open ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.builders import NOW, TODAY, a_person, an_actor
from tests.journeys.desk import Desk
from tests.order_builders import OrderingCounty
from tests.stock_builders import a_command
from zhixuan.modules.accounts.models import User
from zhixuan.modules.planning.models import DemandComment, DemandLine, DemandPlan
from zhixuan.modules.planning.operations.answer_demand_comment import answer_demand_comment
from zhixuan.modules.planning.operations.comment_on_demand import comment_on_demand
from zhixuan.modules.planning.operations.draw_demand import draw_demand
from zhixuan.modules.planning.operations.take_demand_step import take_demand_step
from zhixuan.modules.planning.queries import comments
from zhixuan.rules.planning.comments import Saying
from zhixuan.rules.planning.steps import Verb
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Actor, Role, Unknown
from zhixuan.shared.models import AuditEntry

YEAR = TODAY.year + 1


@dataclass
class Drawn:
    """A plan of the township, whoever drew it, and an auditor of the county, who sees it and plans nothing."""

    plan: int
    line: DemandLine
    township: User
    auditor: User
    stranger: Actor


@pytest.fixture
def drawn(county: OrderingCounty) -> Drawn:
    township = a_person(Role.TOWNSHIP_OFFICER, county.stock.network.township)
    said: dict[str, Any] = {"actor": an_actor(township), "at": NOW, "command_id": a_command()}
    made = draw_demand(area_id=county.stock.network.township.pk, year=YEAR, on=TODAY, **said)
    line = DemandLine.objects.get(plan=made.id, facility=county.stock.store)
    auditor = a_person(Role.AUDITOR, county.stock.network.county)
    return Drawn(made.id, line, township, auditor, county.stock.stranger)


def say(drawn: Drawn, person: User | Actor, text: str = "why so many?", **more: Any) -> int:
    actor = an_actor(person) if isinstance(person, User) else person
    said = {"command_id": a_command(), "at": NOW} | more
    return comment_on_demand(plan_id=drawn.plan, text=text, actor=actor, **said).id


def answer(drawn: Drawn, thread: int, saying: Saying, person: User | Actor, text: str = "", **more: Any) -> bool:
    actor = an_actor(person) if isinstance(person, User) else person
    said = {"command_id": a_command(), "at": NOW} | more
    return answer_demand_comment(
        plan_id=drawn.plan, thread_id=thread, saying=saying, text=text, actor=actor, **said
    ).repeated


def test_a_thread_is_answered_settled_and_opened_again(drawn: Drawn) -> None:
    thread, command = say(drawn, drawn.auditor, line_id=drawn.line.pk), a_command()
    assert (comments.open_count(drawn.plan), comments.open_by_line([drawn.line.pk])) == (1, {drawn.line.pk: 1})
    assert answer(drawn, thread, Saying.SAY, drawn.township, "the new estate", command_id=command) is False
    assert answer(drawn, thread, Saying.SAY, drawn.township, "the new estate", command_id=command) is True
    answer(drawn, thread, Saying.SETTLE, drawn.auditor)
    assert (comments.open_count(drawn.plan), comments.open_by_line([drawn.line.pk])) == (0, {})
    with pytest.raises(Refused) as refused:
        answer(drawn, thread, Saying.SETTLE, drawn.township)
    assert refused.value.code == "settled"
    answer(drawn, thread, Saying.SAY, drawn.township, "one more thing")
    (found,) = comments.threads(drawn.plan)
    assert found.is_open
    said = [(one.saying, one.text, one.actor_name) for one in found.answers.all()]
    assert [one[:2] for one in said] == [("say", "the new estate"), ("settle", ""), ("say", "one more thing")]
    verbs = set(AuditEntry.objects.filter(object_id=str(drawn.plan)).values_list("verb", flat=True))
    assert {"comment_demand", "say_demand_comment", "settle_demand_comment"} <= verbs


def test_a_stranger_finds_neither_plan_nor_thread(drawn: Drawn) -> None:
    thread = say(drawn, drawn.township)
    for act in (
        lambda: say(drawn, drawn.stranger),
        lambda: answer(drawn, thread, Saying.SETTLE, drawn.stranger),
        lambda: answer(drawn, thread + 1, Saying.SETTLE, drawn.township),
        lambda: say(drawn, drawn.township, line_id=drawn.line.pk + 10_000),
    ):
        with pytest.raises(Unknown):
            act()
    assert DemandComment.objects.count() == 1


def test_an_approval_asks_about_open_comments(county: OrderingCounty, drawn: Drawn) -> None:
    say(drawn, drawn.auditor)

    def take(verb: Verb, person: User, **more: Any) -> None:
        said = {"actor": an_actor(person), "at": NOW, "command_id": a_command()} | more
        take_demand_step(plan_id=drawn.plan, verb=verb, **said)

    take(Verb.SUBMIT, drawn.township)
    with pytest.raises(Refused) as refused:
        take(Verb.APPROVE, county.officer)
    assert (refused.value.code, refused.value.fields["count"]) == ("open_comments", 1)
    take(Verb.APPROVE, county.officer, although_open=True)
    assert DemandPlan.objects.get().state == "approved"


def test_through_the_pages(county: OrderingCounty, drawn: Drawn) -> None:
    plan, line = f"/planning/demand/{drawn.plan}/", f"/planning/demand/{drawn.plan}/lines/{drawn.line.pk}/"
    above = Desk(a_person(Role.TOWNSHIP_OFFICER, county.stock.network.county))
    desk, reader = Desk(drawn.township), Desk(drawn.auditor)
    of_line = f"{plan}comments/?line={drawn.line.pk}"
    assert "This field is required" in reader.refused(of_line, {"command_id": str(a_command())}, text=" ")
    command = {"command_id": str(a_command())}
    assert reader.send(of_line, command, text="4,100 <b>boxes</b>?").startswith(line)
    reader.send(of_line, command, text="4,100 <b>boxes</b>?")
    thread = DemandComment.objects.get()
    assert "4,100 &lt;b&gt;boxes&lt;/b&gt;?" in desk.page(line)
    assert "1 open comment" in desk.page(f"{plan}?commented=1")
    address = f"{plan}comments/{thread.pk}/"
    wrong = desk.refused(address, {"command_id": str(a_command())}, text="词" * 1001, saying="say")
    assert "词" * 1001 in wrong
    assert "Write what you have to say first" in desk.refused(
        address, {"command_id": str(a_command())}, text="", saying="say"
    )
    assert desk.client.post(address, {"command_id": str(a_command()), "saying": "shout"}).status_code == 422
    desk.send(f"{plan}step/submit/", desk.form(plan))
    assert "I approve although 1 comment is still open" in above.page(plan)
    sent = {"command_id": str(a_command())}
    assert "Comments still open: 1" in above.client.post(f"{plan}step/approve/", sent, follow=True).content.decode()
    above.send(f"{plan}step/return/", {"command_id": str(a_command())}, note="answer the comment")
    assert "Comments still open" in desk.page(plan)
    desk.send(address, {"command_id": str(a_command())}, text="the factory", saying="say")
    above.send(address, {"command_id": str(a_command())}, text="", saying="settle")
    assert "Comments still open" not in desk.page(plan)
    assert "the factory" in reader.page(f"{plan}comments/?state=settled")
    assert "the factory" not in reader.page(f"{plan}comments/?state=open&page=99")
    for page in (plan, line, address, f"{plan}comments/"):
        Desk(drawn.auditor, "zh-hans").page(page)
    stranger = Desk(a_person(Role.TOWNSHIP_OFFICER, county.stock.network.sibling))
    for page in (f"{plan}comments/", address, of_line):
        assert stranger.client.get(page).status_code == 404
        assert stranger.client.post(page, {"text": "x", "saying": "say", **command}).status_code == 404
    for bad in ("abc", "-1", "9" * 30, "٣"):
        assert reader.client.get(f"{plan}comments/?line={bad}").status_code in {200, 404}
