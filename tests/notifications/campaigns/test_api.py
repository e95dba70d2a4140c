"""Campaigns over HTTP: composed, tried, set going and held by the admins' programs."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from booking_site.lib import clock
from bookings.enums import Scope
from bookings.models import User
from notifications.models import Campaign, Delivery
from tests.bookings.api.callers import with_key
from tests.bookings.api.conftest import Answer, problem_of
from tests.notifications.campaigns.conftest import clients

pytestmark = pytest.mark.django_db

PATH = "/api/v1/manage/campaigns"
SPRING: dict[str, Any] = {
    "name": "Spring",
    "text_en": "<b>Spring!</b>",
    "buttons": [{"kind": "link", "label": {"ru": "", "en": "Look"}, "url": "https://example.com/"}],
    "audience": {"roles": ["client"], "languages": ["en"]},
}


@pytest.fixture
def program(admin: User) -> Client:
    return with_key(admin)


def post(program: Client, path: str, body: Any = None, **headers: str) -> Answer:
    return program.post(f"{PATH}{path}", body or {}, content_type="application/json", headers=headers)


def patch(program: Client, row: int, body: Any, **headers: str) -> Answer:
    return program.patch(f"{PATH}/{row}", body, content_type="application/json", headers=headers)


def test_a_campaign_goes_its_way(program: Client) -> None:
    clients(3, language="en")
    made, again = (post(program, "", SPRING, **{"Idempotency-Key": "k"}) for _twice in range(2))
    row = made.json()
    assert (made.status_code, row["status"], again.json()) == (201, "draft", row)
    assert made["Location"] == f"{PATH}/{row['id']}"
    changed = patch(program, row["id"], {"name": "Summer"}).json()
    assert (changed["name"], changed["text_en"], changed["buttons"], changed["version"]) == (
        "Summer", "<b>Spring!</b>", row["buttons"], 2,
    )  # fmt: skip
    at = (clock.now() + timedelta(hours=1)).replace(microsecond=0)
    steps = [
        ("schedule", {"scheduled_at": at.isoformat()}, "scheduled"), ("schedule", {"scheduled_at": None}, "draft"),
        ("start", {}, "materialising"), ("pause", {}, "paused"), ("resume", {}, "materialising"),
        ("cancel", {}, "cancelled"),
    ]  # fmt: skip
    for number, (verb, body, status) in enumerate(steps):
        for _twice in range(2):
            answer = post(program, f"/{row['id']}/{verb}", body, **{"Idempotency-Key": f"step-{number}"})
            assert (answer.status_code, answer.json()["status"]) == (200, status), verb
    told = program.get(f"{PATH}/{row['id']}/progress").json()
    assert (told["status"], told["total"], told["seconds_left"]) == ("cancelled", 0, None)
    refused = patch(program, row["id"], {"name": "Autumn"})
    problem = problem_of(refused)
    assert (refused.status_code, problem["code"], problem["details"]) == (
        409, "wrong_campaign_status", {"status": "cancelled"},
    )  # fmt: skip


def test_it_is_tried_on_oneself_and_its_audience_counted(program: Client, admin: User) -> None:
    clients(3, language="en")
    row = post(program, "", SPRING).json()
    sent = post(program, f"/{row['id']}/test")
    assert (sent.status_code, Delivery.objects.get(pk=sent.json()["delivery_id"]).recipient) == (202, admin)
    count = post(program, "/audience/count", {"audience": SPRING["audience"]}).json()
    assert count == {"total": 3, "by_channel": {"telegram": 3}, "by_language": {"en": 3}}
    User.objects.filter(pk=admin.pk).update(tg_id=None)
    for path in (f"/{row['id']}/test", f"/{row['id']}/start"):
        User.objects.exclude(pk=admin.pk).update(bot_blocked=True)
        assert problem_of(post(program, path))["code"] == "nobody_to_tell"


@pytest.mark.parametrize(
    ("values", "code", "name"),
    [
        ({"text_en": "<b>open"}, "invalid_fields", "text_en"),
        ({"text_en": ""}, "invalid_fields", "text_ru"),
        ({"name": " "}, "invalid_fields", "name"),
        ({"name": ""}, "invalid_request", "name"),
        ({"name": None}, "invalid_request", "name"),
        ({"audience": {"roles": ["king"]}}, "invalid_fields", "audience.roles"),
        ({"audience": {"born": 1990}}, "invalid_fields", "audience.born"),
        ({"buttons": [{"kind": "link", "label": {"ru": "", "en": "a"}}]}, "invalid_fields", "buttons"),
        ({"buttons": [{"kind": "boom", "label": {"ru": "", "en": "a"}}]}, "invalid_request", "buttons.0.kind"),
        ({"status": "running"}, "invalid_request", "status"),
    ],
)
def test_what_cannot_be_sent_is_named(program: Client, values: dict[str, Any], code: str, name: str) -> None:
    row = post(program, "", SPRING).json()
    for answer in (post(program, "", SPRING | values), patch(program, row["id"], values)):
        problem = problem_of(answer)
        assert (answer.status_code, problem["code"]) == (422, code)
        assert [error["name"] for error in problem["errors"]] == [name]
    assert Campaign.objects.get().version == 1


def test_what_telegram_does_not_take_is_told_in_english(program: Client) -> None:
    answer = post(program, "", SPRING | {"text_en": "<b>open"}, **{"Accept-Language": "ru"})
    (error,) = problem_of(answer)["errors"]
    assert error["detail"].startswith("HTML that Telegram does not take: <b>"), error


def test_what_somebody_else_has_changed_is_not_overwritten(program: Client) -> None:
    row = post(program, "", SPRING).json()
    assert patch(program, row["id"], {"name": "Summer", "expected_version": 1}).status_code == 200
    assert (
        problem_of(patch(program, row["id"], {"name": "Autumn", "expected_version": 1}))["code"] == "stale_version"
    )
    etag = program.get(f"{PATH}/{row['id']}")["ETag"]
    for match, status in (('"nope"', 412), (etag, 200), (etag, 412)):
        assert patch(program, row["id"], {"name": f"Winter {status}"}, **{"If-Match": match}).status_code == status


def test_times_that_are_past_are_refused(program: Client) -> None:
    row = post(program, "", SPRING).json()
    problem = problem_of(post(program, f"/{row['id']}/schedule", {"scheduled_at": "2020-01-01T00:00:00Z"}))
    assert [error["name"] for error in problem["errors"]] == ["scheduled_at"]


def test_a_key_that_only_reads_sends_nothing(program: Client, admin: User) -> None:
    row = post(program, "", SPRING).json()
    reader = with_key(admin, [Scope.MARKETING_READ])
    for answer in (post(reader, "", SPRING), post(reader, f"/{row['id']}/start"), patch(reader, row["id"], {})):
        assert problem_of(answer)["code"] == "insufficient_scope"
    assert reader.get(f"{PATH}/{row['id']}/progress").status_code == 200
