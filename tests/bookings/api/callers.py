"""Callers of each kind, as the outside world meets them."""

import hmac
import json
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client

from booking_site.lib import clock
from bookings.actor import SYSTEM
from bookings.enums import Scope
from bookings.models import User
from bookings.services.api_keys import issue_api_key
from bookings.services.visitor_tokens import issue_token


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


def with_token(user: User) -> Client:
    """A visitor who has logged in with a one-time code."""
    return bearer(issue_token(user.pk).token)


def with_init_data(user: User) -> Client:
    """In the Mini App."""
    return Client(
        raise_request_exception=False,
        headers={"Authorization": f"tma {init_data({'id': user.tg_id, 'first_name': 'A'})}"},
    )


def init_data(user: object, *, at: datetime | None = None, token: str | None = None, **more: str) -> str:
    """What Telegram gives the Mini App for ``user``, signed for the bot."""
    stated = at or clock.now()
    fields = {"auth_date": str(int(stated.timestamp())), "user": json.dumps(user), "query_id": "AAE", **more}
    told = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    secret = hmac.digest(b"WebAppData", (token or settings.TELEGRAM_BOT_TOKEN).encode(), "sha256")
    return urlencode({**fields, "hash": hmac.new(secret, told.encode(), "sha256").hexdigest()})
