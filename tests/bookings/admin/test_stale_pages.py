"""A page that was open while somebody else changed the same row writes nothing over it."""

from decimal import Decimal

from django.test import Client

from bookings.models import AuditEntry, Service, Specialist
from tests.bookings.admin.test_audit_of_pages import form_of, site, url
from tests.bookings.conftest import Salon

__all__ = ["site"]  # the fixture


def test_what_somebody_else_changed_is_not_written_over(site: Client, salon: Salon) -> None:
    address = url("service", "change", salon.service.pk)
    opened = form_of(site, address)
    Service.objects.filter(pk=salon.service.pk).update(price=Decimal(99))

    answer = site.post(address, opened | {"position": 7})

    assert answer.status_code == 200
    assert "Somebody else has changed this since the page was opened: Price." in answer.content.decode()
    again = site.post(address, opened | {"position": 7})
    assert again.status_code == 200, "the page that comes back with the error is as old as before"
    row = Service.objects.get(pk=salon.service.pk)
    assert (row.price, row.position, AuditEntry.objects.count()) == (Decimal(99), 0, 0)
    assert site.post(address, form_of(site, address) | {"position": 7}).status_code == 302


def test_relations_count_and_the_page_itself_may_change_everything(site: Client, salon: Salon) -> None:
    address = url("specialist", "change", salon.anna.pk)
    opened = form_of(site, address)
    assert site.post(address, opened | {"position": 3}).status_code == 302
    salon.anna.refresh_from_db()
    assert salon.anna.position == 3

    opened = form_of(site, address)
    Specialist.objects.get(pk=salon.anna.pk).locations.clear()
    assert "page was opened: Locations" in site.post(address, opened).content.decode()


def test_marks_that_nobody_made_are_no_error(site: Client, salon: Salon) -> None:
    address = url("service", "change", salon.service.pk)
    for marks in ("", "no json", "[]", "7", '{"nothing": "like that"}'):
        assert site.post(address, form_of(site, address) | {"_read": marks}).status_code == 302
