"""Codes asked for, sent, read and sent back."""

import base64
import json
import re
from typing import Any

from django.core import mail
from django.test import Client

from booking_site.lib.redis_client import client as redis
from bookings.queries.users import user_by_tg_username
from bookings.services.visitor_tokens import holder_of
from bookings.tasks import send_one_time_code
from tests.bookings.api.callers import public
from tests.bookings.api.conftest import Answer

LOGIN = "/api/v1/login"


def post(path: str, body: object, client: Client | None = None) -> Answer:
    return (client or public()).post(LOGIN + path, json.dumps(body), content_type="application/json")


def ask(address: str = "new@example.com", channel: str = "email", **more: str) -> Answer:
    return post("/code", {"channel": channel, "address": address, **more})


def arguments_of(message: str) -> list[str]:
    document = json.loads(message)
    assert document["headers"]["task"] == "bookings.send_code"
    arguments: list[str] = json.loads(base64.b64decode(document["body"]))[0]
    return arguments


def work() -> list[bool]:
    """Do what was left in the queue for a worker, and what each task said."""
    said = []
    while message := redis().rpop("events:p2p"):
        said.append(send_one_time_code(*arguments_of(str(message))))
    return said


def code_in(message: Any) -> str:
    (found,) = re.findall(r"\b\d{6}\b", str(message.body))
    return str(found)


def user_of(token: str) -> int | None:
    card = holder_of(token)
    return card.id if card else None


def log_in(address: str = "new@example.com") -> Answer:
    challenge = ask(address).json()["challenge"]
    work()
    return post("/token", {"challenge": challenge, "code": code_in(mail.outbox[-1])})


class Sent:
    """What the stand-in for Telegram's sender was given."""

    def __init__(self) -> None:
        self.codes: list[tuple[str, str]] = []


sent = Sent()


def by_telegram(*, address: str, code: str, language: str) -> int | None:
    card = user_by_tg_username(username=address)
    if card is None:
        return None
    sent.codes.append((address, code))
    return card.id
