"""Refuses definitions that would turn supply work into control of people.

Definitions (products, returns, indicators, scorecards, follow-up) may be written by any county. Before one is used, all
its keys and texts pass here. The guard errs on the side of refusing aims and practices, and explains itself; a sentence
that disowns one ("does not ask for marital status", 不问婚姻状况) is let through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.rights_vocabulary import FORBIDDEN, MEASURE_OF_METHOD, Topic
from zhixuan.rules.units import to_half_width

_REASONS: Final = {one.topic: one.reason for one in FORBIDDEN}
_PATTERNS: Final = tuple((one.topic, re.compile("|".join(one.patterns))) for one in FORBIDDEN)
_MEASURE: Final = re.compile(MEASURE_OF_METHOD)
# fmt: off
_AIM_KEYS: Final = frozenset({
    "target", "targets", "quota", "goal", "target rate", "target value", "points", "score", "weight", "bonus", "reward",
    "ranking", "目标", "目标值", "指标值", "任务数", "考核值", "分值", "权重", "得分", "奖励",
})
# fmt: on
_CLAUSE_END: Final = re.compile(r"[。；;.!?！？\n]|,|，")
# Plain negation is no disowning: 无生育证不得领取 and "must not have unplanned births" are what the guard is for.
_DISOWNS: Final = re.compile(
    r"不设|不采集|不收集|不建|不问|不询问|不查验|不要求|不需要|不需|无需|无须|不作为?|不用作|不得要求"
    r"|不得询问|不得以|不得设|不得收集|不论|不分|不限|无论|不公布"
    r"|\bno (?:targets?|quotas?|lists?|registers?) |\bnever\b|\bwithout asking\b|\bregardless of\b"
    r"|\birrespective of\b|\bwhatever\b"
    r"|\b(?:does|do|must|may|shall|is|are|will) not (?:be )?(?:ask|require|record|collect|set|keep|build|use"
    r"|count|need|share|tell"
    r"|told|disclose|inform)\w*"
)


@dataclass(frozen=True, slots=True)
class Breach:
    """What was found where: `place` is the path of keys in the definition."""

    topic: Topic
    place: str
    text: str


def find_breaches(definition: object) -> list[Breach]:
    """Every key and text of a definition that aims at people, once per place and topic."""
    found = [Breach(topic, place, text) for place, text in _texts(definition, "") for topic in _topics(text)]
    found += [
        Breach(Topic.METHOD_TARGET, place, text)
        for place, text in _aimed_measures(definition, "")
        if not any(one.place == place and one.topic is Topic.METHOD_TARGET for one in found)
    ]
    return found


def breaches(definition: object, *, file: str) -> list[Refused]:
    """The same as refusals that can be collected with others."""
    message = N_("{file}, {place}: “{text}” is not accepted: {reason}")
    return [
        Refused(
            message,
            field=one.place,
            code=f"rights_{one.topic.value}",
            file=file,
            place=one.place or file,
            text=one.text[:120],
            reason=_REASONS[one.topic],
        )
        for one in find_breaches(definition)
    ]


def refuse_breaches(definition: object, *, file: str) -> None:
    """Raise when a definition aims at people rather than at supplies and services.

    Raises:
        Refused: one reason for each place, naming the text and why it is not accepted.
    """
    raise_all(breaches(definition, file=file))


def _texts(part: object, place: str) -> Iterator[tuple[str, str]]:
    """Every key and every text, with its place."""
    if isinstance(part, Mapping):
        for key, value in part.items():
            inner = f"{place}.{key}" if place else str(key)
            yield inner, str(key)
            yield from _texts(value, inner)
    elif isinstance(part, (list, tuple, set, frozenset)):
        for number, value in enumerate(part, start=1):
            yield from _texts(value, _entry(place, number, value))
    elif isinstance(part, str):
        yield place, part


def _entry(place: str, number: int, value: object) -> str:
    """Place of one entry of a list: by its code where it has one, as definition tables are named."""
    code = value.get("code") if isinstance(value, Mapping) else None
    return f"{place}.{code}" if isinstance(code, str) and code else f"{place}[{number}]"


def _plain(text: str) -> str:
    return re.sub(r"[_\-\s]+", " ", to_half_width(text)).strip()


def _topics(text: str) -> list[Topic]:
    plain = _plain(text)
    return [
        topic
        for topic, pattern in _PATTERNS
        if any(not _is_disowned(plain, match) for match in pattern.finditer(plain))
    ]


def _is_disowned(plain: str, match: re.Match[str]) -> bool:
    """Whether the clause in which the match stands says that this is not done."""
    ends = [end.end() for end in _CLAUSE_END.finditer(plain, 0, match.start())]
    return _DISOWNS.search(plain, ends[-1] if ends else 0, match.end()) is not None


def _aimed_measures(part: object, place: str) -> Iterator[tuple[str, str]]:
    """Tables that put a target, points or a reward beside a measure of methods or users."""
    if isinstance(part, Mapping):
        if any(_plain(str(key)) in _AIM_KEYS and value not in (None, "", False) for key, value in part.items()):
            yield from _measures_in(part, place)
        for key, value in part.items():
            yield from _aimed_measures(value, f"{place}.{key}" if place else str(key))
    elif isinstance(part, (list, tuple)):
        for number, value in enumerate(part, start=1):
            yield from _aimed_measures(value, _entry(place, number, value))


def _measures_in(table: Mapping[object, object], place: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        text = f"{key} {value}" if isinstance(value, str) else str(key)
        if _MEASURE.search(_plain(text)):
            yield (f"{place}.{key}" if place else str(key)), text
