"""Statements in one piece for a PostgreSQL server."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, ProgrammingError, connection, transaction
from django.db.utils import DataError

from booking_site.lib.one_trip import one_trip, trip_under_way
from booking_site.lib.prepared import Prepared
from booking_site.lib.statements import execute
from bookings.models import User
from tests.factories import ClientFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is no trip away"),
]


@pytest.fixture(autouse=True)
def _own_connection() -> Iterator[None]:
    """What these tests do to a connection is no other test's business."""
    connection.close()
    yield
    connection.close()


def ask(sql: str, *parameters: Any) -> Any:
    return execute(connection, sql, list(parameters)).fetchall()


def plans() -> int:
    return int(ask("SELECT count(*) FROM pg_prepared_statements")[0][0])


def test_values_come_back_as_they_went() -> None:
    values = [
        7,
        10**10,
        True,
        None,
        "100 % ё",
        Decimal("12.50"),
        date(2026, 5, 6),
        datetime(2026, 5, 6, 12, tzinfo=UTC),
    ]
    kinds = ["int", "bigint", "boolean", "int", "text", "numeric", "date", "timestamptz"]
    (row,) = ask(f"SELECT {', '.join(f'%s::{kind}' for kind in kinds)}, '100 %%'", *values)
    assert list(row) == [*values, "100 %"]


def test_a_statement_is_planned_once_whatever_the_length_of_its_numbers() -> None:
    before = plans()
    for number in (1, 10**5, 10**12):
        assert ask("SELECT %s + 1", number) == [(number + 1,)]
    assert plans() == before + 1


def test_nothing_is_planned_ahead_behind_a_pooler(settings: Any) -> None:
    settings.DATABASE_PREPARES = False
    assert ask("SELECT %s + 1", 1) == [(2,)]
    assert plans() == 0


def test_plans_outlive_what_is_rolled_back() -> None:
    def asked_in_vain() -> None:
        with transaction.atomic():
            User.objects.count()
            ask("SELECT %s + 2", 1)
            raise ZeroDivisionError

    for _again in range(2):
        with transaction.atomic():
            with pytest.raises(ZeroDivisionError):
                asked_in_vain()
            assert ask("SELECT %s + 2", 1) == [(3,)]


def test_what_a_server_forgot_is_planned_anew() -> None:
    assert ask("SELECT %s + 3", 1) == [(4,)]
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    with pytest.raises(DatabaseError):
        ask("SELECT %s + 3", 1)
    assert ask("SELECT %s + 3", 1) == [(4,)]


def test_the_first_refusal_is_told_and_what_follows_is_not_run() -> None:
    by_name = Prepared(lambda name: User.objects.filter(username=name).values_list("pk"))
    by_day = Prepared(lambda day: User.objects.filter(date_joined__date=day).values_list("pk"))
    asked: list[Any] = []

    def travel() -> None:
        with one_trip():
            asked.append(by_name.ask(name="a"))
            execute_in_trip("SELECT 1 / %s", 0)
            asked.append(by_day.ask(day=date(2026, 5, 6)))

    with pytest.raises(DataError), transaction.atomic():
        travel()
    with pytest.raises(LookupError):
        asked[1].rows()
    assert by_name.rows(name="a") == []


def execute_in_trip(sql: str, *parameters: Any) -> None:
    trip = trip_under_way()
    assert trip is not None
    trip.execute(sql, list(parameters))


def test_a_text_that_no_server_takes_is_refused_before_anything_is_sent() -> None:
    with pytest.raises((DataError, ValueError)):
        ask("SELECT %s::text", "a\x00b")
    assert ask("SELECT %s::text", "ab") == [("ab",)]


def test_statements_that_ask_for_no_place_may_hold_a_percent_sign() -> None:
    with pytest.raises(ProgrammingError):
        ask("SELECT nothing_like_that")
    assert ask("SELECT 7 %% 4") == [(3,)]


def test_a_server_that_goes_away_in_mid_trip_is_found_again() -> None:
    client = ClientFactory.create()
    by_pk = Prepared(lambda pk: User.objects.filter(pk=pk).values_list("username"))
    pid = ask("SELECT pg_backend_pid()")[0][0]
    with pytest.raises(OperationalError):
        ask("SELECT pg_terminate_backend(%s::int), pg_sleep(1)", pid)
    connection.close_if_unusable_or_obsolete()
    assert by_pk.rows(pk=client.pk) == [(client.username,)]


def test_much_goes_and_comes_in_one_piece() -> None:
    """More than the socket takes at once, in both directions."""
    long = "ё" * 300_000
    with one_trip():
        answers = [Prepared(lambda name: User.objects.filter(username=name)).ask(name=long) for _ in range(20)]
    assert [answer.rows() for answer in answers] == [[]] * 20
    assert ask("SELECT repeat(%s, 3)::text FROM generate_series(1, 5)", long) == [(long * 3,)] * 5
