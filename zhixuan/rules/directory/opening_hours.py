"""Opening hours in the short form of OpenStreetMap ("Mo-Fr 08:30-17:00", "24/7"), said in Chinese or English.

Only the simple part of that form is known: days, spans of days, hours. Anything else is shown as it was typed.
"""

from __future__ import annotations

import re

DAYS: dict[str, tuple[str, str]] = {
    "Mo": ("周一", "Mon"),
    "Tu": ("周二", "Tue"),
    "We": ("周三", "Wed"),
    "Th": ("周四", "Thu"),
    "Fr": ("周五", "Fri"),
    "Sa": ("周六", "Sat"),
    "Su": ("周日", "Sun"),
}
_DAY = "|".join(DAYS)
_HOURS = r"[0-2]?\d:[0-5]\d-[0-2]?\d:[0-5]\d"
_RULE = re.compile(rf"((?:{_DAY})(?:[-,](?:{_DAY}))*) ({_HOURS}(?:, ?{_HOURS})*)")


def in_words(text: str, *, chinese: bool) -> str:
    """The hours in words of the language; the text itself when it is not in the short form."""
    if text.strip() == "24/7":
        return "每天 24 小时" if chinese else "24 hours, every day"
    rules = [part.strip() for part in text.split(";") if part.strip()]
    found = [_RULE.fullmatch(rule) for rule in rules]
    said = [_said(rule[1], rule[2], chinese) for rule in found if rule is not None]
    if not said or len(said) < len(rules):
        return text
    return ("；" if chinese else "; ").join(said)


def _said(days: str, hours: str, chinese: bool) -> str:
    if days == "Mo-Su":
        said = "每天" if chinese else "Every day"
    else:
        said = re.sub(_DAY, lambda day: DAYS[day[0]][0 if chinese else 1], days)
        said = said.replace("-", "至" if chinese else "–").replace(",", "、" if chinese else ", ")
    return f"{said} {', '.join(part.strip() for part in hours.split(','))}".replace(", ", "，" if chinese else ", ")
