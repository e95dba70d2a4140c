"""Visits as files for calendars, read back with the parser that calendars' makers test against."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import override_settings
from icalendar import Calendar, Event

from bookings.exceptions import NotFound
from bookings.models import AuditEntry, Booking, CalendarFeed, Location, Specialist, SpecialistService, User
from bookings.queries.calendar_feed import booking_ics, specialist_ics
from bookings.read_models import ItemRequest
from bookings.services.calendar_feeds import feed_token, rotate_calendar_feed
from bookings.services.cancel_booking import cancel_booking
from bookings.services.reschedule_booking import reschedule_booking
from tests.bookings.conftest import HOUR, TOMORROW, Salon, actor_of, set_policy
from tests.factories import ServiceFactory


def events(data: bytes) -> list[Event]:
    """Whole lines of at most 75 octets that end as the standard says, and what is in them."""
    assert data.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    return list(Calendar.from_ical(data).events)


def one(salon: Salon, booking_id: int) -> Any:
    (event,) = events(booking_ics(actor=salon.as_client, booking_id=booking_id))
    return event


def feed(salon: Salon) -> list[Any]:
    return events(specialist_ics(token=feed_token(actor=salon.as_anna, specialist_id=salon.anna.pk)))


def test_a_booking_is_an_event_with_an_alarm(salon: Salon) -> None:
    Location.objects.update(address="Unter den Linden 1")
    card = salon.book()

    event = one(salon, card.id)

    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (
        f"booking-{card.id}@booking-service",
        1,
        "CONFIRMED",
    )
    assert (event.start, event.end) == (TOMORROW, TOMORROW + HOUR)
    assert event["SUMMARY"] == card.items[0].service_name.localize("en")
    assert event["LOCATION"] == f"{card.location.name.localize('en')}, Unter den Linden 1"
    assert card.items[0].specialist_name.localize("en") in event["DESCRIPTION"]
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("TRIGGER") == timedelta(hours=-2)


def test_a_newer_file_replaces_the_older_one(salon: Salon) -> None:
    card = salon.book()
    before = one(salon, card.id)
    reschedule_booking(actor=salon.as_client, booking_id=card.id, starts_at=TOMORROW + HOUR)

    after = one(salon, card.id)

    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (1, 2)
    assert after.start == TOMORROW + HOUR


def test_a_cancelled_visit_leaves_the_calendar(salon: Salon) -> None:
    card = salon.book()
    cancel_booking(actor=salon.as_client, booking_id=card.id)

    data = booking_ics(actor=salon.as_client, booking_id=card.id)

    (event,) = events(data)
    assert (event["STATUS"], event.walk("VALARM")) == ("CANCELLED", [])
    assert b"METHOD:CANCEL" in data


def test_what_waits_for_agreement_is_tentative(salon: Salon) -> None:
    set_policy(auto_confirm=False)

    assert one(salon, salon.book().id)["STATUS"] == "TENTATIVE"


def test_the_same_visit_is_the_same_bytes(salon: Salon, frozen: time_machine.Traveller) -> None:
    """So that an ETag of the answer means something."""
    card = salon.book()
    first = booking_ics(actor=salon.as_client, booking_id=card.id)
    frozen.shift(timedelta(minutes=5))

    assert booking_ics(actor=salon.as_client, booking_id=card.id) == first


def test_it_speaks_the_clients_language(salon: Salon) -> None:
    User.objects.filter(pk=salon.client.pk).update(language="ru")
    card = salon.book()

    event = one(salon, card.id)

    assert event["SUMMARY"] == card.items[0].service_name.localize("ru")
    assert ", специалист: " in event["DESCRIPTION"]


def test_hostile_text_stays_text(salon: Salon) -> None:
    nasty = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT;a,b\\"
    Location.objects.update(address=nasty)
    salon.book(comment="y\nATTENDEE:mailto:a@b.c")

    assert len(feed(salon)) == 1
    assert not any("ATTENDEE" in event for event in feed(salon))


def test_a_file_is_for_who_may_see_the_booking(salon: Salon) -> None:
    card = salon.book()

    with pytest.raises(NotFound):
        booking_ics(actor=actor_of(salon.stranger), booking_id=card.id)


# A specialist's feed


def test_a_feed_has_what_a_specialist_does(salon: Salon) -> None:
    User.objects.filter(pk=salon.client.pk).update(phone="+4930123", first_name="Kim", last_name="Lee")
    with_boris = [ItemRequest(salon.service.pk, salon.boris.pk)]
    card = salon.book(comment="Fringe only")
    salon.book(TOMORROW + HOUR, items=with_boris)
    cancelled = salon.book(TOMORROW + 2 * HOUR)
    cancel_booking(actor=salon.as_client, booking_id=cancelled.id)

    (event,) = feed(salon)

    assert event["UID"] == f"booking-{card.id}-0@booking-service"
    assert event["SUMMARY"].endswith("· Kim Lee")
    assert event["DESCRIPTION"] == "+4930123\nFringe only"


def test_a_class_is_one_event_however_many_come(salon: Salon) -> None:
    yoga = ServiceFactory.create(capacity=3)
    SpecialistService.objects.create(specialist=salon.anna, service=yoga)
    for client in (salon.client, salon.stranger):
        salon.book(actor=actor_of(client), client_id=client.pk, items=[ItemRequest(yoga.pk, salon.anna.pk)])

    (event,) = feed(salon)

    assert event["SUMMARY"].endswith("· 2/3")
    assert event["DESCRIPTION"] == f"{salon.client.display_name}\n{salon.stranger.display_name}"


def test_a_feed_costs_a_fixed_number_of_queries(salon: Salon, django_assert_num_queries: Any) -> None:
    token = feed_token(actor=salon.as_anna, specialist_id=salon.anna.pk)
    for hour in range(4):
        salon.book(TOMORROW + hour * HOUR)

    with django_assert_num_queries(3):  # and one for seats, where there are sessions
        assert len(events(specialist_ics(token=token))) == 4


def test_the_address_stays_until_it_is_changed(salon: Salon) -> None:
    first = feed_token(actor=salon.as_anna, specialist_id=salon.anna.pk)
    assert feed_token(actor=salon.as_admin, specialist_id=salon.anna.pk) == first
    assert re.fullmatch(r"[0-9a-f]{48}", first)
    assert CalendarFeed.objects.get().key not in ("", first)

    second = rotate_calendar_feed(actor=salon.as_anna, specialist_id=salon.anna.pk)

    assert second != first
    assert specialist_ics(token=second)
    with pytest.raises(NotFound):
        specialist_ics(token=first)
    assert AuditEntry.objects.get(entity="calendar_feed").action == "rotated"


@pytest.mark.parametrize(
    "spoil", [lambda token: token[:-1], lambda token: token[:16] + "0" * 32, lambda _token: ""]
)
def test_a_wrong_address_leads_nowhere(salon: Salon, spoil: Any) -> None:
    token = feed_token(actor=salon.as_anna, specialist_id=salon.anna.pk)

    with pytest.raises(NotFound):
        specialist_ics(token=spoil(token))


def test_who_has_left_has_no_calendar(salon: Salon) -> None:
    token = feed_token(actor=salon.as_anna, specialist_id=salon.anna.pk)
    Specialist.objects.update(is_active=False)

    with pytest.raises(NotFound):
        specialist_ics(token=token)


@pytest.mark.parametrize("change", [{"is_banned": True}, {"is_active": False}])
def test_who_is_shut_out_has_no_calendar_while_that_lasts(salon: Salon, change: dict[str, bool]) -> None:
    token = feed_token(actor=salon.as_anna, specialist_id=salon.anna.pk)
    User.objects.filter(pk=salon.anna_user.pk).update(**change)

    with pytest.raises(NotFound):
        specialist_ics(token=token)
    User.objects.filter(pk=salon.anna_user.pk).update(is_banned=False, is_active=True)
    assert specialist_ics(token=token)


def test_an_address_is_its_specialists(salon: Salon) -> None:
    for actor in (salon.as_client, salon.as_anna):
        for ask in (feed_token, rotate_calendar_feed):
            with pytest.raises(NotFound):
                ask(actor=actor, specialist_id=salon.boris.pk)
    with pytest.raises(NotFound):
        feed_token(actor=salon.as_admin, specialist_id=0)


def test_a_former_secret_key_still_opens(salon: Salon) -> None:
    token = feed_token(actor=salon.as_anna, specialist_id=salon.anna.pk)
    from django.conf import settings

    old = settings.SECRET_KEY
    with override_settings(SECRET_KEY="n" * 50, SECRET_KEY_FALLBACKS=[old]):
        assert specialist_ics(token=token)
    with override_settings(SECRET_KEY="n" * 50), pytest.raises(NotFound):
        specialist_ics(token=token)


def test_a_day_long_past_is_left_out(salon: Salon, frozen: time_machine.Traveller) -> None:
    salon.book()
    assert Booking.objects.exists()
    frozen.shift(timedelta(days=40))

    assert feed(salon) == []
