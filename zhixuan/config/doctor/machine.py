"""The machine: clock, disk, and the worker that lives on it."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext as _p

from zhixuan.config.commands.work import PULSE_FILE
from zhixuan.config.doctor.finding import Finding, State, judged
from zhixuan.shared import audit
from zhixuan.shared.access import Scope

FREE_PERCENT_MIN = 10
FREE_PERCENT_FAIL = 3
PULSE_SECONDS_MAX = 90
AHEAD_MAX = timedelta(minutes=5)
GIGABYTE = 1024**3


def look(now: datetime) -> Iterator[Finding]:
    """Everything about the machine."""
    yield from _clock(now)
    yield _disk()
    yield _worker()


def _clock(now: datetime) -> Iterator[Finding]:
    latest = audit.entries_in(Scope(area_paths=("/",))).first()
    backwards = latest is not None and latest.at > now + AHEAD_MAX
    yield judged(
        _p("doctor", "Clock"),
        now.isoformat(timespec="seconds"),
        good=not backwards,
        advice=_("The last entry is later than now: the clock was set back. Set it right before anybody posts."),
    )
    synchronised = _synchronised()
    if synchronised is not None:
        yield judged(
            _p("doctor", "Time service"),
            _p("doctor", "in step") if synchronised else _p("doctor", "not in step"),
            good=synchronised,
            advice=_("Let the machine take its time from a time server (NTP)."),
            otherwise=State.WARN,
        )


def _synchronised() -> bool | None:
    """What the system says of its clock; None when it cannot say (a container, no systemd)."""
    try:
        asked = subprocess.run(
            ["timedatectl", "show", "--property=NTPSynchronized", "--value"],
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return {"yes": True, "no": False}.get(asked.stdout.strip())


def _disk() -> Finding:
    usage = shutil.disk_usage(settings.DATA)
    percent = 100 * usage.free // usage.total
    return judged(
        _p("doctor", "Disk"),
        _("%(percent)s %% free (%(gigabytes)s GB)") % {"percent": percent, "gigabytes": usage.free // GIGABYTE},
        good=percent >= FREE_PERCENT_MIN,
        advice=_("Make room: below %(percent)s %% free the system is in danger.") % {"percent": FREE_PERCENT_MIN},
        otherwise=State.WARN if percent >= FREE_PERCENT_FAIL else State.FAIL,
    )


def _worker() -> Finding:
    pulse = settings.DATA / PULSE_FILE
    seconds = int(time.time() - pulse.stat().st_mtime) if pulse.exists() else None
    return judged(
        _p("doctor", "Worker"),
        _p("doctor", "never seen") if seconds is None else _("seen %(seconds)s s ago") % {"seconds": seconds},
        good=seconds is not None and seconds <= PULSE_SECONDS_MAX,
        advice=_("Start it: zhixuan work (zhixuan serve starts one of its own)."),
        otherwise=State.WARN,
    )
