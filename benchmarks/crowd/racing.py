"""``python -m benchmarks.crowd.racing``: far more who want a slot than there are slots; prints what came of it as JSON."""

import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import django

PROCESSES, ATTEMPTS = 16, 1000
#: Starts every quarter of an hour at which each of the specialists is wanted.
SLOTS, SPECIALISTS = 50, 5
LENGTHS = (30, 45, 60, 90)
BUFFER_AFTER = 10


def main() -> None:
    django.setup()
    json.dump([race(lock=True), race(lock=False)], sys.stdout)


def race(*, lock: bool, attempts: int = ATTEMPTS, processes: int = PROCESSES) -> dict[str, Any]:
    """Make a fresh business, let everybody at it, and count what must not be."""
    from django.db import connection  # noqa: PLC0415 - needs settings

    from benchmarks.crowd.attempts import through_the_service, without_the_redis_lock  # noqa: PLC0415
    from benchmarks.crowd.processes import run  # noqa: PLC0415

    wishes = make_wishes(attempts)
    told = run(wishes, through_the_service, processes=processes, before=None if lock else without_the_redis_lock)
    calendar = busy_times()
    refused = [wish for wish, one in zip(wishes, told.told, strict=True) if one.code]
    return {
        "database": "PostgreSQL" if connection.vendor == "postgresql" else "SQLite",
        "lock": lock,
        "seconds": told.seconds,
        "booked": sum(1 for one in told.told if not one.code),
        "refused": dict(Counter(one.code for one in told.told if one.code)),
        "lost": sum(1 for wish in refused if is_free(wish, calendar)),
        "double_booked": overlaps(calendar),
    }


def make_wishes(attempts: int) -> Sequence[Any]:
    """Each of another client; ``specialist_id`` is empty in a third of them."""
    from django.core.management import call_command  # noqa: PLC0415 - needs settings

    from benchmarks.crowd.attempts import Wish  # noqa: PLC0415
    from benchmarks.salon import OPENS, ZONE, make_salon  # noqa: PLC0415
    from benchmarks.slots import first_day  # noqa: PLC0415
    from bookings.models import Service, SpecialistService, User  # noqa: PLC0415

    call_command("flush", interactive=False, verbosity=0)
    salon = make_salon(SPECIALISTS)
    category = Service.objects.get(pk=salon.service_id).category
    services = {}
    for minutes in LENGTHS:
        service = Service.objects.create(
            category=category, name="Visit", duration_minutes=minutes, buffer_after_minutes=BUFFER_AFTER, price=50
        )
        SpecialistService.objects.bulk_create(
            SpecialistService(specialist_id=who, service=service) for who in salon.specialist_ids
        )
        services[service.pk] = minutes
    opening = datetime.combine(first_day(), datetime.min.time(), ZONE).replace(hour=OPENS).astimezone(UTC)
    # Two days of 25 starts each: the last visit ends before the salon closes.
    starts = [
        opening + timedelta(days=day, minutes=15 * quarter) for day in range(2) for quarter in range(SLOTS // 2)
    ]
    clients = User.objects.bulk_create(User(username=f"crowd{n}") for n in range(attempts))
    choose = random.Random(3)
    wishes = []
    for n, client in enumerate(clients):
        service_id, minutes = choose.choice(list(services.items()))
        who = None if n % 3 == 0 else choose.choice(salon.specialist_ids)
        at = int(choose.choice(starts).timestamp() // 60)
        wishes.append(Wish(f"race{n}", client.pk, salon.location_id, service_id, who, at, minutes))
    return wishes


def busy_times() -> dict[int, list[tuple[int, int]]]:
    """By specialist: what is held, in epoch minutes, in order."""
    from bookings.models import Allocation, Specialist  # noqa: PLC0415 - needs settings

    found: dict[int, list[tuple[int, int]]] = {who: [] for who in Specialist.objects.values_list("pk", flat=True)}
    rows = Allocation.objects.filter(specialist__isnull=False).order_by("starts_at")
    for who, starts, ends in rows.values_list("specialist_id", "starts_at", "ends_at"):
        found[who].append((int(starts.timestamp() // 60), int(ends.timestamp() // 60)))
    return found


def is_free(wish: Any, calendar: dict[int, list[tuple[int, int]]]) -> bool:
    """Whether somebody whom the wish would take has all of its time."""
    low, high = wish.starts, wish.starts + wish.minutes + BUFFER_AFTER
    people = calendar if wish.specialist_id is None else [wish.specialist_id]
    return any(all(ends <= low or high <= starts for starts, ends in calendar[who]) for who in people)


def overlaps(calendar: dict[int, list[tuple[int, int]]]) -> int:
    """Neighbours that overlap."""
    return sum(
        1 for spans in calendar.values() for (_starts, ends), (starts, _ends) in pairwise(spans) if starts < ends
    )


if __name__ == "__main__":
    main()
