"""Callers of each kind, as the outside world meets them."""

from collections.abc import Sequence

from django.test import Client

from bookings.actor import SYSTEM
from bookings.enums import Scope
from bookings.models import User
from bookings.services.api_keys import issue_api_key


def bearer(token: str) -> Client:
    return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {token}"})


def with_key(owner: User, scopes: Sequence[str] = tuple(Scope)) -> Client:
    return bearer(issue_api_key(actor=SYSTEM, name="test", owner_id=owner.pk, scopes=scopes).token)


def with_session(user: User, *, checks_csrf: bool = False) -> Client:
    client = Client(raise_request_exception=False, enforce_csrf_checks=checks_csrf)
    client.force_login(user)
    return client


def public() -> Client:
    return Client(raise_request_exception=False)
