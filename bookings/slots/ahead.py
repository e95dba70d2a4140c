"""Asking for the day of a visit together with what has to be known to ask for it.

Where a visit goes is asked of the database in two steps: what the place and the services are, and then what is open and
booked there. What they were last time tells what to ask in the second step, nearly always rightly: then both steps are
one trip. Whoever asks ahead compares what the answer is about with what holds now, and asks again where it differs.
"""

from collections.abc import Sequence
from typing import TypeAlias

from bookings.read_models import ItemRequest
from bookings.slots.inquiry import AskedAround, Inquiry
from bookings.slots.local_days import epoch_minute
from bookings.slots.request import Place, Wanted
from bookings.slots.search import Question

#: More combinations of services and people than a business is asked for in a day.
_MOST = 1000

_Subject: TypeAlias = tuple[int, tuple[ItemRequest, ...]]

#: What each subject meant last, in this process.
_last: dict[_Subject, tuple[Place, Sequence[Wanted]]] = {}


def ask_ahead(question: Question) -> AskedAround | None:
    """The day of the visit, by what is remembered; ``None`` where nothing is, or no visit can be that day."""
    remembered = _last.get(_subject(question))
    if remembered is None:
        return None
    place, wanted = remembered
    inquiry = Inquiry(
        question["location_id"], question["items"],
        client_id=question.get("client_id"), bypass_notice=question.get("bypass_notice", False),
        place=place, wanted=wanted,
    )  # fmt: skip
    minute = epoch_minute(question["starts_at"])
    return inquiry.around(minute) if inquiry.forbids(minute) is None else None


def remember(question: Question, place: Place, wanted: Sequence[Wanted]) -> None:
    """What the location and the items of ``question`` mean now."""
    if len(_last) >= _MOST:
        _last.clear()
    _last[_subject(question)] = place, wanted


def _subject(question: Question) -> _Subject:
    return question["location_id"], tuple(question["items"])
