"""Several statements in one journey to PostgreSQL, over libpq's own pipeline.

psycopg's cursors cost more time here than the server needs to answer (0.04 ms of 0.06 a statement); its doors to libpq
(`psycopg.pq`), its adapters and its errors do not. Statements are prepared once for each connection, and the server
works out the types of their values. Used by `journeys` alone.
"""

from __future__ import annotations

import select
from collections.abc import Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any
from weakref import WeakKeyDictionary

from psycopg import Connection, OperationalError, errors, pq
from psycopg.adapt import PyFormat, Transformer

PREPARED_MAX = 200
PREPARED_VALUES_MAX = 40
"""Statements with more values than this are long documents, each of another length: preparing them never pays."""

Text = bytes
Job = tuple[str, Sequence[Any]]
Answer = tuple[list[tuple[Any, ...]], int]

GOOD = frozenset({pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK})
BEGIN: Job = ("BEGIN", ())


class Kept:
    """What is worked out once for a connection: names of its prepared statements, and which adapter is for which type.

    The adapters must not know the connection, or it would be kept alive by what is kept for it.
    """

    def __init__(self, server: Connection[Any]) -> None:
        self.names: dict[Text, bytes] = {}
        self.transformer: Any = Transformer(SimpleNamespace(adapters=server.adapters, connection=None))


_kept: WeakKeyDictionary[Connection[Any], Kept] = WeakKeyDictionary()


def send(server: Connection[Any], jobs: Sequence[Job]) -> list[Answer]:
    """Rows answered and rows touched by each statement; begins a transaction where the connection expects one.

    Raises:
        psycopg.Error: of the first statement that failed; those after it were not carried out.
    """
    kept = _kept.get(server) or _kept.setdefault(server, Kept(server))
    link = server.pgconn
    begins = not server.autocommit and link.transaction_status == pq.TransactionStatus.IDLE
    wanted = (BEGIN, *jobs) if begins else jobs
    dumped = [(numbered(text), _dump(kept.transformer, values)) for text, values in wanted]
    link.enter_pipeline_mode()
    try:
        sent = _sent(link, kept.names, dumped)
        results = [_next(link) for _ in sent]
        _got(link)  # the end of the journey
        link.exit_pipeline_mode()
    except BaseException:
        server.close()  # nobody knows any more which answer belongs to which statement
        raise
    answers = _read(kept, server, sent, results)
    return answers[1:] if begins else answers


@lru_cache(maxsize=500)
def numbered(text: str) -> Text:
    """`%s, %s` as PostgreSQL itself writes it: `$1, $2`."""
    first, *rest = text.split("%s")
    return (first + "".join(f"${number}{part}" for number, part in enumerate(rest, start=1))).encode()


def _dump(transformer: Any, values: Sequence[Any]) -> Sequence[Any] | None:
    return transformer.dump_sequence(values, [PyFormat.TEXT] * len(values)) if values else None


def _sent(link: Any, known: dict[Text, bytes], dumped: Sequence[tuple[Text, Any]]) -> list[Text | None]:
    """Send all. For each result that will come: the statement it prepares, or None when it is a statement's answer."""
    sent: list[Text | None] = []
    fresh: dict[Text, bytes] = {}
    for text, values in dumped:
        name = known.get(text) or fresh.get(text)
        if name is None and len(values or ()) <= PREPARED_VALUES_MAX and len(known) + len(fresh) < PREPARED_MAX:
            name = fresh[text] = _name(len(known) + len(fresh))
            link.send_prepare(name, text)
            sent.append(text)
        if name is None:
            link.send_query_params(text, values)
        else:
            link.send_query_prepared(name, values)
        sent.append(None)
    link.pipeline_sync()
    while link.flush():
        _wait(link, select.POLLIN | select.POLLOUT)
    return sent


def _name(number: int) -> bytes:
    return b"zhixuan_%d" % number


def _next(link: Any) -> Any:
    """The next statement's result."""
    result = _got(link)
    if result is None:
        raise OperationalError(link.get_error_message())
    while (more := _got(link)) is not None:
        result = more
    return result


def _got(link: Any) -> Any:
    """What the server says next. Waits outside of the interpreter's lock: other threads go on."""
    while link.is_busy():
        _wait(link, select.POLLIN)
    return link.get_result()


def _wait(link: Any, for_what: int) -> None:
    """Until the server says something, or takes more."""
    ready = select.poll()
    ready.register(link.socket, for_what)
    ready.poll()
    link.consume_input()


def _read(kept: Kept, server: Connection[Any], sent: list[Text | None], results: list[Any]) -> list[Answer]:
    answers = []
    for prepares, result in zip(sent, results, strict=True):
        if result.status not in GOOD:
            raise errors.error_from_result(result, encoding=server.info.encoding)
        if prepares is None:
            answers.append((_rows(kept.transformer, result), result.command_tuples or 0))
        else:
            kept.names[prepares] = _name(len(kept.names))
    return answers


def _rows(transformer: Any, result: Any) -> list[tuple[Any, ...]]:
    if result.status != pq.ExecStatus.TUPLES_OK:
        return []
    transformer.set_pgresult(result)
    return list(transformer.load_rows(0, result.ntuples, tuple))
