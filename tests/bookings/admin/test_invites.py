"""Invitations to the team on the admin site: the link is shown once."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from bookings.enums import Role
from bookings.models import AuditEntry, InviteToken, User
from bookings.services.invites import invite_member
from bookings.services.joining import accept_invite
from tests.bookings.conftest import Salon

ADD, LIST = reverse("admin:bookings_invitetoken_add"), reverse("admin:bookings_invitetoken_changelist")


@pytest.fixture
def site(salon: Salon, client: Client) -> Client:
    client.force_login(salon.admin)
    return client


class BotApi(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({"ok": True, "result": {"username": "salon_bot"}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_told: Any) -> None:
        """Tests are silent."""


@pytest.fixture
def bot_api(settings: Any) -> Iterator[None]:
    cache.delete("bot_name")
    with HTTPServer(("127.0.0.1", 0), BotApi) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        settings.TELEGRAM_API_URL = f"http://127.0.0.1:{server.server_port}"
        yield
        server.shutdown()
        thread.join()
    cache.delete("bot_name")


def form(salon: Salon, **changes: Any) -> dict[str, Any]:
    return {"role": "specialist", "specialist": salon.boris.pk, **changes}


def test_the_link_is_shown_once_and_leads_in(site: Client, salon: Salon, bot_api: None) -> None:
    page = site.post(ADD, form(salon))
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    link = page.context["link"]
    assert link.startswith("https://t.me/salon_bot?start=invite_")
    assert link in page.content.decode()
    token = link.partition("invite_")[2]
    for address in (LIST, reverse("admin:bookings_invitetoken_change", args=[InviteToken.objects.get().pk])):
        assert token not in site.get(address).content.decode()
    assert token not in str(page.cookies) + str(site.cookies)
    assert accept_invite(actor=salon.as_client, token=token).specialist_id == salon.boris.pk


def test_while_the_bots_name_is_unknown_the_command_is_shown(site: Client, salon: Salon, settings: Any) -> None:
    cache.delete("bot_name")
    settings.TELEGRAM_API_URL = "http://127.0.0.1:9"
    page = site.post(ADD, form(salon, role="admin", specialist=""))
    assert page.context["link"] is None
    assert page.context["command"] in page.content.decode()
    assert cache.get("bot_name") is None, "asked again next time"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"role": ""}, "role"),
        ({"role": "client"}, "role"),
        ({"role": "admin"}, "specialist"),
        ({"specialist": ""}, "specialist"),
        ({"specialist": "anna"}, "specialist"),
    ],
)
def test_what_is_no_invitation_is_told_at_the_field(
    site: Client, salon: Salon, wrong: dict[str, Any], field: str
) -> None:
    if wrong.get("specialist") == "anna":
        wrong = {"specialist": salon.anna.pk}  # she has a person already
    page = site.post(ADD, form(salon, **wrong))
    assert field in page.context["adminform"].form.errors
    assert not InviteToken.objects.exists()


def test_invitations_are_taken_back_from_the_list(site: Client, salon: Salon) -> None:
    open_one = invite_member(actor=salon.as_admin, role=Role.ADMIN)
    used = invite_member(actor=salon.as_admin, role=Role.ADMIN)
    accept_invite(actor=salon.as_client, token=used.token)
    data = {"action": "revoke", "_selected_action": [open_one.card.id, used.card.id]}
    page = site.post(LIST, data, follow=True)
    assert sorted(str(message) for message in page.context["messages"]) == [
        f"#{used.card.id}: used by somebody else",
        "1 invitation taken back",
    ]
    assert AuditEntry.objects.filter(entity="invite_token", action="revoked").count() == 1


def test_nothing_of_an_invitation_is_changed_or_deleted(site: Client, salon: Salon) -> None:
    issued = invite_member(actor=salon.as_admin, role=Role.ADMIN)
    change = reverse("admin:bookings_invitetoken_change", args=[issued.card.id])
    assert site.post(change, form(salon)).status_code == 403
    assert site.post(reverse("admin:bookings_invitetoken_delete", args=[issued.card.id])).status_code == 403


def test_a_member_of_staff_who_is_no_admin_lets_nobody_in(client: Client, salon: Salon) -> None:
    User.objects.filter(pk=salon.anna_user.pk).update(is_staff=True)
    client.force_login(User.objects.get(pk=salon.anna_user.pk))
    assert client.post(ADD, form(salon)).status_code == 403
    assert not InviteToken.objects.exists()
