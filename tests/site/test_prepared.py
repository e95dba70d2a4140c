"""A query whose SQL was written once says what Django would say, with whatever arguments."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model, signals
from django.test.utils import CaptureQueriesContext

from booking_site.lib.one_trip import one_trip
from booking_site.lib.prepared import Prepared, PreparedObjects
from booking_site.lib.prepared_insert import PreparedInsert
from booking_site.lib.statements import NotPrepared
from bookings.enums import Door, Role
from bookings.models import Allocation, AuditEntry, Company, IdempotencyKey, Service, StatusChange, User
from tests.factories import ClientFactory, ServiceFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 6, 12, tzinfo=UTC)


def values(row: Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_objects_are_what_a_query_gives() -> None:
    service = ServiceFactory.create(price=Decimal("12.50"), needs_room=True)
    client = ClientFactory.create()
    Company.objects.current()
    services = PreparedObjects(lambda pk: Service.objects.filter(pk=pk))
    users = PreparedObjects(lambda pk: User.objects.filter(pk=pk))
    companies = PreparedObjects(lambda: Company.objects.filter(pk=1))
    for _again in range(2):
        for found, expected in (
            (services.first(pk=service.pk), Service.objects.get()),
            (users.first(pk=client.pk), User.objects.get()),
            (companies.first(), Company.objects.get()),
        ):
            assert found is not None
            assert found == expected
            assert values(found) == values(expected)
            assert [type(value) for value in values(found).values()] == [
                type(value) for value in values(expected).values()
            ]
            assert not found._state.adding
    assert services.first(pk=0) is None


def test_arguments_may_be_numbers_texts_instants_dates_and_sequences() -> None:
    people = [
        ClientFactory.create(username=name, date_joined=NOON + timedelta(days=n)) for n, name in enumerate("abc")
    ]
    query = Prepared(
        lambda pks, name, since, day: (
            User.objects.filter(pk__in=pks, date_joined__gte=since, date_joined__date__lte=day)
            .exclude(username=name)
            .order_by("pk")
            .values_list("pk")
        )
    )

    def found(*who: int, name: str = "", since: datetime = NOON, days: int = 9) -> list[int]:
        rows = query.rows(
            pks=[people[n].pk for n in who], name=name, since=since, day=(NOON + timedelta(days=days)).date()
        )
        return [people.index(User.objects.get(pk=pk)) for (pk,) in rows]

    assert found(0, 1, 2) == [0, 1, 2]
    assert found(0, 2) == [0, 2]
    assert found(0, 1, 2, name="b") == [0, 2]
    assert found(0, 1, 2, since=NOON + timedelta(hours=1)) == [1, 2]
    assert found(0, 1, 2, days=1) == [0, 1]
    assert found(1, name="' OR 1=1 --") == [1]


def test_running_it_is_one_query() -> None:
    query = Prepared(lambda pk: Allocation.objects.filter(pk=pk).values_list("pk"))
    with CaptureQueriesContext(connection) as queries:
        assert query.rows(pk=1) == []
        assert query.rows(pk=2) == []
    assert len(queries) == 2


def test_a_row_is_written_as_save_writes_it() -> None:
    writer = PreparedInsert(AuditEntry)
    for after in ({"price": "12.50", "comment": "ё"}, None):
        given: dict[str, Any] = {
            "actor_role": Role.CLIENT, "door": Door.API, "action": "created", "entity": "booking", "entity_id": 7,
            "after": after, "at": NOON,
        }  # fmt: skip
        written = writer.write(AuditEntry(**given))
        saved = AuditEntry.objects.create(**given)
        assert not written._state.adding
        read = [values(AuditEntry.objects.get(pk=row.pk)) for row in (written, saved)]
        assert [row.pop("id") for row in read] == [written.pk, saved.pk]
        assert read[0] == read[1]


def test_a_refused_row_breaks_the_transaction_as_a_refused_save_does() -> None:
    writer = PreparedInsert(IdempotencyKey)
    once = {"scope": "create", "key": "k", "fingerprint": "f", "result_id": 1}
    assert writer.write(IdempotencyKey(**once)).created_at is not None
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            writer.write(IdempotencyKey(**once))
        assert transaction.get_rollback()
        transaction.set_rollback(True)


def test_a_model_that_somebody_listens_to_is_saved() -> None:
    heard = []
    signals.post_save.connect(
        lambda instance, **_: heard.append(instance), sender=IdempotencyKey, dispatch_uid="t", weak=False
    )
    try:
        row = PreparedInsert(IdempotencyKey).write(
            IdempotencyKey(scope="s", key="k", fingerprint="f", result_id=1)
        )
    finally:
        signals.post_save.disconnect(sender=IdempotencyKey, dispatch_uid="t")
    assert heard == [row]
    assert IdempotencyKey.objects.get() == row


def test_what_is_asked_and_written_in_one_trip_is_there_after_it() -> None:
    client = ClientFactory.create()
    by_name = Prepared(lambda name: User.objects.filter(username=name).values_list("pk"))
    users = PreparedObjects(lambda pk: User.objects.select_for_update().filter(pk=pk))
    keys = PreparedInsert(IdempotencyKey)
    with transaction.atomic(), one_trip():
        asked, asked_user = by_name.ask(name=client.username), users.ask(pk=client.pk)
        with one_trip():
            first, second = (
                keys.write_soon(IdempotencyKey(scope="s", key=key, fingerprint="f", result_id=1)) for key in "ab"
            )
        now = keys.write(IdempotencyKey(scope="s", key="c", fingerprint="f", result_id=1))
        assert now.pk is not None
        nobody = by_name.ask(name="nobody")
        assert nobody.rows() == []
    assert asked.rows() == asked.rows() == [(client.pk,)]
    assert asked_user.first() == client
    assert [IdempotencyKey.objects.get(pk=row.pk).key for row in (first, second, now)] == ["a", "b", "c"]
    assert not first._state.adding


def test_a_server_is_not_waited_for_within_a_trip() -> None:
    """What it refuses is raised at the end, and nothing that was sent after it holds; SQLite is no trip away."""
    keys = PreparedInsert(IdempotencyKey)
    once = {"scope": "s", "key": "k", "fingerprint": "f", "result_id": 1}
    keys.write(IdempotencyKey(**once))
    reached = []

    def write() -> None:
        with one_trip():
            keys.write_soon(IdempotencyKey(**once))
            reached.append("after the refused one")
            keys.write_soon(IdempotencyKey(**{**once, "key": "another"}))

    with transaction.atomic():
        with pytest.raises(IntegrityError):
            write()
        assert transaction.get_rollback()
        transaction.set_rollback(True)
    assert bool(reached) == (connection.vendor == "postgresql")
    assert not IdempotencyKey.objects.filter(key="another").exists()


def test_a_trip_that_somebody_leaves_early_harms_nothing() -> None:
    keys = PreparedInsert(IdempotencyKey)

    def leave() -> None:
        with transaction.atomic(), one_trip():
            keys.write_soon(IdempotencyKey(scope="s", key="k", fingerprint="f", result_id=1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        leave()
    assert not IdempotencyKey.objects.exists()
    keys.write(IdempotencyKey(scope="s", key="k", fingerprint="f", result_id=1))


def test_a_statement_of_djangos_own_is_refused_within_a_trip_and_welcome_after_it() -> None:
    with pytest.raises(NotPrepared), transaction.atomic(), one_trip():
        Service.objects.count()
    assert Service.objects.count() == 0


def test_what_is_prepared_travels_while_somebody_listens(django_assert_num_queries: Any) -> None:
    query = Prepared(lambda pk: Service.objects.filter(pk=pk).values_list("pk"))
    with django_assert_num_queries(1), one_trip():
        asked = query.ask(pk=1)
        assert asked.rows() == []


def test_rows_that_point_at_each_other_travel_together() -> None:
    """PostgreSQL draws their keys beforehand; SQLite gives each its own as it is written."""
    users, keys = PreparedInsert(User), PreparedInsert(IdempotencyKey)
    drawn = users.ask_keys(2)
    with transaction.atomic(), one_trip():
        people = [users.write_soon(User(pk=drawn.next(), username=name, password="!")) for name in "ab"]
        told = [
            keys.write_soon(IdempotencyKey(scope="s", key=person.username, fingerprint="f", result_id=person.pk))
            for person in people
        ]
    assert [User.objects.get(username=row.key).pk for row in told] == [row.result_id for row in told]
    assert [person._state.adding for person in people] == [False, False]
    assert ClientFactory.create().pk > max(person.pk for person in people)


@pytest.mark.django_db(transaction=True)
def test_the_order_to_commit_may_travel_along() -> None:
    keys = PreparedInsert(IdempotencyKey)
    told: list[int] = []
    with transaction.atomic():
        transaction.on_commit(lambda: told.append(IdempotencyKey.objects.count()))
        with one_trip(and_commit=True):
            row = keys.write_soon(IdempotencyKey(scope="s", key="k", fingerprint="f", result_id=1))
    assert (row.pk is not None, told, connection.get_autocommit()) == (True, [1], True)


@pytest.mark.django_db(transaction=True)
def test_what_is_refused_when_the_order_to_commit_travels_along_leaves_nothing() -> None:
    keys, lines = PreparedInsert(IdempotencyKey), PreparedInsert(StatusChange)
    told: list[str] = []

    def write() -> None:
        with transaction.atomic():
            transaction.on_commit(lambda: told.append("committed"))
            with one_trip(and_commit=True):
                keys.write_soon(IdempotencyKey(scope="s", key="k", fingerprint="f", result_id=1))
                # Of no booking: both databases look at foreign keys when the transaction ends.
                lines.write_soon(StatusChange(booking_id=10**9, to_status="x", by_role=Role.ADMIN, door=Door.BOT))

    with pytest.raises(IntegrityError):
        write()
    assert (told, IdempotencyKey.objects.exists()) == ([], False)
    keys.write(IdempotencyKey(scope="s", key="k", fingerprint="f", result_id=1))


@pytest.mark.django_db(transaction=True)
def test_a_transaction_within_another_is_not_committed_by_its_last_trip() -> None:
    keys = PreparedInsert(IdempotencyKey)

    def outer() -> None:
        with transaction.atomic():
            with transaction.atomic(), one_trip(and_commit=True):
                keys.write_soon(IdempotencyKey(scope="s", key="k", fingerprint="f", result_id=1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        outer()
    assert not IdempotencyKey.objects.exists()
