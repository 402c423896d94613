"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def facts() -> list[str]:
    """One line each: processor, memory, load, versions."""
    import django
    import psycopg
    import pysqlite3

    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return [
        f"{_processor()}, {os.cpu_count()} cores, {memory_gib:.0f} GiB; load before {load}",
        f"{platform.platform()}, Python {platform.python_version()}, Django {django.get_version()}, "
        f"SQLite {pysqlite3.sqlite_version}, psycopg {psycopg.__version__}",
    ]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []:
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
