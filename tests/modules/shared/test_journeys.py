"""Plain statements, several at once: as if each had been sent alone, whoever listens, whatever fails."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from zhixuan.modules.stock.models import Command
from zhixuan.shared import sql
from zhixuan.shared.journeys import Statement, carry_out
from zhixuan.shared.sql import Question

pytestmark = pytest.mark.django_db

PAIR = Statement("INSERT INTO shared_journey (id, word) VALUES (%s, %s)", (1, "one"))


@pytest.fixture(autouse=True)
def a_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE shared_journey (id bigint PRIMARY KEY, word text NOT NULL)")


def stored() -> list[tuple[int, str]]:
    return sql.rows("SELECT id, word FROM shared_journey ORDER BY id")


@pytest.mark.parametrize("heard", [False, True], ids=["alone", "overheard"])
def test_rows_and_touched_of_each(heard: bool) -> None:
    many = Statement("INSERT INTO shared_journey (id, word) VALUES (%s, %s), (%s, %s)", (2, "two", 10**12, "三 %"))
    change = Statement("UPDATE shared_journey SET word = %s WHERE id > %s", ("x", 1))
    look = Statement("SELECT id, word FROM shared_journey WHERE id IN (%s, %s) ORDER BY id", (1, 10**12))
    statements = [PAIR, many, look, change, look]
    if heard:
        with CaptureQueriesContext(connection) as heard_of:
            outcomes = carry_out(statements)
        assert len(heard_of) == 5
    else:
        outcomes = carry_out(statements)
    assert [outcome.rows for outcome in outcomes] == [
        [],
        [],
        [(1, "one"), (10**12, "三 %")],
        [],
        [(1, "one"), (10**12, "x")],
    ]
    assert [outcomes[i].touched for i in (0, 1, 3)] == [1, 2, 2]


def test_an_answer_comes_back_as_its_type() -> None:
    number, moment = UUID(int=7), datetime(2026, 11, 25, 3, 4, tzinfo=UTC)
    values = (sql.uuid_value(number), "a" * 64, None, sql.moment_value(moment))
    head = "INSERT INTO stock_command (id, payload_hash, actor_id, received_at)"
    carry_out(sql.insertion(head, [values]))
    row = sql.rows("SELECT id, payload_hash, actor_id FROM stock_command WHERE id = %s", [sql.uuid_value(number)])
    assert row == [(sql.uuid_value(number), "a" * 64, None)]
    assert Command.objects.get().received_at == moment


def test_the_first_that_fails_stops_the_rest_and_is_named() -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        carry_out([PAIR, PAIR, Statement("SELECT nothing FROM nowhere", ())])
    assert "shared_journey" in str(error.value)
    assert stored() == []
    carry_out([PAIR])
    assert stored() == [(1, "one")]


def test_a_transaction_that_failed_is_not_used_on() -> None:
    with transaction.atomic():
        with pytest.raises(IntegrityError), transaction.atomic(savepoint=False):
            carry_out([PAIR, PAIR])
        with pytest.raises(transaction.TransactionManagementError):
            carry_out([PAIR])


def test_what_postgresql_cannot_store_is_an_error_not_half_a_word() -> None:
    if connection.vendor == "postgresql":
        with pytest.raises((DatabaseError, ValueError)), transaction.atomic():
            carry_out([Statement("INSERT INTO shared_journey (id, word) VALUES (%s, %s)", (3, "a\x00b"))])
        assert stored() == []


def test_many_forms_of_a_statement_do_not_fill_the_server() -> None:
    for count in range(1, 260):
        statement = f"SELECT id FROM shared_journey WHERE id IN ({sql.marks(count % 30 + 1)}) AND {count} = {count}"
        assert sql.rows(statement, [1] * (count % 30 + 1)) == []
    assert sql.rows(f"SELECT id FROM shared_journey WHERE id IN ({sql.marks(300)})", [1] * 300) == []


def test_questions_are_read_in_their_order() -> None:
    one = Question("SELECT 1", (), lambda rows: rows[0][0])
    two = Question("SELECT id, word FROM shared_journey", (), dict)
    carry_out([PAIR])
    assert sql.ask(one, two) == (1, {1: "one"})
    assert sql.ask_all([]) == []


def test_few_writes_as_one_say_how_many_rows_the_last_touched() -> None:
    other = Statement("INSERT INTO shared_journey (id, word) VALUES (%s, %s), (%s, %s)", (2, "two", 3, "three"))
    carry_out([PAIR])
    change = Statement("UPDATE shared_journey SET word = %s WHERE id = %s", ("x", 1))
    assert sql.tell(sql.as_one([other, change]))[-1] == 1
    assert stored() == [(1, "x"), (2, "two"), (3, "three")]
    assert sql.tell(sql.as_one([Statement(change.text, ("y", 9))])) == [0]
    with pytest.raises(IntegrityError), transaction.atomic():
        sql.tell(sql.as_one([Statement(change.text, ("z", 1)), PAIR]))
    assert stored()[0] == (1, "x")
    assert len(sql.as_one([other] * 20)) == 20


def test_who_waits_for_the_server_lets_other_threads_go_on() -> None:
    if connection.vendor != "postgresql":
        return
    beats, over = [], threading.Event()

    def beat() -> None:
        while not over.is_set():
            beats.append(time.monotonic())
            time.sleep(0.01)

    beside = threading.Thread(target=beat)
    beside.start()
    carry_out([Statement("SELECT 1 FROM pg_sleep(0.4)", ())])
    over.set()
    beside.join()
    assert len(beats) > 10


def test_a_connection_that_the_server_ends_is_an_error_and_closed() -> None:
    if connection.vendor != "postgresql":
        return
    import psycopg

    from zhixuan.shared import pipeline

    given = connection.get_connection_params()
    server = psycopg.connect(**{name: given[name] for name in ("dbname", "user", "password", "host", "port")})
    process = pipeline.send(server, [("SELECT pg_backend_pid()", ())])[0][0][0][0]
    sql.rows("SELECT pg_terminate_backend(%s)", [process])
    with pytest.raises(psycopg.OperationalError):
        pipeline.send(server, [("SELECT 1", ()), ("SELECT 2", ())])
    assert server.closed
