"""Global trade item numbers (GS1): 8, 12, 13 or 14 digits, the last of which checks the others."""

from __future__ import annotations

from biip import ParseError
from biip.gtin import Gtin

from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.units import to_half_width

LENGTHS = (8, 12, 13, 14)


def is_gtin(text: str) -> bool:
    """Whether the text is a GTIN-8, -12, -13 or -14 with the right check digit."""
    return _has_its_shape(text) and _with_14_digits(text) is not None


def clean_gtin(text: str, *, field: str = "gtin") -> str:
    """The number as 14 digits, so that 12, 13 and 14 digits of the same item are the same; "" stays "".

    Raises:
        Refused: other signs than digits, a length no GTIN has, or a check digit that does not fit.
    """
    digits = "".join(to_half_width(text).replace("-", "").split())
    if not digits:
        return ""
    if not _has_its_shape(digits):
        sentence = N_("“{typed}” is not a GTIN: give the 8, 12, 13 or 14 digits below the bar code.")
        raise Refused(sentence, field=field, code="not_a_gtin", typed=text.strip())
    found = _with_14_digits(digits)
    if found is None:
        sentence = N_("The last digit of {typed} does not fit: check the digits below the bar code.")
        raise Refused(sentence, field=field, code="check_digit", typed=digits)
    return found


def _has_its_shape(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) in LENGTHS and int(text) > 0


def _with_14_digits(digits: str) -> str | None:
    try:
        return Gtin.parse(digits).as_gtin_14()
    except ParseError:
        return None
