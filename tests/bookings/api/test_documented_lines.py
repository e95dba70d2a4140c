"""The lines that docs/api.md tells people to paste into a terminal do what it says."""

import re
import shlex
from pathlib import Path
from urllib.parse import urlsplit

from django.core import mail
from django.test import Client

from booking_site.env import BASE_DIR
from bookings.actor import SYSTEM
from bookings.models import Booking, User
from bookings.services.api_keys import issue_api_key
from tests.bookings.api.conftest import Answer
from tests.bookings.api.login.asking import code_in, work
from tests.bookings.conftest import TOMORROW, Salon

LINES = re.compile(r"^    curl (?:.*\\\n)*.*$", re.MULTILINE)


def documented() -> list[list[str]]:
    """Each ``curl``, as a shell would take it apart; variables stay as they are."""
    text = Path(BASE_DIR, "docs/api.md").read_text(encoding="utf-8")
    return [shlex.split(found.replace("\\\n", " ")) for found in LINES.findall(text)]


def run(words: list[str], values: dict[str, str]) -> Answer:
    """The request that ``words`` make, with ``values`` for what they name; below the salon instead of the demo."""
    for name, value in values.items():
        words = [word.replace(name, value) for word in words]
    method, body, headers, url = "GET", "", {}, ""
    rest = iter(words[1:])
    for word in rest:
        match word:
            case "-X":
                method = next(rest)
            case "-d":
                body = next(rest)
            case "-H":
                name, _colon, value = next(rest).partition(": ")
                headers[name] = value
            case "-i" | "-s":
                pass
            case _:
                url = word
    parts = urlsplit(url)
    assert parts.netloc == "127.0.0.1:8000", url
    content_type = headers.pop("Content-Type", "")
    client = Client(raise_request_exception=False)
    return client.generic(method, f"{parts.path}?{parts.query}", body, content_type=content_type, headers=headers)


def test_every_line_works(salon: Salon) -> None:
    found = documented()
    here = {"location_id=1": f"location_id={salon.location.pk}", "service=1": f"service={salon.service.pk}"}
    nearest, program, code, token, book, cancel = found

    assert run(nearest, here).json()["slots"]
    key = issue_api_key(actor=SYSTEM, name="docs", owner_id=salon.admin.pk, scopes=["bookings:read"]).token
    assert run(program, {"$KEY": key}).json() == {"items": [], "next": None}

    challenge = run(code, {}).json()
    assert list(challenge) == ["challenge", "expires_in", "resend_in"]
    work()
    let_in = run(token, {"$CHALLENGE": challenge["challenge"], "$CODE": code_in(mail.outbox[-1])})
    assert (let_in.status_code, list(let_in.json())) == (201, ["token", "expires_at", "user_id"])

    body = {
        '"location_id": 1,': f'"location_id": {salon.location.pk},',
        '"service_id": 1}': f'"service_id": {salon.service.pk}}}',
    }
    login = {"$TOKEN": let_in.json()["token"]}
    made = run(book, {**login, **body, "$START": TOMORROW.isoformat()})
    assert made.status_code == 201
    assert made["Location"] == f"/api/v1/bookings/{made.json()['id']}"

    gone = run(cancel, {**login, "/157/": f"/{made.json()['id']}/", "$ETAG": made["ETag"]})
    assert (gone.status_code, gone.json()["status"]) == (200, "cancelled")
    assert Booking.objects.get().client == User.objects.get(email="anna@example.com")
