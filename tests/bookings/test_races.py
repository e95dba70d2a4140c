"""Races of real processes: what the database promises, it keeps, with and without the Redis lock."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection

from benchmarks.crowd import racing
from benchmarks.crowd.attempts import Wish
from booking_site.lib import clock
from booking_site.supervisor.ports import free_port
from bookings.enums import Role
from bookings.models import (
    Allocation,
    Booking,
    BookingItem,
    Promotion,
    PromotionUse,
    SpecialistService,
    User,
    WaitlistEntry,
    WaitlistOffer,
)
from bookings.read_models import ItemRequest, TimeOff
from bookings.services.cancel_booking import cancel_booking
from bookings.services.invites import invite_member
from bookings.services.waitlist import join_waitlist
from bookings.services.waitlist_matching import expire_offers
from tests.bookings.conftest import HOUR, Salon, actor_of, make_salon, set_policy
from tests.bookings.contenders import Call, Contenders, Outcome, contenders
from tests.factories import ClientFactory, ServiceFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]

CREATE = "bookings.services.create_booking.create_booking"
CONTENDERS = 12


@pytest.fixture(scope="module")
def crowd(django_db_setup: None, valkey: str) -> Iterator[Contenders]:
    database = str(connection.settings_dict["NAME"])
    with contenders(database, valkey) as crowd:
        yield crowd


@pytest.fixture
def busy_salon(transactional_db: None) -> Salon:
    """The usual salon, in real time: other processes cannot be frozen."""
    return make_salon()


@pytest.fixture
def ten(busy_salon: Salon) -> datetime:
    """10:00 in Berlin, the day after tomorrow."""
    day = clock.now().astimezone(busy_salon.location.zone).date() + timedelta(days=2)
    return datetime(day.year, day.month, day.day, 10, tzinfo=busy_salon.location.zone)


@pytest.fixture(params=[True, False], ids=["with the Redis lock", "without the Redis lock"])
def lock(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"SLOT_LOCK": request.param}


def clients(number: int) -> list[User]:
    return [ClientFactory.create() for _number in range(number)]


def create(salon: Salon, starts_at: datetime, client: User, **changes: Any) -> Call:
    arguments = {
        "actor": actor_of(client),
        "client_id": client.pk,
        "location_id": salon.location.pk,
        "items": [ItemRequest(salon.service.pk, salon.anna.pk)],
        "starts_at": starts_at,
    }
    return Call(CREATE, {**arguments, **changes})


def winners(outcomes: list[Outcome]) -> list[Any]:
    return [outcome.value for outcome in outcomes if not outcome.code]


def assert_the_rest_were_told_of_alternatives(outcomes: list[Outcome]) -> None:
    losers = [outcome for outcome in outcomes if outcome.code]
    assert {loser.code for loser in losers} == {"slot_taken"}
    assert all(loser.alternatives for loser in losers)


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


def test_two_moves_to_one_time_have_one_winner(crowd: Contenders, busy_salon: Salon, ten: datetime) -> None:
    cards = [
        busy_salon.book(ten + n * HOUR, actor=busy_salon.as_admin, client_id=client.pk)
        for n, client in enumerate(clients(4))
    ]
    calls = [
        Call(
            "bookings.services.reschedule_booking.reschedule_booking",
            {"actor": busy_salon.as_admin, "booking_id": card.id, "starts_at": ten + 5 * HOUR},
        )
        for card in cards
    ]

    outcomes = crowd.race(calls)

    assert len(winners(outcomes)) == 1
    assert_the_rest_were_told_of_alternatives(outcomes)
    assert Allocation.objects.count() == Booking.objects.count() == 4


def test_one_of_many_cancellations_counts(crowd: Contenders, busy_salon: Salon, ten: datetime) -> None:
    card = busy_salon.book(ten)
    call = Call(
        "bookings.services.cancel_booking.cancel_booking", {"actor": busy_salon.as_admin, "booking_id": card.id}
    )

    outcomes = crowd.race([call] * CONTENDERS)

    assert sorted(outcome.code for outcome in outcomes) == ["", *["wrong_status"] * (CONTENDERS - 1)]


def test_the_limit_of_open_bookings_holds_for_simultaneous_ones(
    crowd: Contenders, busy_salon: Salon, ten: datetime
) -> None:
    set_policy(max_open_bookings=2)

    outcomes = crowd.race([create(busy_salon, ten + n * HOUR, busy_salon.client) for n in range(6)])

    assert sorted(outcome.code for outcome in outcomes) == ["", "", *["too_many_bookings"] * 4]


def test_a_promotion_is_used_as_often_as_it_may_be(crowd: Contenders, busy_salon: Salon, ten: datetime) -> None:
    Promotion.objects.create(code="LAST", kind="percent", value=10, usage_limit=2)
    calls = [create(busy_salon, ten + n * HOUR, client, promo_code="last") for n, client in enumerate(clients(6))]

    outcomes = crowd.race(calls)

    assert sorted(outcome.code for outcome in outcomes) == ["", "", *["promotion_refused"] * 4]
    assert Promotion.objects.get().used == PromotionUse.objects.count() == Booking.objects.count() == 2


def test_a_visit_is_reviewed_once(crowd: Contenders, busy_salon: Salon, ten: datetime) -> None:
    card = busy_salon.book(ten)
    Booking.objects.filter(pk=card.id).update(status="done")
    call = Call(
        "bookings.services.reviews.leave_review",
        {"actor": busy_salon.as_client, "booking_id": card.id, "rating": 5},
    )

    outcomes = crowd.race([call] * CONTENDERS)

    assert sorted(outcome.code for outcome in outcomes) == ["", *["already_reviewed"] * (CONTENDERS - 1)]


def test_many_beats_offer_one_freed_time_to_one(crowd: Contenders, busy_salon: Salon, ten: datetime) -> None:
    day = ten.date()
    busy_salon.anna.working_hours.update(starts_at="10:00", ends_at="11:00")
    card = busy_salon.book(ten)
    for client in clients(3):
        join_waitlist(
            actor=actor_of(client), client_id=client.pk, location_id=busy_salon.location.pk,
            items=[ItemRequest(busy_salon.service.pk, busy_salon.anna.pk)], date_from=day, date_to=day,
        )  # fmt: skip
    cancel_booking(actor=busy_salon.as_admin, booking_id=card.id)

    outcomes = crowd.race([Call("bookings.services.waitlist_matching.expire_offers", {})] * CONTENDERS)

    assert {outcome.code for outcome in outcomes} == {""}
    assert sum(winners(outcomes)) == WaitlistOffer.objects.count() == 1
    assert WaitlistOffer.objects.get().entry == WaitlistEntry.objects.order_by("pk").first()


def test_an_offer_is_accepted_once(crowd: Contenders, busy_salon: Salon, ten: datetime) -> None:
    client = busy_salon.client
    entry = join_waitlist(
        actor=busy_salon.as_client, client_id=client.pk, location_id=busy_salon.location.pk,
        items=[ItemRequest(busy_salon.service.pk)], date_from=ten.date(), date_to=ten.date(),
    )  # fmt: skip
    assert expire_offers() == 1
    call = Call("bookings.services.waitlist.accept_offer", {"actor": busy_salon.as_client, "entry_id": entry.id})

    outcomes = crowd.race([call] * CONTENDERS)

    assert {outcome.code for outcome in outcomes} == {""}
    assert {card.id for card in winners(outcomes)} == {Booking.objects.get().pk}


def test_overlapping_series_are_whole_or_not_at_all(crowd: Contenders, busy_salon: Salon, ten: datetime) -> None:
    calls = [
        Call(
            "bookings.services.recurring.book_recurring",
            {
                "actor": actor_of(client),
                "client_id": client.pk,
                "location_id": busy_salon.location.pk,
                "items": [ItemRequest(busy_salon.service.pk, busy_salon.anna.pk)],
                "starts_at": ten + timedelta(weeks=n % 3),
                "every_weeks": 1,
                "times": 4,
            },
        )
        for n, client in enumerate(clients(6))
    ]

    outcomes = crowd.race(calls)

    assert sorted(outcome.code for outcome in outcomes) == ["", *["series_conflict"] * 5]
    assert Booking.objects.count() == 4


def test_one_telegram_user_is_registered_once(crowd: Contenders, transactional_db: None) -> None:
    call = Call(
        "bookings.services.users.register_telegram_user",
        {"tg_id": 4242, "first_name": "Ann", "last_name": "", "username": "ann", "language_code": "en"},
    )

    outcomes = crowd.race([call] * CONTENDERS)

    assert [outcome.code for outcome in outcomes] == [""] * CONTENDERS
    assert {card.id for card in winners(outcomes)} == {User.objects.get(tg_id=4242).pk}


def test_an_ended_visit_is_announced_once(crowd: Contenders, busy_salon: Salon, ten: datetime) -> None:
    card = busy_salon.book(ten)
    past = clock.now() - 2 * HOUR
    Booking.objects.filter(pk=card.id).update(starts_at=past, ends_at=past + HOUR)

    outcomes = crowd.race([Call("bookings.services.end_visits.announce_ended_visits", {})] * CONTENDERS)

    assert {outcome.code for outcome in outcomes} == {""}
    assert sum(winners(outcomes)) == 1


ACCEPT = "bookings.services.joining.accept_invite"


def test_one_invitation_lets_exactly_one_person_in(crowd: Contenders, busy_salon: Salon) -> None:
    token = invite_member(actor=busy_salon.as_admin, role=Role.ADMIN).token
    outcomes = crowd.race(
        [Call(ACCEPT, {"actor": actor_of(person), "token": token}) for person in clients(CONTENDERS)]
    )

    assert [joined.already for joined in winners(outcomes)] == [False]
    assert {outcome.code for outcome in outcomes} == {"", "invite_refused"}
    assert User.objects.filter(role=Role.ADMIN, is_superuser=False).count() == 1


def test_two_invitations_into_one_calendar_let_one_person_in(crowd: Contenders, busy_salon: Salon) -> None:
    tokens = [
        invite_member(actor=busy_salon.as_admin, role=Role.SPECIALIST, specialist_id=busy_salon.boris.pk).token
        for _number in range(2)
    ]
    people = clients(CONTENDERS)
    outcomes = crowd.race(
        [Call(ACCEPT, {"actor": actor_of(person), "token": tokens[n % 2]}) for n, person in enumerate(people)]
    )

    assert [joined.already for joined in winners(outcomes)] == [False]
    assert {outcome.code for outcome in outcomes} == {"", "invite_refused"}
    assert User.objects.filter(role=Role.SPECIALIST, pk__in=[person.pk for person in people]).count() == 1


def test_one_person_who_presses_at_once_joins_once(crowd: Contenders, busy_salon: Salon) -> None:
    token = invite_member(actor=busy_salon.as_admin, role=Role.ADMIN).token
    outcomes = crowd.race([Call(ACCEPT, {"actor": busy_salon.as_client, "token": token})] * CONTENDERS)

    assert {outcome.code for outcome in outcomes} == {""}
    assert sorted(joined.already for joined in winners(outcomes)) == [False] + [True] * (CONTENDERS - 1)
