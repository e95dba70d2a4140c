"""The demo business: complete, believable, valid, and there once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, Model
from pytest_django.plugin import DjangoDbBlocker

from booking_site.env import Env
from bookings.demo import people
from bookings.demo.seed import Seeded, seed
from bookings.enums import BookingStatus, Role
from bookings.models import (
    Allocation,
    Booking,
    BookingItem,
    CalendarOverride,
    Company,
    GroupSession,
    Location,
    Promotion,
    Review,
    Service,
    ServiceCategory,
    Specialist,
    StatusChange,
    User,
    WaitlistEntry,
)
from bookings.read_models import ItemRequest
from bookings.services.waitlist_matching import expire_offers
from bookings.signals import BookingEvent, booking_event
from bookings.slots.search import nearest_slots, place_visit

pytestmark = pytest.mark.django_db

#: A Wednesday, 12:30 in Moscow and 14:30 in Yekaterinburg.
NOON = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def seeded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Seeded]:
    """Seeded once: every test undoes its own changes, and the last one out undoes the seed."""
    heard: list[BookingEvent] = []

    def listen(event: BookingEvent, **_kwargs: Any) -> None:
        heard.append(event)

    booking_event.connect(listen)
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(NOON, tick=False):
            made = seed()
        booking_event.disconnect(listen)
        assert heard == [], "demo bookings are news to nobody"
        yield made
        transaction.set_rollback(True)


def test_the_business_has_what_the_demo_promises(seeded: Seeded) -> None:
    assert (seeded.locations, seeded.specialists, seeded.services) == (2, 6, 12)
    assert set(Location.objects.values_list("timezone", flat=True)) == {"Europe/Moscow", "Asia/Yekaterinburg"}
    assert ServiceCategory.objects.count() == 4
    assert Service.objects.filter(capacity=8).exists()
    assert Service.objects.filter(needs_room=True).exists()
    assert Service.objects.exclude(buffer_after_minutes=0).exists()
    assert CalendarOverride.objects.filter(specialist__isnull=False, starts_at=None).exists()


def test_everything_has_a_name_in_both_languages(seeded: Seeded) -> None:
    things: list[Any] = [*Location.objects.all(), *Service.objects.all(), *ServiceCategory.objects.all(),
              *Specialist.objects.all(), Company.objects.current()]  # fmt: skip
    for thing in things:
        assert set(thing.name.data) == {"ru", "en"}
        assert all(thing.name.data.values())


def test_it_is_reviewed_promoted_and_waited_for(seeded: Seeded) -> None:
    shown = Review.objects.filter(is_hidden=False)
    assert shown.count() >= 10
    assert Review.objects.filter(is_hidden=True).count() == 1
    assert shown.exclude(reply="").count() == 1
    assert all(review.created_at <= NOON for review in shown)
    assert set(Promotion.objects.values_list("code", flat=True)) == {"WELCOME", "ЛЕТО"}
    assert WaitlistEntry.objects.on_list().count() == 3
    assert not WaitlistEntry.objects.filter(client__tg_id__isnull=False).exists(), "nobody's chat is written to"
    assert dict(User.objects.exclude(tags=None).values_list("tags__name").annotate(Count("pk"))) == {
        "VIP": 1, "Постоянный клиент": 5, "Студент": 2,
    }  # fmt: skip
    with time_machine.travel(NOON + timedelta(seconds=15), tick=False):
        assert expire_offers() == 0


def test_the_people_of_the_playground_are_there(seeded: Seeded) -> None:
    for person in people.EVERYBODY:
        user = User.objects.get(tg_id=person.tg_id)
        assert (user.first_name, user.language, user.role) == (person.first_name, person.language, person.role)
    linked = Specialist.objects.order_by("position").values_list("user__tg_id", flat=True)
    assert list(linked) == [person.tg_id for person in people.SPECIALISTS]


def test_the_demo_admin_has_a_site_login(seeded: Seeded) -> None:
    admin = authenticate(username="admin", password=settings.SECRETS["ADMIN_PASSWORD"])

    assert isinstance(admin, User)
    assert (admin.tg_id, admin.role, admin.is_staff) == (people.ADMIN.tg_id, Role.ADMIN, True)


def test_two_weeks_hold_past_present_and_future(seeded: Seeded) -> None:
    assert seeded.bookings == Booking.objects.count() > 100
    past = Booking.objects.filter(ends_at__lt=NOON - timedelta(hours=1))
    assert set(past.values_list("status", flat=True)) == {
        BookingStatus.DONE, BookingStatus.NO_SHOW, BookingStatus.CANCELLED,
    }  # fmt: skip
    future = Booking.objects.filter(starts_at__gt=NOON)
    assert set(future.values_list("status", flat=True)) == {
        BookingStatus.CONFIRMED, BookingStatus.PENDING, BookingStatus.CANCELLED,
    }  # fmt: skip
    assert BookingItem.objects.filter(seat__gte=3).exists()


def test_history_lies_before_now_and_in_order(seeded: Seeded) -> None:
    assert not StatusChange.objects.filter(at__gt=NOON).exists()
    for booking in Booking.objects.prefetch_related("history"):
        lines = list(booking.history.all())
        assert lines[0].from_status == ""
        assert lines[0].at == booking.created_at
        assert all(earlier.to_status == later.from_status for earlier, later in pairwise(lines))
        assert lines[-1].to_status == booking.status


def test_what_holds_time_has_an_allocation_and_what_does_not_has_none(seeded: Seeded) -> None:
    for item in BookingItem.objects.select_related("booking").prefetch_related("allocations"):
        holds_time = item.booking.status != BookingStatus.CANCELLED
        assert bool(item.session_id or item.allocations.all()) == holds_time
    assert Allocation.objects.filter(session__isnull=False).exists()


def test_a_specialist_has_bookings_today_and_time_for_more(seeded: Seeded) -> None:
    maria = Specialist.objects.get(position=0)
    today = Booking.objects.open().filter(items__specialist=maria, starts_at__date=NOON.date())
    assert today.exists()
    offer = maria.offers.get(service__duration_minutes=45)
    place = Location.objects.get(timezone="Europe/Moscow")
    with time_machine.travel(NOON, tick=False):
        soon = nearest_slots(location_id=place.pk, items=[ItemRequest(offer.service_id, maria.pk)])
    assert soon[0].starts_at.date() == NOON.date()


def test_no_demo_booking_is_refused_by_the_engine(seeded: Seeded) -> None:
    """Each open booking of the future could be placed where it stands."""
    with time_machine.travel(NOON, tick=False):
        for booking in Booking.objects.open().filter(starts_at__gt=NOON).prefetch_related("items"):
            place_visit(
                location_id=booking.location_id,
                items=[ItemRequest(item.service_id, item.specialist_id) for item in booking.items.all()],
                starts_at=booking.starts_at,
                client_id=booking.client_id,
                ignore_booking_id=booking.pk,
                bypass_notice=True,
            )


def test_the_same_number_gives_the_same_bookings(seeded: Seeded) -> None:
    def fingerprint() -> list[tuple[object, ...]]:
        reviews = Review.objects.order_by("created_at", "pk").values_list("created_at", "rating", "text")
        rows = Booking.objects.order_by("starts_at", "items__specialist__position", "client__phone")
        return [*rows.values_list("starts_at", "status", "client__phone", "created_at", "price"), *reviews]

    first = fingerprint()
    models: tuple[type[Model], ...] = (
        WaitlistEntry, Booking, Promotion, GroupSession, Specialist, Service, ServiceCategory, Location, User,
    )  # fmt: skip
    for model in models:
        if model is Location:
            for location in Location.objects.all():
                location.rooms.all().delete()
        model._default_manager.all().delete()
    with time_machine.travel(NOON, tick=False):
        seed()
    assert fingerprint() == first


def test_a_second_run_and_a_database_in_use_are_left_alone(
    seeded: Seeded, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("seed_demo", "--force")
    assert "already" in capsys.readouterr().out
    User.objects.filter(tg_id=people.SPECIALISTS[0].tg_id).update(tg_id=None)
    call_command("seed_demo")
    assert "not empty" in capsys.readouterr().out
    assert Location.objects.count() == 2


def test_the_next_start_of_the_system_says_nothing_of_the_demo(
    seeded: Seeded, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("seed_demo", verbosity=0)
    assert capsys.readouterr().out == ""


def test_production_refuses_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ENV", Env(app_env="production"))
    with pytest.raises(CommandError, match="production"):
        call_command("seed_demo")
