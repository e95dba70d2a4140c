import json
from datetime import UTC, date, datetime

import pytest

from bookings.read_models import ItemRequest
from telegram_ui.callbacks import Part
from telegram_ui.drafts import Draft, draft_of_visit, new_draft
from tests.telegram_ui.bot.cards import booking

WHOLE = Draft(
    id="abcdefgh", client_id=5, location_id=1, category_id=3, service_ids=(10,), specialist_ids=(20,),
    day=date(2026, 11, 24), part=Part.EVENING, starts_at=datetime(2026, 11, 24, 12, tzinfo=UTC), quick=True,
    booking_id=7, version=3, now_at=datetime(2026, 11, 23, 12, tzinfo=UTC), now_with=(20,), made=8, comment="Short hair", promo_code="SPRING",
    by_staff=True, every_weeks=2, times=5, swaps=((2, datetime(2026, 12, 8, 13, tzinfo=UTC)),), swap_visit=3, swap_day=date(2026, 12, 22),
    given_by=(20,),
    called_off=(datetime(2026, 11, 24, 12, tzinfo=UTC), datetime(2026, 11, 24, 13, tzinfo=UTC)),
)  # fmt: skip


@pytest.mark.parametrize("draft", [WHOLE, Draft(id="abcdefgh", client_id=5)])
def test_a_draft_survives_redis(draft: Draft) -> None:
    assert Draft.from_data(json.loads(json.dumps(draft.to_data()))) == draft


def test_an_empty_draft_takes_little_room() -> None:
    assert Draft(id="abcdefgh", client_id=5).to_data() == {"id": "abcdefgh", "client": 5}


@pytest.mark.parametrize(
    "data", [None, "x", {}, {"id": 1}, {"id": "a", "client": "b"}, {"id": "a", "client": 1, "day": "?"}]
)
def test_what_is_no_draft_is_none(data: object) -> None:
    assert Draft.from_data(data) is None


def test_a_choice_drops_what_depends_on_it() -> None:
    kept = Draft(id="abcdefgh", client_id=5, location_id=2, comment="Short hair", promo_code="SPRING")
    assert WHOLE.with_location(2) == kept
    service = WHOLE.with_service(11)
    assert (service.service_ids, service.specialist_ids, service.day, service.starts_at) == ((11,), (), None, None)
    assert WHOLE.with_specialist(None).starts_at is None
    assert WHOLE.with_day(date(2026, 12, 1)).part is None


def test_swaps_are_of_the_dates_they_were_chosen_for() -> None:
    other = WHOLE.with_swap(4, datetime(2027, 1, 5, 12, tzinfo=UTC))
    assert [number for number, _at in other.swaps] == [2, 4]
    assert [number for number, _at in other.with_swap(2, None).swaps] == [4]
    for changed in (
        WHOLE.with_time(datetime(2026, 11, 25, 12, tzinfo=UTC), quick=False), WHOLE.with_rhythm(3), WHOLE.with_times(4), WHOLE.once,
    ):  # fmt: skip
        assert (changed.swaps, changed.swap_visit, changed.swap_day) == ((), None, None)


def test_items_leave_an_unchosen_specialist_open() -> None:
    draft = new_draft(5).with_location(1).with_service(10)
    assert draft.items == (ItemRequest(service_id=10, specialist_id=None),)
    assert draft.with_specialist(20).items == (ItemRequest(service_id=10, specialist_id=20),)


def test_a_visit_to_be_moved_keeps_its_version_and_one_to_be_repeated_does_not() -> None:
    move = draft_of_visit(booking(), move=True)
    assert (move.booking_id, move.version, move.client_id) == (7, 3, 5)
    again = draft_of_visit(booking(), move=False)
    assert (again.booking_id, again.version) == (None, None)
    assert again.idempotency_key != move.idempotency_key
