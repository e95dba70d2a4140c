"""Dead letters read and given back from where no model is known."""

from collections.abc import Iterator

import pytest

from bookings.actor import Actor
from bookings.enums import Door, Role
from bookings.exceptions import NotAllowed, NotFound
from notifications import dead_letters, letters
from notifications.events import LetterState
from notifications.models import DeadLetter

pytestmark = pytest.mark.django_db

ADMIN = Actor(Role.ADMIN, Door.BOT)
CLIENT = Actor(Role.CLIENT, Door.BOT, user_id=1)


@pytest.fixture
def taken() -> Iterator[list[int]]:
    """Work of source ``good`` is taken back, that of ``bad`` is not."""
    given: list[int] = []

    def refuse(_letter: dead_letters.Letter) -> None:
        raise RuntimeError("the chat is gone")

    dead_letters.register_requeue("good", lambda letter: given.append(letter.id))
    dead_letters.register_requeue("bad", refuse)
    yield given
    del dead_letters._requeue_by_source["good"], dead_letters._requeue_by_source["bad"]


def bury(source: str) -> int:
    return dead_letters.bury(
        task="telegram.update", payload={}, error="boom", traceback="", trace_id="t", attempts=3, source=source,
        alert=False,
    )  # fmt: skip


def test_open_letters_are_counted_and_listed_newest_first(taken: list[int]) -> None:
    first, second, third = bury("good"), bury("good"), bury("good")
    dead_letters.discard(actor=ADMIN, letter_id=second)
    assert letters.count_open(actor=ADMIN) == 2
    assert [letter.id for letter in letters.open_letters(actor=ADMIN)] == [third, first]
    assert [letter.id for letter in letters.open_letters(actor=ADMIN, limit=1, offset=1)] == [first]
    assert letters.get_letter(actor=ADMIN, letter_id=second).state == LetterState.DISCARDED


def test_one_that_refuses_does_not_hold_up_the_others(taken: list[int]) -> None:
    good, bad, other = bury("good"), bury("bad"), bury("good")
    assert letters.requeue_open(actor=ADMIN) == letters.Requeued(done=2, refused=1)
    assert taken == [good, other], "the oldest first"
    assert [letter.id for letter in letters.open_letters(actor=ADMIN)] == [bad]


def test_a_call_gives_back_so_many_at_most(taken: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "MOST_AT_ONCE", 2)
    for _number in range(3):
        bury("good")
    assert letters.requeue_open(actor=ADMIN).done == 2
    assert letters.requeue_open(actor=ADMIN).done == 1
    assert not DeadLetter.objects.filter(state=LetterState.OPEN).exists()


def test_only_admins_read_and_settle(taken: list[int]) -> None:
    letter_id = bury("good")
    with pytest.raises(NotAllowed):
        letters.count_open(actor=CLIENT)
    with pytest.raises(NotAllowed):
        letters.open_letters(actor=CLIENT)
    with pytest.raises(NotAllowed):
        letters.get_letter(actor=CLIENT, letter_id=letter_id)
    with pytest.raises(NotAllowed):
        letters.requeue_open(actor=CLIENT)
    with pytest.raises(NotFound):
        letters.get_letter(actor=ADMIN, letter_id=987654)
    assert taken == []
