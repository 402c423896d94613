"""Harnesses that stay: concurrency, kills, power cuts, tampering, random days. By pytest, or as scripts:

    python -m tests.scale.concurrency --writers 32 --postings 50000 [--database postgresql://...] [--seed 7]

As a script each works on an empty database: a new SQLite file in a folder that is thrown away, or the one given.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from typing import Any

server: Any = None
"""The server that `tests.scale.kills --server-kills` may kill."""


def _stand_alone() -> None:
    folder = tempfile.mkdtemp(prefix="zhixuan-scale-")
    owner = os.getpid()
    atexit.register(lambda: os.getpid() == owner and shutil.rmtree(folder, ignore_errors=True))
    os.environ["ZHIXUAN_DATA"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "zhixuan.config.settings"
    if "--database" in sys.argv:
        os.environ["DATABASE_URL"] = sys.argv[sys.argv.index("--database") + 1]
    elif "--server-kills" in sys.argv:
        from tests.scale.own_postgres import OwnServer

        global server
        server = OwnServer()
        os.environ["DATABASE_URL"] = server.url
    else:
        os.environ.pop("DATABASE_URL", None)
    import django
    from django.core.management import call_command

    django.setup()
    if any("tests/scale/" in word or word == "-m" for word in sys.orig_argv):
        call_command("migrate", verbosity=0)


if "pytest" not in sys.modules and "DJANGO_SETTINGS_MODULE" not in os.environ:
    _stand_alone()
