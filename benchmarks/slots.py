"""How long a month of free times takes: "any of 20 specialists", eight hours a day, half booked, in this process."""

import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time as clock_time, timedelta
from functools import partial

from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from benchmarks.registry import Context, Measurement, Peer, benchmark
from benchmarks.salon import HOURS_A_DAY, OPENS, ZONE, Salon, book_half, booked_spans, make_salon
from booking_site.env import BASE_DIR
from bookings.models import Allocation
from bookings.read_models import DaySlots, ItemRequest
from bookings.slots import cache
from bookings.slots.search import range_slots

SPECIALISTS, DAYS = 20, 30
FEW, MANY = 10_000, 1_000_000
CONDITIONS = f"{DAYS} days, any of {SPECIALISTS} specialists, 8 h a day, 50 % booked, step 15 min, in process"


@contextmanager
def salon(context: Context, bookings: int) -> Iterator[Salon]:
    """A salon with so many bookings in this process's database, and the Redis it caches in."""
    with context.system(only=("redis",), seed=False):
        call_command("flush", interactive=False, verbosity=0)
        made = make_salon(SPECIALISTS)
        book_half(made, bookings=bookings, today=first_day(), days_ahead=62 if bookings == FEW else 500)
        yield made


def first_day() -> date:
    """Tomorrow, as the salon counts days."""
    return datetime.now(ZONE).date() + timedelta(days=1)


def month(made: Salon) -> tuple[DaySlots, ...]:
    first = first_day()
    return range_slots(
        location_id=made.location_id, items=[ItemRequest(made.service_id)],
        date_from=first, date_to=first + timedelta(days=DAYS - 1),
    )  # fmt: skip


def timed(run: Callable[[], object], *, times: int, before: Callable[[], object] = lambda: None) -> list[float]:
    """Milliseconds of each run, sorted."""
    taken = []
    for _ in range(times):
        before()
        began = time.perf_counter()
        run()
        taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken)


def measurement(taken: list[float], conditions: str, peer: Peer | None = None) -> Measurement:
    return Measurement(
        value=statistics.median(taken), unit="ms", p50_ms=statistics.median(taken),
        p99_ms=taken[int(len(taken) * 0.99)], conditions=f"{CONDITIONS}; {conditions}", peer=peer,
    )  # fmt: skip


class Changing:
    """Frees the time of one booking of the month, then gives it back: no two runs see the same calendar."""

    def __init__(self, made: Salon) -> None:
        self._salon = made
        self._freed: Allocation | None = None

    def __call__(self) -> None:
        if self._freed is not None:
            Allocation.objects.bulk_create([self._freed])
            self._freed = None
            return
        later = datetime.combine(first_day() + timedelta(days=random.randrange(DAYS)), clock_time(0), ZONE)
        who = random.choice(self._salon.specialist_ids)
        self._freed = Allocation.objects.filter(specialist=who, starts_at__gte=later).order_by("starts_at")[0]
        Allocation.objects.filter(pk=self._freed.pk).delete()


@benchmark("slots.month_warm", seconds=180)
def month_warm(context: Context) -> Measurement:
    """What is open comes from Redis, what is busy from the database."""
    with salon(context, FEW) as made:
        found = month(made)
        taken = timed(lambda: month(made), times=200, before=Changing(made))
        peer, same = appointment_month(context, found)
    note = f"{FEW} bookings; {connection.vendor}; one booked or cancelled before each run; peer: one call a day and specialist, {same}"
    return measurement(taken, note, peer)


@benchmark("slots.month_cold", seconds=120)
def month_cold(context: Context) -> Measurement:
    """What is open is computed anew each time, and written to Redis."""
    with salon(context, FEW) as made:
        month(made)
        taken = timed(lambda: month(made), times=60, before=lambda: cache.invalidate(made.location_id))
    return measurement(taken, f"{FEW} bookings; {connection.vendor}; L1 invalidated before each run")


@benchmark("slots.growth_10k_to_1m", seconds=600)
def growth(context: Context) -> Measurement:
    """How many times longer a warm month takes with a million bookings of the same specialists.

    Two databases are asked in turn, run by run: what else the machine does is the same for both.
    """
    with context.system(only=("redis",), seed=False):
        call_command("flush", interactive=False, verbosity=0)
        made = make_salon(SPECIALISTS)
        bases = {FEW: connections["default"], MANY: _copy(str(context.folder / "many.sqlite3"))}
        for (bookings, base), days_ahead in zip(bases.items(), (62, 500), strict=True):
            connections["default"] = base
            book_half(made, bookings=bookings, today=first_day(), days_ahead=days_ahead)
        changing = {bookings: Changing(made) for bookings in bases}
        taken: dict[int, list[float]] = {bookings: [] for bookings in bases}
        for _ in range(200):
            for bookings, base in bases.items():
                connections["default"] = base
                taken[bookings] += timed(partial(month, made), times=1, before=changing[bookings])
        bases[MANY].close()
        connections["default"] = bases[FEW]
    medians = {bookings: statistics.median(runs) for bookings, runs in taken.items()}
    return Measurement(
        value=medians[MANY] / medians[FEW], unit="ratio", p50_ms=medians[MANY],
        conditions=f"{CONDITIONS}; {connection.vendor}; one booked or cancelled before each run, the two sizes in turn; "
        f"{FEW} bookings {medians[FEW]:.2f} ms, {MANY} bookings (past and future, of the same {SPECIALISTS}) "
        f"{medians[MANY]:.2f} ms",
    )  # fmt: skip


def _copy(path: str) -> BaseDatabaseWrapper:
    """Another connection like the one in use, to a copy of its SQLite database at ``path``."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [path])
    used = connections["default"]
    return type(used)({**used.settings_dict, "NAME": path}, alias="default")


def appointment_month(context: Context, ours: tuple[DaySlots, ...]) -> tuple[Peer, str]:
    """The peer on the bookings of the same month, and whether it found the same starts."""
    first = first_day()
    low = datetime.combine(first, clock_time(0), ZONE)
    spans = booked_spans(low, low + timedelta(days=DAYS))
    question = {
        "folder": str(context.folder), "first": first.isoformat(), "days": DAYS, "runs": 3,
        "opens": f"{OPENS:02}:00", "closes": f"{OPENS + HOURS_A_DAY:02}:00",
        "booked": [
            [who, f"{starts.astimezone(ZONE):%Y-%m-%d}", f"{starts.astimezone(ZONE):%H:%M}",
             f"{ends.astimezone(ZONE):%H:%M}"]
            for who, starts, ends in spans
        ],
    }  # fmt: skip
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.peers.appointment_month"],
        input=json.dumps(question), capture_output=True, text=True, check=True, cwd=BASE_DIR,
    )  # fmt: skip
    found = json.loads(answer.stdout)
    mine = {slot.starts_at.astimezone(ZONE).replace(tzinfo=None).isoformat() for day in ours for slot in day.slots}
    same = (
        "the same starts" if mine == set(found["starts"]) else f"{len(mine ^ set(found['starts']))} starts differ"
    )
    return Peer("django-appointment 3.12.0", statistics.median(found["ms"])), same
