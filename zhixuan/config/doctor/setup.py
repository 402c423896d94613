"""The set-up: keys, backups, what was built, who may reach it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext as _p

from zhixuan.config.backup import records
from zhixuan.config.doctor.finding import Finding, State, judged
from zhixuan.shared.ui.assets import BUNDLE

KEY_BYTES_MIN = 32
BACKUP_AGE_MAX = timedelta(hours=26)
DRILL_AGE_MAX = timedelta(days=35)
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


def look(now: datetime) -> Iterator[Finding]:
    """Everything about the set-up."""
    yield from _keys()
    yield _age(_("Last backup"), records.last_backup(), BACKUP_AGE_MAX, now, "zhixuan backup")
    yield _age(
        _("Last restore drill"), records.last_restore(), DRILL_AGE_MAX, now, _("Restore a backup on a spare machine.")
    )
    yield from _built()
    yield from _reach()


def _keys() -> Iterator[Finding]:
    folder: Path = settings.DATA / "keys"
    open_to_others = [path for path in (folder, *folder.glob("*.key")) if path.stat().st_mode & 0o077]
    yield judged(
        _("Key permissions"),
        ", ".join(path.name for path in open_to_others) or _p("doctor", "owner only"),
        good=not open_to_others,
        advice=_("chmod 700 the folder of keys and chmod 600 the files in it."),
    )
    ledger: Path = settings.LEDGER_KEY_FILE
    size = ledger.stat().st_size if ledger.exists() else 0
    yield judged(
        _("Ledger key"),
        _p("doctor", "present") if size else _p("doctor", "missing"),
        good=size >= KEY_BYTES_MIN,
        advice=_("Restore keys/ledger.key from the backup; without it the ledger cannot be proved."),
    )


def _age(name: str, at: datetime | None, oldest: timedelta, now: datetime, advice: str) -> Finding:
    return judged(
        name,
        at.isoformat(timespec="minutes") if at else _p("doctor", "never"),
        good=at is not None and now - at <= oldest,
        advice=advice,
        otherwise=State.WARN,
    )


def _built() -> Iterator[Finding]:
    styles = (BUNDLE / "manifest.json").exists()
    yield judged(
        _("Styles and scripts"),
        _p("doctor", "present") if styles else _p("doctor", "missing"),
        good=styles,
        advice=_("From a source tree: make setup. A wheel has them inside."),
    )
    words = any(settings.PACKAGE.rglob("zh_Hans/LC_MESSAGES/django.mo"))
    yield judged(
        _p("doctor", "Chinese"),
        _p("doctor", "present") if words else _p("doctor", "missing"),
        good=words,
        advice=_("From a source tree: make setup."),
    )


def _reach() -> Iterator[Finding]:
    outside = sorted(set(settings.ALLOWED_HOSTS) - LOOPBACK)
    yield judged(
        "HTTPS",
        _p("doctor", "on") if settings.HTTPS else _p("doctor", "off"),
        good=settings.HTTPS or not outside,
        advice=_("%(hosts)s can be reached from outside: put TLS before it and set ZHIXUAN_HTTPS=1.")
        % {"hosts": ", ".join(outside)},
    )
    yield judged(
        _p("doctor", "Hosts"),
        ", ".join(settings.ALLOWED_HOSTS),
        good="*" not in settings.ALLOWED_HOSTS,
        advice=_("Name the hosts in ZHIXUAN_HOSTS instead of *."),
    )
    for name, is_on in (("ZHIXUAN_DEBUG", settings.DEBUG), ("ZHIXUAN_DEMO", settings.DEMO)):
        if is_on:
            yield Finding(name, State.WARN, _p("doctor", "on"), _("Never in use with real data: take it away."))
