"""Visits that repeat and group sessions on the admin site: read there, called off by their services."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from bookings.models import Booking, BookingSeries, GroupSession, Service, SpecialistService, User
from bookings.read_models import ItemRequest
from bookings.services.group_sessions import open_session
from bookings.services.recurring import book_recurring
from tests.bookings.admin.test_bookings import site, told
from tests.bookings.conftest import TOMORROW, Salon
from tests.factories import ServiceFactory

__all__ = ["site"]  # the fixture


def listing(model: str) -> str:
    return reverse(f"admin:bookings_{model}_changelist")


@pytest.fixture
def series(salon: Salon) -> BookingSeries:
    book_recurring(
        actor=salon.as_client, client_id=salon.client.pk, location_id=salon.location.pk, starts_at=TOMORROW,
        items=[ItemRequest(salon.service.pk, salon.anna.pk)], every_weeks=2, times=3,
    )  # fmt: skip
    return BookingSeries.objects.get()


@pytest.fixture
def session(salon: Salon) -> GroupSession:
    yoga = ServiceFactory.create(capacity=2)
    SpecialistService.objects.create(specialist=salon.anna, service=yoga)
    open_session(
        actor=salon.as_anna, location_id=salon.location.pk, service_id=yoga.pk, specialist_id=salon.anna.pk,
        starts_at=TOMORROW + timedelta(days=1),
    )  # fmt: skip
    salon.book(TOMORROW + timedelta(days=1), items=[ItemRequest(yoga.pk, salon.anna.pk)])
    return GroupSession.objects.get()


def test_a_series_shows_its_visits_and_leads_to_them(site: Client, salon: Salon, series: BookingSeries) -> None:
    shown = site.get(listing("bookingseries")).content.decode()
    assert "every 2 weeks × 3" in shown
    page = site.get(reverse("admin:bookings_bookingseries_change", args=[series.pk])).content.decode()
    for booking in Booking.objects.all():
        assert f"../../../booking/{booking.pk}/change/" in page
    assert salon.client.display_name in page
    assert 'name="_save"' not in page


def test_what_is_ahead_of_a_series_is_called_off(site: Client, series: BookingSeries) -> None:
    off = {"action": "call_off", "_selected_action": [series.pk]}

    assert told(site.post(listing("bookingseries"), off, follow=True)) == ["1 changed."]
    assert set(Booking.objects.values_list("status", flat=True)) == {"cancelled"}


def test_a_session_shows_who_comes(site: Client, salon: Salon, session: GroupSession) -> None:
    assert "1 / 2" in site.get(listing("groupsession")).content.decode()
    page = site.get(reverse("admin:bookings_groupsession_change", args=[session.pk])).content.decode()
    assert f"../../../booking/{Booking.objects.get().pk}/change/" in page
    assert salon.client.display_name in page
    assert 'name="_save"' not in page


def test_a_search_counts_each_seat_once(site: Client, salon: Salon, session: GroupSession) -> None:
    items = [ItemRequest(session.service_id, salon.anna.pk)]
    salon.book(session.starts_at, actor=salon.as_admin, client_id=salon.stranger.pk, items=items)
    User.objects.filter(pk__in=[salon.client.pk, salon.stranger.pk]).update(phone="+491700000")

    assert "2 / 2" in site.get(listing("groupsession"), {"q": "+4917"}).content.decode()


def test_a_session_is_called_off_with_everybody_in_it(site: Client, session: GroupSession) -> None:
    off = {"action": "call_off", "_selected_action": [session.pk]}

    assert told(site.post(listing("groupsession"), off, follow=True)) == ["1 changed."]
    assert Booking.objects.get().status == "cancelled"
    assert not GroupSession.objects.exists()


class TestOpeningASession:
    ADD = "admin:bookings_groupsession_add"

    @pytest.fixture
    def yoga(self, salon: Salon) -> Service:
        yoga = ServiceFactory.create(capacity=2)
        SpecialistService.objects.create(specialist=salon.anna, service=yoga)
        return yoga

    def form(self, salon: Salon, yoga: Service, **changes: object) -> dict[str, object]:
        local = TOMORROW.astimezone(salon.location.zone)
        return {
            "service": yoga.pk, "specialist": salon.anna.pk, "location": salon.location.pk, "day": local.date(),
            "time": local.strftime("%H:%M"), "idempotency_key": "k", **changes,
        }  # fmt: skip

    def test_puts_it_into_the_calendar_once(self, site: Client, salon: Salon, yoga: Service) -> None:
        page = site.get(reverse(self.ADD)).content.decode()
        assert str(yoga.name) in page
        assert str(salon.service.name) not in page
        for _again in range(2):
            answer = site.post(reverse(self.ADD), self.form(salon, yoga), follow=True)
            assert told(answer) == ["The session is open for bookings."]
        session = GroupSession.objects.get()
        assert (session.service_id, session.starts_at, session.planned) == (yoga.pk, TOMORROW, True)

    def test_says_why_it_cannot_be(self, site: Client, salon: Salon, yoga: Service) -> None:
        salon.book(TOMORROW)
        answer = site.post(reverse(self.ADD), self.form(salon, yoga))
        assert answer.context["form"].non_field_errors()
        assert not GroupSession.objects.exists()

    def test_is_for_group_services_alone(self, site: Client, salon: Salon, yoga: Service) -> None:
        answer = site.post(reverse(self.ADD), self.form(salon, yoga, service=salon.service.pk))
        assert list(answer.context["form"].errors) == ["service"]
