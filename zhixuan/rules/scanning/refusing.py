"""Why a code cannot be used, and what to do instead: the sentences of the readers."""

from __future__ import annotations

import re
from datetime import date

from zhixuan.rules.refusal import N_, Refused

SHOWN = 40
_SLIP = re.compile(r"/(?:stock/slips|documents|stock/transfers|orders|counting)/", re.ASCII)
_HIBC = re.compile(r"\+[A-Z][A-Z0-9]{3}[A-Z0-9./$+-]{2,}", re.ASCII)
_ISO_15434 = "[)>"


def shortened(text: str) -> str:
    """The code as a sentence can show it."""
    shown = "".join(sign if sign.isprintable() else "·" for sign in text.strip())
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"


def empty() -> Refused:
    return Refused(N_("Nothing was scanned. Scan the code on the pack."), code="empty")


def too_long(longest: int) -> Refused:
    sentence = N_("This is longer than any code on a pack ({longest} characters at most). Scan one code at a time.")
    return Refused(sentence, code="too_long", longest=longest)


def unreadable(text: str) -> Refused:
    sentence = N_(
        "“{typed}” cannot be read as the code of a pack. Scan it again; if it fails again, choose the product and type "
        "lot and expiry. If every code fails, set the scanner to send the separator (GS, ASCII 29)."
    )
    return Refused(sentence, code="unreadable", typed=shortened(text))


def wrong_check_digit(text: str) -> Refused:
    sentence = N_("The last digit of {typed} does not fit: scan it again, or check the digits below the bar code.")
    return Refused(sentence, code="check_digit", typed=shortened(text))


def without_product(lot: str) -> Refused:
    if not lot:
        sentence = N_("This code names no product. Scan the other code on the pack, the one with the product number.")
        return Refused(sentence, code="no_product")
    sentence = N_(
        "This code holds lot {lot} but no product number, and a lot number alone can belong to several products. Scan "
        "the other code on the pack too, or choose the product and type the lot."
    )
    return Refused(sentence, code="lot_without_product", lot=shortened(lot))


def said_twice(name: str) -> Refused:
    sentence = N_("The code says part ({name}) twice, and differently: two codes ran together. Scan one at a time.")
    return Refused(sentence, code="said_twice", name=name)


def no_such_day(text: str) -> Refused:
    sentence = N_(
        "The code holds the day {typed} (year, month, day), which does not exist. Type the day from the label."
    )
    return Refused(sentence, code="no_such_day", typed=text)


def made_after_expiry(made_on: date, expires_on: date) -> Refused:
    sentence = N_(
        "By this code the pack was made on {made} and expired before, on {expires}. Type both from the label."
    )
    return Refused(sentence, code="made_after_expiry", made=made_on, expires=expires_on)


def a_place() -> Refused:
    sentence = N_("This is the code of a place, such as a shelf or a facility. Scan the code on the pack.")
    return Refused(sentence, code="a_place")


def a_thing() -> Refused:
    sentence = N_("This is the code of a piece of equipment or a crate. Scan the code on the pack.")
    return Refused(sentence, code="a_thing")


def no_shelf_label(gtin: str) -> str:
    """The GTIN again, unless it is a number that a shop gives itself (GS1 prefixes 02 and 20 to 29).

    Raises:
        Refused: it is one.
    """
    if gtin[0] == "0" and (gtin[1] == "2" or gtin[1:3] == "02"):
        sentence = N_(
            "{typed} is a label of a shop or a shelf, not the number of a product. Scan the code on the pack."
        )
        raise Refused(sentence, code="shelf_label", typed=gtin)
    return gtin


def some_address(address: str) -> Refused:
    if _SLIP.search(address):
        sentence = N_("This is the code of a slip or document. Open it in a window of its own; here scan the packs.")
        return Refused(sentence, code="a_slip")
    sentence = N_("This is a web address without a product number. Scan the other code on the pack.")
    return Refused(sentence, code="an_address")


def refuse_other_systems(text: str) -> None:
    """HIBC and IFA are UDI codes of two other agencies: they name no GTIN.

    Raises:
        Refused: it is one of them.
    """
    if _HIBC.fullmatch(text.upper()):
        sentence = N_(
            "This is an HIBC code, which this system does not read. Scan the GS1 code, or type what is printed."
        )
        raise Refused(sentence, code="hibc")
    if text.startswith(_ISO_15434):
        sentence = N_("This is an IFA code, which is not read here. Scan the GS1 code, or type what is printed.")
        raise Refused(sentence, code="ifa")
