"""What is changed on the pages of the site is audited: rows, their parts, and what actions do to many."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bookings.admin.marked import READ
from bookings.models import AuditEntry, CalendarOverride, Service, SpecialistService
from tests.bookings.conftest import Salon
from tests.factories import RoomFactory


@pytest.fixture
def site(salon: Salon, client: Client) -> Client:
    client.force_login(salon.admin)
    return client


def url(model: str, page: str, *args: int) -> str:
    return reverse(f"admin:bookings_{model}_{page}", args=args)


def trail() -> list[tuple[str, str, Any, Any]]:
    """Entries in the order of writing; all through the site."""
    entries = list(AuditEntry.objects.order_by("id"))
    assert {(entry.door, entry.actor_role) for entry in entries} <= {("admin", "admin")}
    return [(entry.entity, entry.action, entry.before, entry.after) for entry in entries]


def form_of(site: Client, address: str) -> dict[str, Any]:
    """What a browser would send back from the page, unchanged."""
    context = site.get(address).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    sent: dict[str, Any] = {READ: context["read_marks"]} if "read_marks" in context else {}
    for form in forms:
        for bound in form:
            value = bound.value()
            if hasattr(value, "localize"):
                sent |= {f"{bound.html_name}_{n}": value.localize(code) for n, code in enumerate(("ru", "en"))}
            elif value is not None and value is not False:
                sent[bound.html_name] = (
                    [one.pk if hasattr(one, "pk") else one for one in value] if isinstance(value, list) else value
                )
    return sent


def test_a_changed_row_is_told_before_and_after(site: Client, salon: Salon) -> None:
    address = url("service", "change", salon.service.pk)
    answer = site.post(address, form_of(site, address) | {"position": 7})

    assert answer.status_code == 302, answer.context["errors"]
    assert trail() == [("service", "updated", {"position": 0}, {"position": 7})]
    assert site.post(address, form_of(site, address)).status_code == 302
    assert len(trail()) == 1, "what was only looked at leaves no entry"


def test_a_new_row_and_one_that_is_gone(site: Client, salon: Salon) -> None:
    closed = {
        "kind": "closed", "specialist": salon.anna.pk, "location": "", "room": "", "date_from": "2026-03-03",
        "date_to": "2026-03-03", "starts_at": "", "ends_at": "", "reason": "ill",
    }  # fmt: skip
    site.post(url("calendaroverride", "add"), closed)
    override = CalendarOverride.objects.get()
    site.post(url("calendaroverride", "delete", override.pk), {"post": "yes"})

    made, gone = trail()
    assert made[:3] == ("calendar_override", "created", None)
    assert (made[3]["reason"], made[3]["specialist_id"]) == ("ill", salon.anna.pk)
    assert gone == ("calendar_override", "deleted", made[3], None)


def test_parts_of_a_page_are_rows_of_their_own(site: Client, salon: Salon) -> None:
    address = url("service", "change", salon.service.pk)
    first, second = SpecialistService.objects.filter(service=salon.service).order_by("id")
    sent = form_of(site, address) | {"offers-0-price": "70", "offers-1-DELETE": "on"}
    answer = site.post(address, sent)

    assert answer.status_code == 302, answer.context["errors"]
    changed, gone = trail()
    assert changed == ("specialist_service", "updated", {"price": None}, {"price": "70.00"})
    assert gone[:2] == ("specialist_service", "deleted")
    assert {entry.entity_id for entry in AuditEntry.objects.all()} == {first.pk, second.pk}


def test_each_row_of_an_action_has_its_entry(site: Client, salon: Salon) -> None:
    rooms = RoomFactory.create_batch(2, location=salon.location)
    site.post(url("room", "changelist"), {"action": "archive", "_selected_action": [room.pk for room in rooms]})

    assert trail() == [("room", "updated", {"is_active": True}, {"is_active": False})] * 2


def test_bans_and_passwords_are_audited_and_passwords_not_told(site: Client, salon: Salon) -> None:
    site.post(url("user", "changelist"), {"action": "ban", "_selected_action": [salon.client.pk]})
    changed = site.post(
        reverse("admin:auth_user_password_change", args=[salon.client.pk]),
        {"password1": "Long-enough-7", "password2": "Long-enough-7", "usable_password": "true"},
    )

    assert changed.status_code == 302
    assert [entry[:2] for entry in trail()] == [("user", "updated"), ("user", "updated")]
    assert trail()[0][2:] == ({"is_banned": False}, {"is_banned": True})
    assert trail()[1][3] == {"password": "***"}


def test_what_is_refused_leaves_no_entry(site: Client, salon: Salon) -> None:
    address = url("service", "change", salon.service.pk)
    answer = site.post(address, form_of(site, address) | {"duration_minutes": 1})

    assert answer.status_code == 200
    assert trail() == []
    assert Service.objects.get().duration_minutes == 60
