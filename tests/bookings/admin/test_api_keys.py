"""Keys of the API on the admin site: shown once, then only told apart."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bookings.actor import SYSTEM
from bookings.models import ApiKey, AuditEntry, User
from bookings.services.api_keys import holder_of, issue_api_key
from tests.bookings.conftest import Salon

ADD, LIST = reverse("admin:bookings_apikey_add"), reverse("admin:bookings_apikey_changelist")


@pytest.fixture
def site(salon: Salon, client: Client) -> Client:
    client.force_login(salon.admin)
    return client


def form(salon: Salon, **changes: Any) -> dict[str, Any]:
    return {
        "name": "CRM",
        "owner": salon.admin.pk,
        "scopes": ["bookings:read", "statistics:read"],
        "expires_at_0": "",
        "expires_at_1": "",
        **changes,
    }


def test_a_new_key_is_shown_once(site: Client, salon: Salon) -> None:
    page = site.post(ADD, form(salon))
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    token = page.context["token"]
    assert token in page.content.decode()
    holder = holder_of(token)
    assert holder is not None
    assert sorted(holder.scopes) == ["bookings:read", "statistics:read"]
    key = ApiKey.objects.get()
    assert key.created_by_id == salon.admin.pk
    for address in (LIST, reverse("admin:bookings_apikey_change", args=[key.pk])):
        shown = site.get(address).content.decode()
        assert f"bk_{key.prefix}_…" in shown
        assert token[12:] not in shown
        assert key.token_hash not in shown
    assert token not in str(page.cookies) + str(site.cookies)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"owner": "client"}, "owner"),
        ({"expires_at_0": "2026-03-01", "expires_at_1": "10:00"}, "expires_at"),
    ],
)
def test_what_is_no_key_is_told_at_the_field(
    site: Client, salon: Salon, wrong: dict[str, Any], field: str
) -> None:
    if wrong.get("owner"):
        wrong = {"owner": salon.client.pk}
    page = site.post(ADD, form(salon, **wrong))
    assert list(page.context["adminform"].form.errors) == [field]
    assert not ApiKey.objects.exists()


def test_a_key_is_revoked_from_the_list(site: Client, salon: Salon) -> None:
    issued = issue_api_key(actor=SYSTEM, name="CRM", owner_id=salon.admin.pk, scopes=["bookings:read"])
    data = {"action": "revoke", "_selected_action": [issued.card.id]}
    page = site.post(LIST, data, follow=True)
    assert [str(message) for message in page.context["messages"]] == ["1 key revoked"]
    assert holder_of(issued.token) is None
    assert AuditEntry.objects.filter(entity="api_key", action="revoked", actor_user_id=salon.admin.pk).exists()


def test_nothing_of_a_key_is_changed_or_deleted(site: Client, salon: Salon) -> None:
    issued = issue_api_key(actor=SYSTEM, name="CRM", owner_id=salon.admin.pk, scopes=["bookings:read"])
    change = reverse("admin:bookings_apikey_change", args=[issued.card.id])
    assert site.post(change, form(salon, name="Other")).status_code == 403
    assert site.post(reverse("admin:bookings_apikey_delete", args=[issued.card.id])).status_code == 403
    assert ApiKey.objects.get().name == "CRM"


def test_a_member_of_staff_who_is_no_admin_makes_no_key(client: Client, salon: Salon) -> None:
    User.objects.filter(pk=salon.anna_user.pk).update(is_staff=True)
    client.force_login(User.objects.get(pk=salon.anna_user.pk))
    assert client.post(ADD, form(salon)).status_code == 403
