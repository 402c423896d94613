"""`zhixuan migrate`: bring the tables to what this version needs."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _

from zhixuan.config.commands.terminal import AsJson, Exit, say, say_json, stop
from zhixuan.modules.accounts import queries as accounts
from zhixuan.modules.catalogue.operations.load_definitions import load_definitions
from zhixuan.shared.crypto import key_from_file

FIRST_LEDGER_STEP = "stock.0001_initial"
# What a new system knows of products; the demo and imports bring their own lists.
FIRST_LISTS = ("china_free_list",)


def migrate(*, as_json: AsJson = False) -> None:
    """Apply what is missing; safe to repeat, and to begin again after a power cut."""
    applied = migrate_database()
    if as_json:
        say_json({"applied": applied})
    elif applied:
        say(_("The database was brought to this version (%(count)s steps).") % {"count": len(applied)})
    else:
        say(_("The database is up to date."))


def pending() -> list[str]:
    """Steps the database has still to take, in order; empty when it is up to date."""
    executor = MigrationExecutor(connection)
    return [
        f"{step.app_label}.{step.name}" for step, _back in executor.migration_plan(executor.loader.graph.leaf_nodes())
    ]


def unknown() -> list[str]:
    """Steps the database has taken that this version does not know: a newer version made it."""
    loader = MigrationExecutor(connection).loader
    ours = {app.label for app in _apps()}
    return sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in ours and (app, name) not in loader.disk_migrations
    )


def migrate_database() -> list[str]:
    """Apply what is missing, one process of this machine at a time; answers what was applied."""
    with _alone():
        if newer := unknown():
            sentence = _("The database was made by a newer version (%(step)s): install that version.")
            stop(sentence % {"step": newer[-1]}, Exit.REFUSED)
        steps = pending()
        if steps:
            call_command("migrate", interactive=False, verbosity=0)
        if FIRST_LEDGER_STEP in steps:
            # With the tables, not later: a key that is missing where a ledger is was lost, and must not be made anew.
            key_from_file(settings.LEDGER_KEY_FILE)
            if not settings.DEMO:
                load_definitions(lists=FIRST_LISTS, actor=accounts.program("zhixuan migrate"), at=timezone.now())
    return steps


def _apps() -> list:  # type: ignore[type-arg]
    from django.apps import apps

    return [app for app in apps.get_app_configs() if app.name.startswith("zhixuan.")]


@contextmanager
def _alone() -> Iterator[None]:
    with (settings.DATA / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
