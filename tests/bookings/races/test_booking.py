"""Races of real processes for the same time: what the database promises, it keeps."""

import random
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from benchmarks.crowd import racing
from benchmarks.crowd.attempts import Wish
from booking_site.supervisor.ports import free_port
from bookings.models import Allocation, Booking, BookingItem, SpecialistService, User
from bookings.read_models import ItemRequest, TimeOff
from tests.bookings.conftest import HOUR, Salon
from tests.bookings.contenders import Call, Contenders
from tests.bookings.races.attempts import (
    CONTENDERS,
    assert_the_rest_were_told_of_alternatives,
    clients,
    create,
    winners,
)
from tests.factories import ServiceFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]


@pytest.fixture(params=[True, False], ids=["with the Redis lock", "without the Redis lock"])
def lock(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"SLOT_LOCK": request.param}


def test_case_06_n_parallel_attempts_for_the_last_slot_have_one_winner(
    crowd: Contenders, busy_salon: Salon, ten: datetime, lock: dict[str, Any]
) -> None:
    outcomes = crowd.race([create(busy_salon, ten, client) for client in clients(CONTENDERS)], **lock)

    assert len(winners(outcomes)) == 1
    assert_the_rest_were_told_of_alternatives(outcomes)
    assert Booking.objects.count() == Allocation.objects.count() == 1


def test_bookings_made_while_a_day_is_taken_off_are_affected_or_refused(
    crowd: Contenders, busy_salon: Salon, ten: datetime, lock: dict[str, Any]
) -> None:
    """Nobody stands at a closed door unmentioned."""
    calls = [create(busy_salon, ten + HOUR / 2 * n, client) for n, client in enumerate(clients(CONTENDERS - 1))]
    off = {"specialist_id": busy_salon.anna.pk, "date_from": ten.date(), "date_to": ten.date()}
    closing = Call("bookings.services.time_off.add_time_off", {"actor": busy_salon.as_admin, **off})

    outcomes = crowd.race([*calls[:5], closing, *calls[5:]], **lock)

    (taken,) = [outcome.value for outcome in outcomes if isinstance(outcome.value, TimeOff)]
    assert {card.id for card in taken.affected} == set(Booking.objects.values_list("pk", flat=True))
    assert {outcome.code for outcome in outcomes} <= {"", "slot_unavailable", "slot_taken"}


def test_case_06_overlapping_attempts_of_different_start_and_length_have_one_winner(
    crowd: Contenders, busy_salon: Salon, ten: datetime, lock: dict[str, Any]
) -> None:
    """Every attempt covers 10:45–11:00."""
    calls = []
    lengths = {
        minutes: ServiceFactory.create(duration_minutes=minutes, buffer_after_minutes=minutes % 20)
        for minutes in (60, 75, 90, 120)
    }
    for service in lengths.values():
        SpecialistService.objects.create(specialist=busy_salon.anna, service=service)
    people = iter(clients(CONTENDERS))
    for quarter in range(3):
        for service in lengths.values():
            items = [ItemRequest(service.pk, busy_salon.anna.pk)]
            calls.append(create(busy_salon, ten + quarter * HOUR / 4, next(people), items=items))

    outcomes = crowd.race(calls, **lock)

    assert len(winners(outcomes)) == 1
    assert_the_rest_were_told_of_alternatives(outcomes)


def test_case_07_the_last_seats_go_to_exactly_as_many_as_there_are(
    crowd: Contenders, busy_salon: Salon, ten: datetime, lock: dict[str, Any]
) -> None:
    yoga = ServiceFactory.create(capacity=5)
    SpecialistService.objects.create(specialist=busy_salon.anna, service=yoga)
    items = [ItemRequest(yoga.pk, busy_salon.anna.pk)]

    outcomes = crowd.race([create(busy_salon, ten, client, items=items) for client in clients(CONTENDERS)], **lock)

    assert len(winners(outcomes)) == 5
    assert_the_rest_were_told_of_alternatives(outcomes)
    assert list(BookingItem.objects.order_by("seat").values_list("seat", flat=True)) == [1, 2, 3, 4, 5]
    assert BookingItem.objects.values("session").distinct().count() == 1


def test_case_09_any_specialist_under_contention_is_one_booking_a_person(
    crowd: Contenders, busy_salon: Salon, ten: datetime, lock: dict[str, Any]
) -> None:
    items = [ItemRequest(busy_salon.service.pk)]

    outcomes = crowd.race([create(busy_salon, ten, client, items=items) for client in clients(CONTENDERS)], **lock)

    picked = sorted(card.items[0].specialist_id for card in winners(outcomes))
    assert picked == sorted([busy_salon.anna.pk, busy_salon.boris.pk])
    assert_the_rest_were_told_of_alternatives(outcomes)


def test_case_12_one_key_many_times_at_once_is_one_booking(
    crowd: Contenders, busy_salon: Salon, ten: datetime, lock: dict[str, Any]
) -> None:
    call = create(busy_salon, ten, busy_salon.client, idempotency_key="tg:7")

    outcomes = crowd.race([call] * CONTENDERS, **lock)

    assert [outcome.code for outcome in outcomes] == [""] * CONTENDERS
    assert len({card.id for card in winners(outcomes)}) == 1
    assert Booking.objects.count() == 1


def test_a_crowded_morning_is_filled_without_an_overlap(
    crowd: Contenders, busy_salon: Salon, ten: datetime, lock: dict[str, Any]
) -> None:
    starts = [ten + (n % 8) * HOUR / 2 for n in range(24)]
    people = clients(24)

    outcomes = crowd.race(
        [
            create(busy_salon, start, client, items=[ItemRequest(busy_salon.service.pk)])
            for start, client in zip(starts, people, strict=True)
        ],
        **lock,
    )

    assert {outcome.code for outcome in outcomes} <= {"", "slot_taken"}
    for specialist in (busy_salon.anna, busy_salon.boris):
        held = Allocation.objects.filter(specialist=specialist).order_by("starts_at")
        assert all(earlier.ends_at <= later.starts_at for earlier, later in pairwise(held))
    # Nothing that was wanted is free and was refused: every refused start overlaps both specialists' bookings.
    for outcome, start in zip(outcomes, starts, strict=True):
        if outcome.code:
            overlapping = Allocation.objects.filter(starts_at__lt=start + HOUR, ends_at__gt=start)
            assert overlapping.values("specialist").distinct().count() == 2


def test_one_client_is_in_one_place_however_many_requests_come_at_once(
    crowd: Contenders, busy_salon: Salon, ten: datetime, lock: dict[str, Any]
) -> None:
    """Overlapping visits with different specialists: no resource of theirs would refuse the second one."""
    people = [busy_salon.anna, busy_salon.boris]
    calls = [
        create(
            busy_salon, ten + (n % 3) * HOUR / 4, busy_salon.client,
            items=[ItemRequest(busy_salon.service.pk, people[n % 2].pk)],
        )
        for n in range(CONTENDERS)
    ]  # fmt: skip

    outcomes = crowd.race(calls, **lock)

    assert len(winners(outcomes)) == 1
    assert_the_rest_were_told_of_alternatives(outcomes)
    assert Booking.objects.count() == 1


def test_overlapping_starts_and_lengths_leave_no_free_time_that_was_wanted(
    crowd: Contenders, busy_salon: Salon, ten: datetime, lock: dict[str, Any]
) -> None:
    """A small form of ``make chaos ONLY=booking_race``."""
    services = {}
    for minutes in racing.LENGTHS:
        service = ServiceFactory.create(duration_minutes=minutes, buffer_after_minutes=racing.BUFFER_AFTER)
        for who in (busy_salon.anna, busy_salon.boris):
            SpecialistService.objects.create(specialist=who, service=service)
        services[minutes] = service.pk
    choose = random.Random(7)
    wishes = [
        Wish(
            "", client.pk, busy_salon.location.pk, services[minutes],
            choose.choice([None, busy_salon.anna.pk, busy_salon.boris.pk]),
            int((ten + choose.randrange(12) * HOUR / 4).timestamp() // 60), minutes,
        )
        for client, minutes in zip(clients(36), choose.choices(racing.LENGTHS, k=36), strict=True)
    ]  # fmt: skip
    calls = [
        create(
            busy_salon, wish.starts_at, User.objects.get(pk=wish.client_id),
            items=[ItemRequest(wish.service_id, wish.specialist_id)],
        )
        for wish in wishes
    ]  # fmt: skip

    outcomes = crowd.race(calls, **lock)

    assert {outcome.code for outcome in outcomes} == {"", "slot_taken"}
    calendar = racing.busy_times()
    refused = [wish for wish, outcome in zip(wishes, outcomes, strict=True) if outcome.code]
    assert [wish for wish in refused if racing.is_free(wish, calendar)] == []
    assert racing.overlaps(calendar) == 0
    assert Allocation.objects.count() == len(winners(outcomes))


def test_redis_being_down_stops_no_booking(crowd: Contenders, busy_salon: Salon, ten: datetime) -> None:
    outcomes = crowd.race(
        [create(busy_salon, ten, client) for client in clients(CONTENDERS)],
        REDIS_URL=f"redis://127.0.0.1:{free_port()}/0",
    )

    assert len(winners(outcomes)) == 1
    assert_the_rest_were_told_of_alternatives(outcomes)
