"""The whole way through the database agrees with the oracle too: rows, queries, cache, engine.

``SLOTS_EXAMPLES=500`` runs it longer.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from bookings.slots.search import month_overview, range_slots
from tests.bookings.slots.oracle import Oracle
from tests.bookings.slots.rows import Written
from tests.bookings.slots.scenarios import Scenario, scenarios

EXAMPLES = int(os.environ.get("SLOTS_EXAMPLES", "25"))


@contextmanager
def undone() -> Iterator[None]:
    """Takes an example's rows back."""
    before = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(before)


@pytest.mark.django_db
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(scenarios())
def test_what_is_listed_from_rows_is_what_the_oracle_offers(scenario: Scenario) -> None:
    oracle = Oracle(scenario)
    with time_machine.travel(scenario.now, tick=False), undone():
        written = Written(scenario)
        numbers = {person.pk: who for who, person in written.people.items()}
        days = range_slots(
            location_id=written.location.pk,
            items=written.items,
            date_from=scenario.day,
            date_to=scenario.day + timedelta(days=1),
            client_id=written.client.pk,
        )
        for day in days:
            assert [
                (slot.starts_at, tuple(numbers[who] for who in slot.specialist_ids), slot.seats_left)
                for slot in day.slots
            ] == [
                (expected.starts, expected.people, expected.seats_left) for expected in oracle.expected(day.date)
            ]
        overview = {
            day.date: day.state
            for day in month_overview(
                location_id=written.location.pk,
                items=written.items,
                month=scenario.day,
                client_id=written.client.pk,
            )
        }
        assert [overview[day.date] for day in days if day.date in overview] == [
            day.state for day in days if day.date in overview
        ]
