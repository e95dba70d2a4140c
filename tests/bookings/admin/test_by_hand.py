"""Addresses and forms that no page of the site made: a refusal in words, never a breakdown."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bookings.models import Booking, CalendarOverride
from tests.bookings.admin.test_bookings import ADD, LIST, filled_in, page, site
from tests.bookings.conftest import Salon

__all__ = ["site"]

NO_KEYS = ("abc", "9" * 22, "9" * 5000, "1.5", "\x00")


@pytest.mark.parametrize(
    ("day", "time"), [("0001-01-01", "00:30"), ("9999-12-31", "23:30"), ("1899-12-31", "12:00")]
)
def test_days_that_nobody_plans_are_named(site: Client, salon: Salon, day: str, time: str) -> None:
    booked = salon.book()

    for path, form in (
        (ADD, filled_in(salon, day=day, time=time)),
        (page("move", booked.id), {"day": day, "time": time, "version": booked.version}),
    ):
        assert "Ensure this value is" in site.post(path, form).content.decode()
    assert Booking.objects.get().starts_at == booked.starts_at


def test_a_client_who_cannot_be_is_nobody(site: Client, salon: Salon) -> None:
    for value in NO_KEYS:
        assert site.get(ADD, {"client": value}).status_code == 200
        refused = site.post(ADD, filled_in(salon, client=value))
        assert 'class="errorlist' in refused.content.decode()
    assert not Booking.objects.exists()


def test_so_is_a_specialist_who_is_looked_up(site: Client, salon: Salon) -> None:
    add = reverse("admin:bookings_calendaroverride_add")
    for value in NO_KEYS:
        form = {"kind": "closed", "specialist": value, "date_from": "2026-03-03", "date_to": "2026-03-03"}
        assert 'class="errorlist' in site.post(add, form).content.decode()
        assert site.get(add, {"specialist": value}).status_code == 200
    assert not CalendarOverride.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        {"starts_at__year": "9999"},
        {"starts_at__year": "1"},
        {"starts_at__year": "9999", "starts_at__month": "12", "starts_at__day": "31"},
        {"id__in": "9" * 30},
        {"location__exact": "9" * 30},
    ],
)
def test_a_filter_that_cannot_be_leads_back_to_the_list_or_finds_nothing(
    site: Client, query: dict[str, Any]
) -> None:
    """PostgreSQL compares with numbers of any size, SQLite does not."""
    answer = site.get(LIST, query)

    if answer.status_code == 302:
        assert answer["Location"] == f"{LIST}?e=1"
    else:
        assert (answer.status_code, answer.context["cl"].result_count) == (200, 0)


def test_an_action_on_rows_that_cannot_be_does_nothing(site: Client, salon: Salon) -> None:
    booked = salon.book(actor=salon.as_admin)

    for value in NO_KEYS:
        form = {"action": "complete_selected", "_selected_action": [booked.id, value]}
        assert "No items have been changed." in site.post(LIST, form, follow=True).content.decode()
    assert Booking.objects.get().version == booked.version


def test_a_version_that_cannot_be_is_not_found(site: Client, salon: Salon) -> None:
    booked = salon.book(actor=salon.as_admin)

    for version in ("9" * 5000, str(2**31), "-1", "٣x"):
        answer = site.post(page("outcome", booked.id), {"outcome": "complete", "version": version})
        assert answer.status_code == 404


def test_a_moment_in_an_address_is_left_to_the_form(site: Client) -> None:
    assert site.get(reverse("admin:bookings_apikey_add"), {"expires_at": "2026-03-03"}).status_code == 200
