"""What is offered still fits when it is looked at again before it is written, whatever the calendar looks like."""

import os
from datetime import timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings

from bookings.slots.recheck import SecondLook
from bookings.slots.request import load_place
from bookings.slots.search import place_visit, range_slots
from tests.bookings.slots.rows import Written
from tests.bookings.slots.scenarios import Scenario, scenarios
from tests.bookings.slots.test_search_against_oracle import undone

EXAMPLES = int(os.environ.get("SLOTS_EXAMPLES", "15"))


@pytest.mark.django_db
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(scenarios())
def test_what_is_placed_still_fits_a_moment_later(scenario: Scenario) -> None:
    """Rooms, sessions, several items, changes of the clock: the second look refuses nothing that the first one gave."""
    with time_machine.travel(scenario.now, tick=False), undone():
        written = Written(scenario)
        visit = {"location_id": written.location.pk, "items": written.items, "client_id": written.client.pk}
        days = range_slots(
            date_from=scenario.day,
            date_to=scenario.day + timedelta(days=1),
            **visit,  # type: ignore[arg-type]
        )
        place = load_place(written.location.pk)
        for slot in [slot for day in days for slot in day.slots][::7]:
            placed = place_visit(starts_at=slot.starts_at, **visit)  # type: ignore[arg-type]
            assert placed[0].starts_at == slot.starts_at
            assert placed[-1].ends_at == slot.ends_at
            assert SecondLook(placed, place=place, client_id=written.client.pk).fits()
