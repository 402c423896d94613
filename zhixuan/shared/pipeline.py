"""Several statements in one journey to PostgreSQL, over libpq's own pipeline.

psycopg's cursors cost more time here than the server needs to answer (0.04 ms of 0.06 a statement); its doors to libpq
(`psycopg.pq`), its adapters and its errors do not. Statements are prepared once for each connection, and the server
works out the types of their values. Used by `journeys` alone.
"""

from __future__ import annotations

import select
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from psycopg import Connection, OperationalError, errors, pq
from psycopg.adapt import PyFormat, Transformer

PREPARED_MAX = 200
PREPARED_VALUES_MAX = 40
"""Statements with more values than this are long documents, each of another length: preparing them never pays."""

Text = bytes
Job = tuple[Text, Sequence[Any]]

_prepared: WeakKeyDictionary[Connection[Any], dict[Text, bytes]] = WeakKeyDictionary()

GOOD = frozenset({pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK})


def send(server: Connection[Any], jobs: Sequence[tuple[str, Sequence[Any]]]) -> list[tuple[list[tuple[Any, ...]], int]]:
    """Rows answered and rows touched by each statement; begins a transaction where the connection expects one.

    Raises:
        psycopg.Error: of the first statement that failed; those after it were not carried out.
    """
    known = _prepared.setdefault(server, {})
    transformer = Transformer(server)
    link = server.pgconn
    dumped = [(numbered(text), _dump(transformer, values)) for text, values in jobs]
    link.enter_pipeline_mode()
    try:
        expected = _sent(server, known, dumped)
        results = [_next(link) for _ in expected]
        _next(link, ends=True)
        link.exit_pipeline_mode()
    except BaseException:
        server.close()  # nobody knows any more which answer belongs to which statement
        raise
    return _read(transformer, server, known, list(zip(expected, results, strict=True)))


@lru_cache(maxsize=500)
def numbered(text: str) -> Text:
    """`%s, %s` as PostgreSQL itself writes it: `$1, $2`."""
    first, *rest = text.split("%s")
    return (first + "".join(f"${number}{part}" for number, part in enumerate(rest, start=1))).encode()


def _dump(transformer: Any, values: Sequence[Any]) -> Sequence[Any]:
    return list(transformer.dump_sequence(values, [PyFormat.TEXT] * len(values))) if values else []


Expected = tuple[str, Text]
"""What was sent (`begin`, `prepare` or `run`), and the statement."""


def _sent(server: Connection[Any], known: dict[Text, bytes], dumped: Sequence[tuple[Text, Any]]) -> list[Expected]:
    link = server.pgconn
    expected: list[Expected] = []
    names = dict(known)
    if not server.autocommit and link.transaction_status == pq.TransactionStatus.IDLE:
        link.send_query_params(b"BEGIN", None)
        expected.append(("begin", b"BEGIN"))
    for text, values in dumped:
        if text not in names and len(values) <= PREPARED_VALUES_MAX and len(names) < PREPARED_MAX:
            names[text] = b"zhixuan_%d" % len(names)
            link.send_prepare(names[text], text)
            expected.append(("prepare", text))
        if text in names:
            link.send_query_prepared(names[text], values)
        else:
            link.send_query_params(text, values)
        expected.append(("run", text))
    link.pipeline_sync()
    return expected


def _next(link: Any, *, ends: bool = False) -> Any:
    """The next statement's result. Waits outside of the interpreter's lock: other threads go on."""
    result = None
    while True:
        while link.flush() or link.is_busy():
            _wait(link)
        got = link.get_result()
        if got is None:
            if result is None and link.status == pq.ConnStatus.BAD:
                raise OperationalError(link.get_error_message())
            return result
        result = got
        if ends:
            return result


def _wait(link: Any) -> None:
    """Until the server says something, or takes more."""
    ready = select.poll()
    ready.register(link.socket, select.POLLIN | (select.POLLOUT if link.flush() else 0))
    ready.poll()
    link.consume_input()


def _read(
    transformer: Any, server: Connection[Any], known: dict[Text, bytes], answered: list[tuple[Expected, Any]]
) -> list[tuple[list[tuple[Any, ...]], int]]:
    found = []
    for (what, text), result in answered:
        if result.status not in GOOD:
            raise errors.error_from_result(result, encoding=server.info.encoding)
        if what == "prepare":
            known[text] = b"zhixuan_%d" % len(known)
        elif what == "run":
            found.append((_rows(transformer, result), result.command_tuples or 0))
    return found


def _rows(transformer: Any, result: Any) -> list[tuple[Any, ...]]:
    if result.status != pq.ExecStatus.TUPLES_OK:
        return []
    transformer.set_pgresult(result)
    return list(transformer.load_rows(0, result.ntuples, tuple))
