"""Freed time goes to the first in line, then to the next."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from bookings.enums import CancelReason, OfferState, PartOfDay, WaitlistState
from bookings.models import FreedTime, Service, SpecialistService, User, WaitlistEntry, WaitlistOffer
from bookings.read_models import BookingCard, ItemRequest, WaitlistCard
from bookings.services.cancel_booking import cancel_booking
from bookings.services.reassign_booking import reassign_booking
from bookings.services.reschedule_booking import reschedule_booking
from bookings.services.waitlist import accept_offer, decline_offer
from bookings.services.waitlist_matching import expire_offers
from tests.bookings.conftest import HOUR, NOW, TOMORROW, Heard, Salon, actor_of, set_policy
from tests.bookings.test_waitlist import DAY, join
from tests.factories import ClientFactory, ServiceFactory


@pytest.fixture
def full(salon: Salon) -> tuple[BookingCard, ...]:
    """Anna's tomorrow, from nine to six, is all booked; who waited before that was looked through."""
    others = (ClientFactory.create() for _hour in range(9))
    return tuple(
        salon.book(TOMORROW + (hour - 1) * HOUR, actor=actor_of(client), client_id=client.pk)
        for hour, client in enumerate(others)
    )


@pytest.fixture
def line(salon: Salon, full: tuple[BookingCard, ...]) -> list[WaitlistCard]:
    """Three clients wait for Anna tomorrow."""
    people = [salon.client, *(ClientFactory.create() for _client in range(2))]
    cards = [join(salon, person) for person in people]
    assert expire_offers() == 0
    return cards


def free(salon: Salon, card: BookingCard) -> None:
    cancel_booking(actor=salon.as_admin, booking_id=card.id)


def offers() -> list[tuple[int, str, datetime]]:
    rows = WaitlistOffer.objects.order_by("pk").values_list("entry_id", "state", "starts_at")
    return [(entry_id, str(state), starts_at) for entry_id, state, starts_at in rows]


def states() -> list[str]:
    return list(WaitlistEntry.objects.order_by("pk").values_list("state", flat=True))


def test_a_cancelled_visit_goes_to_the_first_in_line(
    salon: Salon, full: tuple[BookingCard, ...], line: list[WaitlistCard], heard: Heard
) -> None:
    free(salon, full[1])
    assert expire_offers() == 1

    assert offers() == [(line[0].id, "open", TOMORROW)]
    assert heard.kinds == ["booking_cancelled", "slot_freed"]
    event = heard.events[-1]
    assert event.booking_id is None
    assert event.payload == {
        "waitlist_entry_id": line[0].id,
        "client_id": salon.client.pk,
        "location_id": salon.location.pk,
        "service_ids": [salon.service.pk],
        "specialist_id": salon.anna.pk,
        "starts_at": "2026-03-03T09:00:00+00:00",
        "expires_at": "2026-03-02T07:30:00+00:00",
    }


@pytest.mark.parametrize(
    ("who", "reason", "offered"),
    [
        ("admin", CancelReason.SPECIALIST_ABSENT, 0),
        ("anna", CancelReason.SPECIALIST_ABSENT, 0),
        ("anna", CancelReason.CLIENT_REQUEST, 1),
        ("client", CancelReason.SPECIALIST_ABSENT, 1),  # nothing that clients can tell
    ],
)
def test_the_time_of_a_specialist_who_cannot_come_is_offered_to_nobody(
    salon: Salon, full: tuple[BookingCard, ...], line: list[WaitlistCard], *, who: str, reason: str, offered: int
) -> None:
    own = actor_of(User.objects.get(pk=full[1].client.id))
    actor = {"admin": salon.as_admin, "anna": salon.as_anna, "client": own}[who]
    cancel_booking(actor=actor, booking_id=full[1].id, reason=reason)
    assert expire_offers() == offered


def test_the_next_gets_it_when_the_first_declines_or_is_silent(
    salon: Salon, full: tuple[BookingCard, ...], line: list[WaitlistCard], frozen: time_machine.Traveller
) -> None:
    free(salon, full[1])
    expire_offers()
    decline_offer(actor=salon.as_client, entry_id=line[0].id)
    assert expire_offers() == 1
    frozen.shift(timedelta(minutes=30))
    assert expire_offers() == 1

    assert offers() == [
        (line[0].id, "declined", TOMORROW), (line[1].id, "expired", TOMORROW), (line[2].id, "open", TOMORROW),
    ]  # fmt: skip
    assert states() == ["waiting", "waiting", "offered"]


def test_nobody_is_offered_the_same_freed_time_twice(
    salon: Salon, full: tuple[BookingCard, ...], line: list[WaitlistCard], frozen: time_machine.Traveller
) -> None:
    free(salon, full[1])
    for _silence in range(4):
        expire_offers()
        frozen.shift(timedelta(minutes=30))

    assert len(offers()) == 3
    assert not FreedTime.objects.exists(), "nobody is left for it"


def test_who_declined_is_first_again_for_another_time(
    salon: Salon, full: tuple[BookingCard, ...], line: list[WaitlistCard]
) -> None:
    free(salon, full[1])
    expire_offers()
    decline_offer(actor=salon.as_client, entry_id=line[0].id)
    free(salon, full[5])
    assert expire_offers() == 2

    assert offers()[1:] == [(line[1].id, "open", TOMORROW), (line[0].id, "open", TOMORROW + 4 * HOUR)]


def test_one_time_is_offered_to_one_at_a_time_and_two_to_two(
    salon: Salon, full: tuple[BookingCard, ...], line: list[WaitlistCard]
) -> None:
    free(salon, full[1])
    free(salon, full[1 + 4])
    assert expire_offers() == 2
    assert expire_offers() == 0

    assert [(entry, start) for entry, _state, start in offers()] == [
        (line[0].id, TOMORROW), (line[1].id, TOMORROW + 4 * HOUR),
    ]  # fmt: skip


def test_a_second_freed_time_waits_for_who_has_an_offer(
    salon: Salon, full: tuple[BookingCard, ...], frozen: time_machine.Traveller
) -> None:
    card = join(salon)
    expire_offers()
    free(salon, full[1])
    expire_offers()
    free(salon, full[3])
    assert expire_offers() == 0

    decline_offer(actor=salon.as_client, entry_id=card.id)
    assert expire_offers() == 1
    assert offers()[-1] == (card.id, "open", TOMORROW + 2 * HOUR)


@pytest.mark.parametrize("how", ["moved", "reassigned"])
def test_time_is_freed_by_moves_too(
    salon: Salon, full: tuple[BookingCard, ...], line: list[WaitlistCard], how: str
) -> None:
    if how == "moved":
        reschedule_booking(actor=salon.as_admin, booking_id=full[1].id, starts_at=TOMORROW + 24 * HOUR)
    else:
        reassign_booking(actor=salon.as_admin, booking_id=full[1].id, specialist_id=salon.boris.pk)
    expire_offers()

    assert offers() == [(line[0].id, "open", TOMORROW)]


def test_a_freed_time_is_of_its_specialist(salon: Salon, full: tuple[BookingCard, ...]) -> None:
    with_boris = [ItemRequest(salon.service.pk, salon.boris.pk)]
    for hour in range(9):
        client = ClientFactory.create()
        start = TOMORROW + (hour - 1) * HOUR
        salon.book(start, actor=actor_of(client), client_id=client.pk, items=with_boris)
    only_boris, anybody = join(salon, items=with_boris), join(salon, items=[ItemRequest(salon.service.pk)])
    expire_offers()
    free(salon, full[1])
    expire_offers()

    assert offers() == [(anybody.id, "open", TOMORROW)]
    assert WaitlistOffer.objects.get().specialist == salon.anna
    assert only_boris.id < anybody.id


@pytest.mark.parametrize(
    ("wish", "suits"),
    [
        ({"part_of_day": PartOfDay.MORNING}, True),
        ({"part_of_day": PartOfDay.DAY}, False),
        ({"part_of_day": PartOfDay.EVENING}, False),
        ({"date_from": DAY + timedelta(days=1), "date_to": DAY + timedelta(days=1)}, False),
        ({"date_from": date(2026, 3, 1), "date_to": DAY}, True),
    ],
)
def test_only_what_suits_is_offered(
    salon: Salon, full: tuple[BookingCard, ...], wish: dict[str, Any], suits: bool
) -> None:
    if wish.get("date_from") == DAY + timedelta(days=1):
        salon.anna.overrides.create(kind="closed", date_from=wish["date_from"], date_to=wish["date_from"])
    card = join(salon, **wish)
    WaitlistEntry.objects.update(looked_through=True)
    free(salon, full[1])
    expire_offers()

    assert offers() == ([(card.id, "open", TOMORROW)] if suits else [])


def test_a_gap_that_is_too_short_is_not_offered(salon: Salon, full: tuple[BookingCard, ...]) -> None:
    long = ServiceFactory.create(duration_minutes=90)
    SpecialistService.objects.create(specialist=salon.anna, service=long)
    card = join(salon, items=[ItemRequest(long.pk, salon.anna.pk)])
    expire_offers()
    free(salon, full[1])
    assert expire_offers() == 0
    free(salon, full[2])
    assert expire_offers() == 1

    assert offers() == [(card.id, "open", TOMORROW)]


def test_who_joins_while_there_is_time_is_offered_it_once(salon: Salon, frozen: time_machine.Traveller) -> None:
    first, second = join(salon), join(salon, salon.stranger)
    assert expire_offers() == 2
    nine = TOMORROW - HOUR
    assert offers() == [(first.id, "open", nine), (second.id, "open", TOMORROW)], "not both at nine"

    frozen.shift(timedelta(minutes=31))
    expire_offers()
    assert expire_offers() == 0
    assert states() == ["waiting", "waiting"]


@pytest.mark.parametrize("buffer", ["buffer_before_minutes", "buffer_after_minutes"])
def test_times_whose_buffers_overlap_are_not_both_offered(salon: Salon, buffer: str) -> None:
    Service.objects.update(**{buffer: 30})
    first, second = join(salon), join(salon, salon.stranger)
    salon.anna.working_hours.update(starts_at="09:00", ends_at="11:15")
    assert expire_offers() == 1
    assert [entry for entry, _state, _start in offers()] == [first.id], "there is room for one with the buffers"

    salon.anna.working_hours.update(ends_at="12:00")
    assert expire_offers() == 1
    (earlier, later) = [start for _entry, _state, start in offers()]
    assert later - earlier == timedelta(minutes=90)
    for card, client in ((first, salon.client), (second, salon.stranger)):
        assert accept_offer(actor=actor_of(client), entry_id=card.id).id


def test_a_seat_is_not_offered_beside_a_visit_that_overlaps_its_session(salon: Salon) -> None:
    yoga: Service = ServiceFactory.create(capacity=5)
    SpecialistService.objects.create(specialist=salon.anna, service=yoga)
    salon.anna.working_hours.update(starts_at="10:00", ends_at="11:00")
    alone = join(salon)
    seat = join(salon, salon.stranger, items=[ItemRequest(yoga.pk, salon.anna.pk)])

    assert expire_offers() == 1
    assert [entry for entry, _state, _start in offers()] == [alone.id]
    assert seat.id


def test_seats_are_offered_to_as_many_as_there_are(salon: Salon) -> None:
    yoga: Service = ServiceFactory.create(capacity=2)
    SpecialistService.objects.create(specialist=salon.anna, service=yoga)
    items = [ItemRequest(yoga.pk, salon.anna.pk)]
    salon.anna.working_hours.update(starts_at="10:00", ends_at="11:00")
    people: list[User] = [ClientFactory.create() for _seat in range(2)]
    cards = [salon.book(actor=actor_of(who), client_id=who.pk, items=items) for who in people]
    waiting = [join(salon, ClientFactory.create(), items=items) for _client in range(3)]
    assert expire_offers() == 0
    for card in cards:
        free(salon, card)
    assert expire_offers() == 2

    assert {entry for entry, _state, _start in offers()} == {waiting[0].id, waiting[1].id}


def test_an_offer_ends_before_the_notice_does(
    salon: Salon, full: tuple[BookingCard, ...], line: list[WaitlistCard], frozen: time_machine.Traveller
) -> None:
    """An hour's notice: at 8:50 the visit at 10:00 can be booked for ten more minutes; at 8:56 for too few."""
    frozen.move_to(TOMORROW - HOUR - timedelta(minutes=10))
    free(salon, full[1])
    expire_offers()
    assert WaitlistOffer.objects.get().expires_at == TOMORROW - HOUR

    frozen.shift(timedelta(minutes=6))
    decline_offer(actor=salon.as_client, entry_id=line[0].id)
    assert expire_offers() == 0


def test_a_taken_time_is_offered_to_nobody(
    salon: Salon, full: tuple[BookingCard, ...], line: list[WaitlistCard]
) -> None:
    free(salon, full[1])
    quick = ClientFactory.create()
    salon.book(actor=actor_of(quick), client_id=quick.pk)

    assert expire_offers() == 0
    assert not FreedTime.objects.exists()


def test_who_has_booked_another_way_waits_no_longer(salon: Salon, full: tuple[BookingCard, ...]) -> None:
    join(salon, items=[ItemRequest(salon.service.pk)])
    WaitlistEntry.objects.update(looked_through=True)
    salon.book(TOMORROW + HOUR, items=[ItemRequest(salon.service.pk, salon.boris.pk)])
    free(salon, full[5])

    assert expire_offers() == 0
    assert states() == ["booked"]


def test_the_banned_and_the_gone_are_passed_over(
    salon: Salon, full: tuple[BookingCard, ...], line: list[WaitlistCard]
) -> None:
    User.objects.filter(pk=salon.client.pk).update(is_banned=True)
    free(salon, full[1])
    expire_offers()

    assert [entry for entry, _state, _start in offers()] == [line[1].id]


def test_a_wish_ends_with_its_last_day(salon: Salon, frozen: time_machine.Traveller) -> None:
    salon.anna.overrides.create(kind="closed", date_from=DAY, date_to=DAY)
    join(salon)
    frozen.move_to(datetime(2026, 3, 3, 22, 59, tzinfo=UTC))
    expire_offers()
    assert states() == ["waiting"]

    frozen.move_to(datetime(2026, 3, 3, 23, 1, tzinfo=UTC))  # past midnight in Berlin
    expire_offers()
    assert states() == [WaitlistState.OVER]


def test_the_company_says_how_long_an_offer_stands(
    salon: Salon, full: tuple[BookingCard, ...], line: list[WaitlistCard]
) -> None:
    set_policy(waitlist_offer_minutes=45)
    free(salon, full[1])
    expire_offers()

    assert WaitlistOffer.objects.get().expires_at == NOW + timedelta(minutes=45)


def test_dying_between_freeing_and_offering_loses_nothing(
    salon: Salon, full: tuple[BookingCard, ...], line: list[WaitlistCard], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The offer and its event are one transaction; the next tick finds the freed time where it was."""

    class Killed(BaseException):
        pass

    def die(_event: object) -> None:
        raise Killed

    free(salon, full[1])
    with monkeypatch.context() as patch:
        patch.setattr("bookings.services.waitlist_matching.announce", die)
        with pytest.raises(Killed):
            expire_offers()
    assert (offers(), states()) == ([], ["waiting"] * 3)

    assert expire_offers() == 1


def test_an_accepted_time_is_over_for_the_rest(
    salon: Salon, full: tuple[BookingCard, ...], line: list[WaitlistCard]
) -> None:
    free(salon, full[1])
    expire_offers()
    accept_offer(actor=salon.as_client, entry_id=line[0].id)

    assert expire_offers() == 0
    assert (states(), offers()) == (
        ["booked", "waiting", "waiting"],
        [(line[0].id, OfferState.ACCEPTED, TOMORROW)],
    )
    assert not FreedTime.objects.exists()
