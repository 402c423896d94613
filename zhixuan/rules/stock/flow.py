"""How many people a posting needs at a facility: read from `definitions/documents/flow.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from zhixuan.rules.definition import DefinitionTable
from zhixuan.rules.refusal import N_, Refused


class Deed(StrEnum):
    """What a document is drawn for."""

    RECEIPT = "receipt"
    ISSUE = "issue"
    RETURN = "return"


class People(StrEnum):
    """One person, two persons, or two where the store has two keepers."""

    ONE = "one"
    TWO = "two"
    TWO_IF_TWO_KEEPERS = "two_if_two_keepers"


@dataclass(frozen=True, slots=True)
class Flow:
    """People needed by (kind of facility, deed); a kind that is not named needs one."""

    people: Mapping[tuple[str, Deed], People]

    def needed(self, kind: str, deed: Deed) -> People:
        return self.people.get((kind, deed), People.ONE)


@dataclass(frozen=True, slots=True)
class Checked:
    """Who drew a document and who checked it; kept with the event that it becomes.

    Args:
        document: its number.
        checked_by: empty where one person is enough.
    """

    document: str
    drawn_by: str
    drawn_by_id: int | None
    checked_by: str = ""
    checked_by_id: int | None = None

    @property
    def by_two(self) -> bool:
        return bool(self.checked_by) and not same_person(
            (self.drawn_by_id, self.drawn_by), (self.checked_by_id, self.checked_by)
        )

    def as_details(self) -> dict[str, object]:
        """As it is kept with the event."""
        return {
            "document": self.document,
            "drawn_by": self.drawn_by,
            "drawn_by_id": self.drawn_by_id,
            "checked_by": self.checked_by,
            "checked_by_id": self.checked_by_id,
        }


def same_person(one: tuple[int | None, str], other: tuple[int | None, str]) -> bool:
    """By account (id, name); programs without an account are told apart by their name."""
    if one[0] is not None or other[0] is not None:
        return one[0] == other[0]
    return one[1] == other[1]


_SENTENCES: dict[Deed, str] = {
    Deed.RECEIPT: N_(
        "Two people take goods in at this facility: draw a goods-receipt note, have it checked by somebody else, then "
        "post it. What a supplier brought: Documents, Goods-receipt note. What another facility sent: Deliveries, Draw "
        "a note."
    ),
    Deed.ISSUE: N_(
        "Two people see stock out at this facility: draw an issue slip, have it checked by somebody else, then send "
        "it. Documents, New issue slip."
    ),
    Deed.RETURN: N_(
        "Two people see stock back from this facility: draw a return slip, have it checked by somebody else, then send "
        "it. Documents, New return slip."
    ),
}


def check_people(deed: Deed, *, two_needed: bool, checked: Checked | None) -> None:
    """The ledger's door: where two people are needed, two people have looked.

    Raises:
        Refused: nobody checked, or whoever drew it checked it.
    """
    if not two_needed:
        return
    if checked is None:
        raise Refused(_SENTENCES[deed], code="document_needed")
    if not checked.checked_by:
        raise Refused(N_("Document {number} has not been checked yet."), code="not_checked", number=checked.document)
    if not checked.by_two:
        raise Refused(
            N_("Document {number} was drawn and checked by the same person. Have somebody else check it."),
            code="same_person",
            number=checked.document,
        )


def read_flow(content: object, *, file: str) -> Flow:
    """The flow from a parsed definition file.

    Raises:
        Refused: naming file, place and what is needed, all reasons at once.
    """
    root = DefinitionTable(content, file=file)
    head = root.table("file")
    for field in ("title_zh", "title_en"):
        head.text(field)
    head.day("compiled_on")
    head.close()
    people: dict[tuple[str, Deed], People] = {}
    for table in root.tables("flow"):
        kind = table.code("kind")
        for deed in Deed:
            if (kind, deed) in people:
                table.refuse("kind", N_("{file}, {place}: this kind of facility is given twice."))
                break
            people[kind, deed] = People(table.choice(deed.value, People) or People.ONE)
        table.text("source"), table.flag("verified")
        table.close()
    root.finish()
    return Flow(people)
