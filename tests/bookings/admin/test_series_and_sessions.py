"""Visits that repeat and group sessions on the admin site: read there, called off by their services."""

from datetime import datetime, timedelta

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


class TestBookingASeries:
    ADD = "admin:bookings_bookingseries_add"

    def form(self, salon: Salon, **changes: object) -> dict[str, object]:
        local = TOMORROW.astimezone(salon.location.zone)
        return {
            "client": salon.client.pk, "location": salon.location.pk, "day": local.date(), "time": local.strftime("%H:%M"),
            "every_weeks": 1, "times": 3, "service_0": salon.service.pk, "specialist_0": salon.anna.pk,
            "idempotency_key": "k", **changes,
        }  # fmt: skip

    def look(self, site: Client, form: dict[str, object]) -> dict[str, object]:
        """The form once its dates were seen."""
        shown = site.post(reverse(self.ADD), form)
        assert not BookingSeries.objects.exists()
        return {**form, "planned": shown.context["form"]["planned"].value(), "_book": "1"}

    def test_shows_the_dates_and_writes_nothing_until_they_are_booked(self, site: Client, salon: Salon) -> None:
        assert site.get(reverse(self.ADD), {"client": salon.client.pk}).status_code == 200
        form = self.form(salon)
        shown = site.post(reverse(self.ADD), form)
        assert [row.number for row in shown.context["rows"]] == [1, 2, 3]
        assert (shown.context["conflicts"], shown.context["free"]) == (0, "3 visits")
        seen = self.look(site, form)
        for _again in range(2):
            assert told(site.post(reverse(self.ADD), seen, follow=True)) == ["3 visits were booked."]
        series = BookingSeries.objects.get()
        assert list(series.bookings.order_by("starts_at").values_list("starts_at", flat=True)) == [
            TOMORROW + timedelta(weeks=week) for week in range(3)
        ]

    def test_nothing_is_booked_for_dates_that_were_not_seen(self, site: Client, salon: Salon) -> None:
        seen = self.look(site, self.form(salon))
        for changed in ({**seen, "times": 4}, {**seen, "planned": ""}):
            shown = site.post(reverse(self.ADD), changed)
            assert len(shown.context["rows"]) == changed["times"]
        assert not BookingSeries.objects.exists()

    def test_a_date_that_is_not_free_is_moved_or_left_out(self, site: Client, salon: Salon) -> None:
        for weeks in (1, 2):
            salon.book(TOMORROW + timedelta(weeks=weeks), actor=salon.as_admin, client_id=salon.stranger.pk)
        shown = site.post(reverse(self.ADD), self.form(salon))
        taken = [row for row in shown.context["rows"] if row.reason]
        assert [row.number for row in taken] == [2, 3]
        assert "required" not in str(taken[0].field)
        other = taken[0].field.field.choices[1][0]
        seen = self.look(site, self.form(salon))
        assert site.post(reverse(self.ADD), seen).context["form"].non_field_errors()
        assert not BookingSeries.objects.exists()

        site.post(reverse(self.ADD), {**seen, "visit_2": other, "visit_3": ""})

        starts = list(
            BookingSeries.objects.get().bookings.order_by("starts_at").values_list("starts_at", flat=True)
        )
        assert starts == [TOMORROW, datetime.fromisoformat(other)]

    def test_what_was_taken_since_the_dates_were_seen_is_shown_first(self, site: Client, salon: Salon) -> None:
        salon.book(TOMORROW + timedelta(weeks=1), actor=salon.as_admin, client_id=salon.stranger.pk)
        seen = self.look(site, self.form(salon))
        salon.book(TOMORROW + timedelta(weeks=2), actor=salon.as_admin, client_id=salon.stranger.pk)

        shown = site.post(reverse(self.ADD), {**seen, "visit_2": ""})

        assert shown.context["form"].non_field_errors()
        assert [row.number for row in shown.context["rows"] if row.reason] == [2, 3]
        assert not BookingSeries.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"every_weeks": 0}, "every_weeks"), ({"every_weeks": 53}, "every_weeks"), ({"times": 1}, "times"),
            ({"client": ""}, "client"), ({"service_0": ""}, "service_0"), ({"promo_code": "NONE"}, "__all__"),
        ],
    )  # fmt: skip
    def test_says_what_cannot_be(self, site: Client, salon: Salon, changes: dict[str, object], field: str) -> None:
        answer = site.post(reverse(self.ADD), self.form(salon, **changes))

        assert list(answer.context["form"].errors) == [field]

    def test_leaving_out_all_of_them_books_nothing(self, site: Client, salon: Salon) -> None:
        for week in range(3):
            salon.book(TOMORROW + timedelta(weeks=week), actor=salon.as_admin, client_id=salon.stranger.pk)
        seen = self.look(site, self.form(salon))

        shown = site.post(reverse(self.ADD), {**seen, "visit_1": "", "visit_2": "", "visit_3": ""})

        assert shown.context["form"].non_field_errors() == ["No visit is left to be booked."]
        assert not BookingSeries.objects.exists()

    @pytest.mark.parametrize("sent", ["soon", "2026-13-01T10:00:00+00:00", "2026-03-10T10:00:00"])
    def test_a_time_that_is_none_is_no_choice(self, site: Client, salon: Salon, sent: str) -> None:
        salon.book(TOMORROW + timedelta(weeks=1), actor=salon.as_admin, client_id=salon.stranger.pk)
        seen = self.look(site, self.form(salon))

        assert site.post(reverse(self.ADD), {**seen, "visit_2": sent}).context["form"].non_field_errors()

    def test_is_for_admins(self, client: Client, salon: Salon) -> None:
        salon.anna_user.is_staff = True
        salon.anna_user.save()
        client.force_login(salon.anna_user)
        assert client.get(reverse(self.ADD)).status_code == 403
        assert client.post(reverse(self.ADD), self.form(salon)).status_code == 403
