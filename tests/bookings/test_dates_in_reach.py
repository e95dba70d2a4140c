"""Rows written before dates and windows had bounds."""

from datetime import date
from importlib import import_module

from django.apps import apps
from django.db import connection

from bookings.models import CalendarOverride, Company
from tests.bookings.conftest import Salon

bring_into_reach = import_module("bookings.migrations.0013_dates_and_windows_in_reach").bring_into_reach


def test_what_meant_for_ever_is_brought_within_bounds_and_the_rest_stays(salon: Salon) -> None:
    for first, last in ((date(2026, 3, 3), date.max), (date.min, date.min), (date.max, date.max)):
        CalendarOverride.objects.create(kind="closed", location=salon.location, date_from=first, date_to=last)
    Company.objects.current()
    Company.objects.update(cancel_window_minutes=2**31 - 1, min_notice_minutes=60)

    bring_into_reach(apps, connection.schema_editor())

    first_day, last_day = date(1900, 1, 1), date(2199, 12, 31)
    assert list(CalendarOverride.objects.order_by("pk").values_list("date_from", "date_to")) == [
        (date(2026, 3, 3), last_day),
        (first_day, first_day),
        (last_day, last_day),
    ]
    company = Company.objects.get()
    assert (company.cancel_window_minutes, company.min_notice_minutes) == (525_600, 60)
