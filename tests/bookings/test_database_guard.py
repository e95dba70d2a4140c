"""What the database refuses on its own, whatever the services above it do; the same on SQLite and PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from bookings.enums import Door
from bookings.models import Allocation, Booking, BookingItem, GroupSession, Room, Specialist
from bookings.services.database_errors import Refusal, refusal_of
from tests.factories import ClientFactory, LocationFactory, RoomFactory, ServiceFactory, SpecialistFactory

pytestmark = pytest.mark.django_db

TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def specialist() -> Specialist:
    return SpecialistFactory.create()


@pytest.fixture
def session(specialist: Specialist) -> GroupSession:
    return GroupSession.objects.create(
        service=ServiceFactory.create(capacity=2), specialist=specialist, location=LocationFactory.create(),
        starts_at=TEN, ends_at=TEN + HOUR, capacity=2,
    )  # fmt: skip


def occupy(
    session: GroupSession,
    starts_at: datetime,
    ends_at: datetime,
    *,
    specialist: Specialist | None = None,
    room: Room | None = None,
) -> Allocation:
    return Allocation.objects.create(
        session=session, starts_at=starts_at, ends_at=ends_at, specialist=specialist, room=room
    )


def refusal(action: Callable[[], object]) -> Refusal | None:
    """What the database answers to ``action``: None when it agrees."""
    try:
        with transaction.atomic():
            action()
    except DatabaseError as error:
        return refusal_of(error)
    return None


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        pytest.param(0, 60, id="the same"),
        pytest.param(15, 45, id="inside"),
        pytest.param(-15, 75, id="around"),
        pytest.param(-30, 1, id="into its beginning"),
        pytest.param(59, 90, id="into its end"),
    ],
)
def test_two_overlapping_allocations_of_a_specialist_are_refused(
    session: GroupSession, specialist: Specialist, starts: int, ends: int
) -> None:
    occupy(session, TEN, TEN + HOUR, specialist=specialist)

    answer = refusal(
        lambda: occupy(
            session, TEN + timedelta(minutes=starts), TEN + timedelta(minutes=ends), specialist=specialist
        )
    )

    assert answer is Refusal.OVERLAP


def test_two_overlapping_allocations_of_a_room_are_refused(session: GroupSession) -> None:
    room = RoomFactory.create()
    occupy(session, TEN, TEN + HOUR, room=room)

    assert refusal(lambda: occupy(session, TEN + HOUR / 2, TEN + 2 * HOUR, room=room)) is Refusal.OVERLAP


def test_touching_allocations_are_fine(session: GroupSession, specialist: Specialist) -> None:
    occupy(session, TEN, TEN + HOUR, specialist=specialist)

    assert refusal(lambda: occupy(session, TEN + HOUR, TEN + 2 * HOUR, specialist=specialist)) is None
    assert refusal(lambda: occupy(session, TEN - HOUR, TEN, specialist=specialist)) is None


def test_different_resources_do_not_collide(session: GroupSession, specialist: Specialist) -> None:
    occupy(session, TEN, TEN + HOUR, specialist=specialist)

    assert refusal(lambda: occupy(session, TEN, TEN + HOUR, specialist=SpecialistFactory.create())) is None
    assert refusal(lambda: occupy(session, TEN, TEN + HOUR, room=RoomFactory.create())) is None


def test_an_update_into_an_overlap_is_refused(session: GroupSession, specialist: Specialist) -> None:
    occupy(session, TEN, TEN + HOUR, specialist=specialist)
    later = occupy(session, TEN + HOUR, TEN + 2 * HOUR, specialist=specialist)

    def pull_forward() -> None:
        Allocation.objects.filter(pk=later.pk).update(starts_at=TEN + HOUR / 2)

    assert refusal(pull_forward) is Refusal.OVERLAP


def test_a_row_does_not_collide_with_itself(session: GroupSession, specialist: Specialist) -> None:
    row = occupy(session, TEN, TEN + HOUR, specialist=specialist)

    assert refusal(lambda: Allocation.objects.filter(pk=row.pk).update(ends_at=TEN + 2 * HOUR)) is None


def test_a_change_of_the_resource_into_an_overlap_is_refused(
    session: GroupSession, specialist: Specialist
) -> None:
    occupy(session, TEN, TEN + HOUR, specialist=specialist)
    other = occupy(session, TEN, TEN + HOUR, specialist=SpecialistFactory.create())

    def hand_over() -> None:
        Allocation.objects.filter(pk=other.pk).update(specialist=specialist)

    assert refusal(hand_over) is Refusal.OVERLAP


def test_an_allocation_that_began_almost_a_day_earlier_still_counts(
    session: GroupSession, specialist: Specialist
) -> None:
    occupy(session, TEN - 23 * HOUR, TEN + HOUR, specialist=specialist)

    assert refusal(lambda: occupy(session, TEN, TEN + HOUR, specialist=specialist)) is Refusal.OVERLAP


def test_fractions_of_a_second_do_not_slip_through(session: GroupSession, specialist: Specialist) -> None:
    occupy(session, TEN, TEN + HOUR + timedelta(microseconds=1), specialist=specialist)

    assert refusal(lambda: occupy(session, TEN + HOUR, TEN + 2 * HOUR, specialist=specialist)) is Refusal.OVERLAP


def test_an_allocation_longer_than_a_day_is_refused(session: GroupSession, specialist: Specialist) -> None:
    assert refusal(lambda: occupy(session, TEN, TEN + 24 * HOUR, specialist=specialist)) is None
    too_long = refusal(lambda: occupy(session, TEN + 48 * HOUR, TEN + 73 * HOUR, specialist=specialist))
    assert too_long is Refusal.OTHER


def take_seat(session: GroupSession, seat: int) -> BookingItem:
    booking = Booking.objects.create(
        location=session.location, client=ClientFactory.create(), starts_at=TEN, ends_at=TEN + HOUR,
        currency="EUR", door=Door.SYSTEM,
    )  # fmt: skip
    return BookingItem.objects.create(
        booking=booking, service=session.service, specialist=session.specialist, session=session, seat=seat,
        starts_at=TEN, ends_at=TEN + HOUR, duration_minutes=60, price=Decimal(10),
        service_name=session.service.name, specialist_name=session.specialist.name,
    )  # fmt: skip


def test_one_seat_is_given_once(session: GroupSession) -> None:
    take_seat(session, 1)

    assert refusal(lambda: take_seat(session, 1)) is Refusal.SEAT_TAKEN


def test_a_seat_beyond_the_capacity_is_refused(session: GroupSession) -> None:
    second = take_seat(session, 2)

    assert refusal(lambda: take_seat(session, 3)) is Refusal.SEAT_TAKEN
    assert refusal(lambda: take_seat(session, 0)) is Refusal.OTHER

    def push_out() -> None:
        BookingItem.objects.filter(pk=second.pk).update(seat=3)

    assert refusal(push_out) is Refusal.SEAT_TAKEN


def test_the_capacity_does_not_shrink_below_a_seat_that_is_taken(session: GroupSession) -> None:
    take_seat(session, 2)

    assert refusal(lambda: GroupSession.objects.filter(pk=session.pk).update(capacity=1)) is Refusal.SEAT_TAKEN


def test_a_second_session_at_the_same_time_is_refused(session: GroupSession) -> None:
    def open_again() -> None:
        session.pk = None
        session.save()

    assert refusal(open_again) is Refusal.OVERLAP


@pytest.mark.skipif(connection.vendor != "sqlite", reason="plans of SQLite")
def test_the_look_up_reads_an_index_range_and_not_the_history(specialist: Specialist) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'allocation_specialist_id_insert'")
        trigger = cursor.fetchone()[0]
        select = trigger[trigger.index("EXISTS (") + 8 : trigger.rindex(")\n        BEGIN")]
        for name, value in (("specialist_id", "1"), ("starts_at", "'2026'"), ("ends_at", "'2027'")):
            select = select.replace(f"NEW.{name}", value)
        cursor.execute(f"EXPLAIN QUERY PLAN {select}")
        plan = " ".join(str(row[3]) for row in cursor.fetchall())
    assert "allocation_specialist_time (specialist_id=? AND starts_at>? AND starts_at<?)" in plan
