"""What the team remembers of clients, and that a client will come."""

import json
from typing import Any

import pytest
from django.test import Client

from bookings.enums import Scope
from bookings.models import AuditEntry, ClientNote, Specialist
from bookings.services.client_notes import write_note
from bookings.services.confirm_coming import confirm_coming
from bookings.services.reschedule_booking import reschedule_booking
from tests.bookings.api.callers import with_init_data, with_key, with_session, with_token
from tests.bookings.api.conftest import Answer, problem_of
from tests.bookings.conftest import HOUR, NOW, TOMORROW, Salon
from tests.factories import SpecialistUserFactory

API = "/api/v1"


def send(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Answer:
    content = b"" if body is None else json.dumps(body).encode()
    return client.generic(method, path, content, content_type="application/json", headers=headers)


@pytest.fixture
def anna(salon: Salon) -> Client:
    """She knows the client, who has booked with her."""
    salon.book()
    return with_init_data(salon.anna_user)


@pytest.fixture
def mine(salon: Salon) -> str:
    return f"{API}/clients/{salon.client.pk}/notes/mine"


def test_a_note_is_written_read_changed_and_removed(salon: Salon, anna: Client, mine: str) -> None:
    first = send(anna, "PUT", mine, {"text": " Likes it short "})
    assert first.status_code == 200
    assert first.json() == {
        "id": first.json()["id"], "client_id": salon.client.pk, "author_id": salon.anna_user.pk,
        "author_name": salon.anna_user.display_name, "is_mine": True, "text": "Likes it short",
        "updated_at": NOW.isoformat().replace("+00:00", "Z"),
    }  # fmt: skip
    second = send(anna, "PUT", mine, {"text": "Allergic to ammonia"}).json()
    assert second["id"] == first.json()["id"]

    everyones = mine.removesuffix("/mine")
    assert anna.get(everyones).json() == {"items": [second]}
    assert with_key(salon.admin, [Scope.PEOPLE_READ]).get(everyones).json() == {
        "items": [second | {"is_mine": False}]
    }
    for _once_and_again in range(2):
        assert send(anna, "DELETE", mine).status_code == 204
    assert anna.get(everyones).json() == {"items": []}
    entries = AuditEntry.objects.filter(entity="client_note").order_by("pk")
    assert [(one.action, one.door, one.actor_user_id) for one in entries] == [
        (action, "api", salon.anna_user.pk) for action in ("created", "updated", "deleted")
    ]


def test_a_specialist_reads_no_note_of_a_colleague(salon: Salon, anna: Client, mine: str) -> None:
    boris = SpecialistUserFactory.create()
    Specialist.objects.filter(pk=salon.boris.pk).update(user=boris)
    ClientNote.objects.create(client=salon.client, author=boris, text="by Boris")
    write_note(actor=salon.as_admin, client_id=salon.client.pk, text="by an admin")

    everyones = mine.removesuffix("/mine")
    assert [note["text"] for note in anna.get(everyones).json()["items"]] == ["by an admin"]
    assert problem_of(with_init_data(boris).get(everyones))["code"] == "not_found", (
        "the client comes to Anna alone"
    )


def test_clients_read_and_write_no_notes(salon: Salon, anna: Client, mine: str) -> None:
    for client in (with_init_data(salon.client), with_token(salon.client)):
        for method, path in (("GET", mine.removesuffix("/mine")), ("PUT", mine), ("DELETE", mine)):
            answer = send(client, method, path, {"text": "x"} if method == "PUT" else None)
            assert (answer.status_code, problem_of(answer)["code"]) == (403, "not_allowed")
    assert not ClientNote.objects.exists()


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "invalid_text"), (" \n", "invalid_text"), ("x" * 1001, "invalid_text"), ("a\0b", "invalid_request"), (7, "invalid_request")],
)  # fmt: skip
def test_a_note_has_words_and_an_end(anna: Client, mine: str, text: object, code: str) -> None:
    answer = send(anna, "PUT", mine, {"text": text})

    assert (answer.status_code, problem_of(answer)["code"]) == (422, code)


def test_the_same_request_again_brings_no_older_note_back(anna: Client, mine: str) -> None:
    def write(text: str, key: str) -> Answer:
        return send(anna, "PUT", mine, {"text": text}, **{"Idempotency-Key": key})

    assert [write(text, key).json()["text"] for text, key in (("old", "1"), ("new", "2"), ("old", "1"))] == [
        "old", "new", "new",
    ]  # fmt: skip
    assert problem_of(write("other", "1"))["code"] == "idempotency_conflict"


def test_nobody_is_noted_of_who_is_not_there(salon: Salon, anna: Client) -> None:
    for method in ("PUT", "DELETE"):
        answer = send(anna, method, f"{API}/clients/999999/notes/mine", {"text": "x"} if method == "PUT" else None)
        assert problem_of(answer)["code"] == "not_found"


# -- coming ---------------------------------------------------------------------------------------------------


def test_a_client_says_that_they_will_come(salon: Salon) -> None:
    card = salon.book()
    client, path = with_token(salon.client), f"{API}/bookings/{card.id}"
    assert client.get(path).json()["is_coming"] is False

    first = send(client, "POST", f"{path}/coming")
    assert (first.status_code, first.json()["is_coming"], first.json()["version"]) == (200, True, card.version)
    assert send(client, "POST", f"{path}/coming").json() == first.json() == client.get(path).json()
    assert client.get(path)["ETag"] == first["ETag"]
    row = with_key(salon.admin).get(f"{API}/manage/bookings/{card.id}").json()
    assert row["coming_at"] == {"utc": "2026-03-02T07:00:00Z", "local": "2026-03-02T08:00:00+01:00"}


def test_a_late_repetition_confirms_no_other_time(salon: Salon) -> None:
    card = salon.book()
    client, path = with_token(salon.client), f"{API}/bookings/{card.id}/coming"
    key = {"Idempotency-Key": "yes"}
    assert send(client, "POST", path, **key).json()["is_coming"]
    reschedule_booking(actor=salon.as_client, booking_id=card.id, starts_at=TOMORROW + 2 * HOUR)

    assert send(client, "POST", path, **key).json()["is_coming"] is False
    assert confirm_coming(actor=salon.as_client, booking_id=card.id).is_coming


def test_staff_note_it_for_them_and_nobody_else(salon: Salon) -> None:
    card = salon.book()
    path = f"{API}/bookings/{card.id}/coming"

    assert send(with_token(salon.stranger), "POST", path).status_code == 404
    for client in (with_init_data(salon.anna_user), with_session(salon.admin)):
        assert send(client, "POST", path).json()["is_coming"] is True
    assert send(with_session(salon.admin), "POST", f"{API}/bookings/{card.id}/cancel", {}).status_code == 200
    assert problem_of(send(with_session(salon.admin), "POST", path))["code"] == "wrong_status"
