"""Work that was given up is kept, read, requeued and discarded."""

from collections.abc import Iterator
from typing import Any

import pytest

from bookings.actor import Actor
from bookings.enums import Door, Role
from bookings.exceptions import NotAllowed, NotFound
from notifications import dead_letters
from notifications.events import LetterState
from notifications.exceptions import CannotRequeue, LetterSettled
from notifications.models import DeadLetter

pytestmark = pytest.mark.django_db

ADMIN = Actor(role=Role.ADMIN, door=Door.ADMIN)
CLIENT = Actor(role=Role.CLIENT, door=Door.BOT)


def bury(**changes: Any) -> int:
    values: dict[str, Any] = {
        "task": "test.work", "payload": {"n": 1}, "error": "ValueError: no", "traceback": "Traceback …",
        "trace_id": "abc", "attempts": 3, "source": "test.source",
    }  # fmt: skip
    return dead_letters.bury(**(values | changes))


@pytest.fixture
def taken_back() -> Iterator[list[dead_letters.Letter]]:
    taken: list[dead_letters.Letter] = []
    dead_letters.register_requeue("test.source", taken.append)
    yield taken
    del dead_letters._requeue_by_source["test.source"]


def state_of(letter_id: int) -> str:
    return DeadLetter.objects.get(pk=letter_id).state


def test_everything_about_the_failure_is_kept() -> None:
    letter = DeadLetter.objects.get(pk=bury())
    assert (letter.task, letter.payload, letter.error, letter.traceback) == (
        "test.work", {"n": 1}, "ValueError: no", "Traceback …",
    )  # fmt: skip
    assert (letter.trace_id, letter.attempts, letter.source, letter.state) == ("abc", 3, "test.source", "open")


def test_the_same_failure_is_buried_once() -> None:
    assert bury(reference="update:7") == bury(reference="update:7")
    assert bury() != bury()


def test_an_endless_traceback_keeps_its_end() -> None:
    letter = DeadLetter.objects.get(pk=bury(traceback="x" * 50_000 + "the cause"))
    assert len(letter.traceback) == 20_000
    assert letter.traceback.endswith("the cause")


def test_requeue_gives_the_work_back_to_its_source_once(taken_back: list[dead_letters.Letter]) -> None:
    letter_id = bury()
    dead_letters.requeue(actor=ADMIN, letter_id=letter_id)
    assert taken_back == [dead_letters.Letter(letter_id, "test.work", {"n": 1}, "abc")]
    with pytest.raises(LetterSettled):
        dead_letters.requeue(actor=ADMIN, letter_id=letter_id)
    assert len(taken_back) == 1
    assert state_of(letter_id) == LetterState.REQUEUED


def test_a_source_that_fails_to_take_back_leaves_the_letter_open(taken_back: list[dead_letters.Letter]) -> None:
    def refuse(_letter: dead_letters.Letter) -> None:
        raise ConnectionError("no mailbox")

    dead_letters.register_requeue("test.source", refuse)
    letter_id = bury()
    with pytest.raises(CannotRequeue, match="ConnectionError: no mailbox"):
        dead_letters.requeue(actor=ADMIN, letter_id=letter_id)
    assert state_of(letter_id) == LetterState.OPEN


def test_a_source_nobody_registered_leaves_the_letter_open() -> None:
    letter_id = bury(source="gone")
    with pytest.raises(CannotRequeue, match="gone"):
        dead_letters.requeue(actor=ADMIN, letter_id=letter_id)
    assert state_of(letter_id) == LetterState.OPEN


def test_discard_closes_the_letter_for_good(taken_back: list[dead_letters.Letter]) -> None:
    letter_id = bury()
    dead_letters.discard(actor=ADMIN, letter_id=letter_id)
    assert state_of(letter_id) == LetterState.DISCARDED
    with pytest.raises(LetterSettled):
        dead_letters.requeue(actor=ADMIN, letter_id=letter_id)
    assert taken_back == []


def test_only_admins_settle_letters_and_only_letters_that_are() -> None:
    letter_id = bury()
    with pytest.raises(NotAllowed):
        dead_letters.discard(actor=CLIENT, letter_id=letter_id)
    with pytest.raises(NotFound):
        dead_letters.discard(actor=ADMIN, letter_id=letter_id + 1)
