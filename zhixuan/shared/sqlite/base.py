"""Django's SQLite backend, made safe for several processes that write.

Two additions (decisions/003): every write transaction stands behind one file lock, so that writers queue fairly and no
two connections commit and checkpoint at once; and the SQLite build must have the WAL-reset fix (>= 3.51.3).
"""

from __future__ import annotations

import fcntl
import os
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.base import Database  # type: ignore[attr-defined]

SAFE_VERSION = (3, 51, 3)


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection; `atomic()` takes the file lock before BEGIN IMMEDIATE and gives it back after the end.

    The kernel queues waiting writers in order and releases the lock of a process that dies.
    """

    _lock_file: int | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if Database.sqlite_version_info < SAFE_VERSION:
            raise ImproperlyConfigured(
                f"SQLite {Database.sqlite_version} can corrupt a database that several processes write to; "
                "install the package pysqlite3 (SQLite 3.51.3 or newer)."
            )
        name = str(self.settings_dict["NAME"])
        if name != ":memory:" and "mode=memory" not in name:
            self._lock_file = os.open(f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return super().get_new_connection(conn_params)

    def _start_transaction_under_autocommit(self) -> None:
        self._take_lock()
        try:
            if self.queries_logged or self.execute_wrappers or self.transaction_mode != "IMMEDIATE":  # type: ignore[attr-defined]
                super()._start_transaction_under_autocommit()  # type: ignore[misc]
            else:  # past the layers of a cursor, as in `shared/journeys.py`
                with self.wrap_database_errors:
                    self.connection.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._give_lock_back()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._give_lock_back()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._give_lock_back()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            if self._lock_file is not None:
                os.close(self._lock_file)
                self._lock_file = None

    def _take_lock(self) -> None:
        if self._lock_file is not None:
            fcntl.flock(self._lock_file, fcntl.LOCK_EX)

    def _give_lock_back(self) -> None:
        if self._lock_file is not None:
            fcntl.flock(self._lock_file, fcntl.LOCK_UN)
