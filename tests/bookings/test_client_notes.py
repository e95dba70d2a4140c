"""What the team remembers of a client, for itself."""

import pytest

from bookings.actor import SYSTEM, Actor
from bookings.enums import Door, Role
from bookings.exceptions import InvalidText, NotAllowed, NotFound
from bookings.models import AuditEntry, ClientNote, Specialist
from bookings.queries.clients import client_summary, notes_kept
from bookings.services.client_notes import remove_note, write_note
from bookings.services.forget_client import forget_client
from tests.bookings.conftest import Salon, actor_of
from tests.factories import SpecialistUserFactory


@pytest.fixture
def as_boris(salon: Salon) -> Actor:
    user = SpecialistUserFactory.create()
    Specialist.objects.filter(pk=salon.boris.pk).update(user=user)
    return Actor(Role.SPECIALIST, Door.BOT, user_id=user.pk, specialist_id=salon.boris.pk)


def read(actor: Actor, salon: Salon) -> list[str]:
    return [note.text for note in client_summary(actor=actor, client_id=salon.client.pk).notes]


def test_a_note_is_written_changed_and_removed(salon: Salon) -> None:
    salon.book()

    first = write_note(actor=salon.as_anna, client_id=salon.client.pk, text="  Likes it short \n")
    second = write_note(actor=salon.as_anna, client_id=salon.client.pk, text="Allergic to ammonia")

    assert (first.text, second.text, second.id) == ("Likes it short", "Allergic to ammonia", first.id)
    assert read(salon.as_anna, salon) == ["Allergic to ammonia"]
    remove_note(actor=salon.as_anna, client_id=salon.client.pk)
    remove_note(actor=salon.as_anna, client_id=salon.client.pk)
    assert read(salon.as_anna, salon) == []


def test_a_specialists_note_is_theirs_and_admins_an_admins_is_everybodys(salon: Salon, as_boris: Actor) -> None:
    write_note(actor=salon.as_anna, client_id=salon.client.pk, text="by Anna")
    write_note(actor=as_boris, client_id=salon.client.pk, text="by Boris")
    write_note(actor=salon.as_admin, client_id=salon.client.pk, text="by an admin")

    assert read(salon.as_anna, salon) == ["by Anna", "by an admin"]
    assert read(as_boris, salon) == ["by Boris", "by an admin"]
    assert sorted(read(salon.as_admin, salon)) == ["by Anna", "by Boris", "by an admin"]
    assert read(salon.as_admin, salon)[0] == "by an admin", "one's own comes first"


def test_whoever_has_nothing_to_do_with_the_client_writes_nothing(salon: Salon, as_boris: Actor) -> None:
    salon.book()
    for actor, refusal in (
        (as_boris, NotFound),
        (salon.as_client, NotAllowed),
        (actor_of(salon.stranger), NotAllowed),
        (SYSTEM, NotAllowed),
    ):
        with pytest.raises(refusal):
            write_note(actor=actor, client_id=salon.client.pk, text="x")
    with pytest.raises(NotAllowed):
        remove_note(actor=salon.as_client, client_id=salon.client.pk)
    with pytest.raises(NotFound):
        write_note(actor=salon.as_admin, client_id=0, text="x")
    assert not ClientNote.objects.exists()


@pytest.mark.parametrize("text", ["", " \n", "x" * 1001])
def test_a_note_has_words_and_an_end(salon: Salon, text: str) -> None:
    with pytest.raises(InvalidText) as refused:
        write_note(actor=salon.as_anna, client_id=salon.client.pk, text=text)
    assert refused.value.details == {"field": "text", "limit": 1000}


def test_the_same_request_twice_does_not_bring_an_older_note_back(salon: Salon) -> None:
    def write(text: str, key: str) -> str:
        return write_note(actor=salon.as_anna, client_id=salon.client.pk, text=text, idempotency_key=key).text

    assert (write("old", "1"), write("new", "2"), write("old", "1")) == ("old", "new", "new")


def test_the_client_learns_how_many_there_are_and_takes_them_along(salon: Salon) -> None:
    write_note(actor=salon.as_anna, client_id=salon.client.pk, text="Cries at weddings")
    assert notes_kept(actor=salon.as_client, client_id=salon.client.pk) == 1
    with pytest.raises(NotFound):
        notes_kept(actor=actor_of(salon.stranger), client_id=salon.client.pk)

    forget_client(actor=salon.as_client)

    assert not ClientNote.objects.exists()
    entries = AuditEntry.objects.filter(entity="client_note")
    assert [entry.action for entry in entries] == ["created"]
    assert "weddings" not in str(list(entries.values_list("before", "after")))
    with pytest.raises(NotFound):
        write_note(actor=salon.as_admin, client_id=salon.client.pk, text="too late")
