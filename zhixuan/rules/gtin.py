"""Numbers of trade items (GS1 GTIN): checked by their last digit, kept with 14 digits."""

from __future__ import annotations

from biip import ParseError
from biip.gtin import Gtin

from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.units import to_half_width

LENGTHS = (8, 12, 13, 14)


def clean_gtin(text: str, *, field: str = "gtin") -> str:
    """The number as 14 digits, so that 12, 13 and 14 digits of the same item are the same; "" stays "".

    Raises:
        Refused: other signs than digits, a length no GTIN has, or a check digit that does not fit.
    """
    digits = "".join(to_half_width(text).replace("-", "").split())
    if not digits:
        return ""
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in LENGTHS or not int(digits):
        raise Refused(
            N_("“{typed}” is not a GTIN: give the 8, 12, 13 or 14 digits below the bar code."),
            field=field,
            typed=text.strip(),
        )
    try:
        return Gtin.parse(digits).as_gtin_14()
    except ParseError:
        raise Refused(
            N_("The last digit of {typed} does not fit: check the digits below the bar code."),
            field=field,
            code="check_digit",
            typed=digits,
        ) from None
