"""``python -m benchmarks.crowd.creating``: how fast processes book side by side; prints what it measured as JSON."""

import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import django

PROCESSES, BOOKINGS, SPECIALISTS, BEFORE = 8, 2400, 20, 10_000


def main() -> None:
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - needs settings

    from benchmarks.crowd.attempts import (  # noqa: PLC0415
        as_a_bare_transaction,
        through_the_service,
        use_djangos_own_backend,
    )
    from benchmarks.crowd.processes import run  # noqa: PLC0415
    from benchmarks.salon import book_half, make_salon  # noqa: PLC0415
    from benchmarks.slots import first_day  # noqa: PLC0415

    call_command("flush", interactive=False, verbosity=0)
    salon = make_salon(SPECIALISTS)
    book_half(salon, bookings=BEFORE, today=first_day(), days_ahead=62)
    wishes = free_hours(salon, BOOKINGS + BOOKINGS // 2 + PROCESSES * 4)
    warm, wishes = wishes[: PROCESSES * 4], wishes[PROCESSES * 4 :]
    run(warm, through_the_service, processes=PROCESSES)
    ours = run(wishes[:BOOKINGS], through_the_service, processes=PROCESSES)
    bare = run(wishes[BOOKINGS:], as_a_bare_transaction, processes=PROCESSES, before=use_djangos_own_backend)
    json.dump({"ours": summary(ours), "bare": summary(bare)}, sys.stdout)


def summary(run: Any) -> dict[str, Any]:
    """Bookings per second, latencies in milliseconds, processor time a booking, and who was refused."""
    taken = sorted(told.seconds * 1000 for told in run.told)
    done = [told for told in run.told if not told.code]
    return {
        "per_second": len(done) / run.seconds,
        "p50_ms": taken[len(taken) // 2],
        "p99_ms": taken[int(len(taken) * 0.99)],
        "longest_ms": taken[-1],
        "cpu_ms": run.cpu_seconds * 1000 / len(taken),
        "refused": dict(Counter(told.code for told in run.told if told.code)),
    }


def free_hours(salon: Any, count: int) -> Sequence[Any]:
    """So many different free hours of different specialists, each wanted by another client, in random order."""
    from benchmarks.crowd.attempts import Wish  # noqa: PLC0415 - needs settings
    from benchmarks.salon import HOURS_A_DAY, OPENS, ZONE, booked_spans  # noqa: PLC0415
    from benchmarks.slots import first_day  # noqa: PLC0415
    from bookings.models import User  # noqa: PLC0415

    choose = random.Random(2)
    low = datetime.combine(first_day(), datetime.min.time(), ZONE)
    taken = {(who, starts) for who, starts, _ends in booked_spans(low, low + timedelta(days=62))}
    hours = []
    for day in (first_day() + timedelta(days=n) for n in range(58)):
        opening = datetime.combine(day, datetime.min.time(), ZONE).replace(hour=OPENS).astimezone(UTC)
        for hour in range(HOURS_A_DAY):
            starts = opening + timedelta(hours=hour)
            hours += [(who, starts) for who in salon.specialist_ids if (who, starts) not in taken]
    choose.shuffle(hours)
    clients = User.objects.bulk_create(User(username=f"crowd{n}") for n in range(count))
    return [
        Wish(f"wish{n}", client.pk, salon.location_id, salon.service_id, who, int(starts.timestamp() // 60))
        for n, (client, (who, starts)) in enumerate(zip(clients, hours, strict=False))
    ]


if __name__ == "__main__":
    main()
