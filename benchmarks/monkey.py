"""Fifty people of three roles who do anything at all, and what is left of the rules afterwards."""

import asyncio
import random
import time
from collections.abc import Iterator

import redis
from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q

from benchmarks.load.monkey import Diary, Monkey, texts_shown
from benchmarks.registry import Context, Outcome, scenario, short_form
from bookings.demo.people import EVERYBODY
from bookings.enums import OPEN_STATUSES, BookingStatus
from bookings.models import Allocation, Booking, BookingItem, StatusChange
from notifications.models import DeadLetter
from telegram_ui.playground.faults import FaultSettings
from telegram_ui.playground.threaded import PlaygroundThread
from telegram_ui.playground.webhook import WebhookConfig
from telegram_ui.playground.world import Person
from telegram_ui.webhook import PATH

PEOPLE, ACTS, SHORT, LATENCY_MS = 50, 50_000, 200, 10
_FIRST_STRANGER = 700_001


class RulesBroken(Exception):
    """Something holds no more that must hold whatever people do."""


@scenario("monkey", seconds=1500)
def monkey(context: Context) -> Outcome:
    """50,000 acts; see the outcome's words for which."""
    return run(context, acts=ACTS)


@short_form("monkey", seconds=150)
def short(context: Context) -> Outcome:
    """As many acts as the tests have time for."""
    return run(context, acts=SHORT, people=20)


def run(context: Context, *, acts: int, people: int = PEOPLE) -> Outcome:
    """The same with any number of acts."""
    strangers = tuple(_stranger(number) for number in range(people - len(EVERYBODY)))
    known = tuple(
        Person(
            id=person.tg_id, first_name=person.first_name, last_name=person.last_name, username=person.username,
            language_code=person.language, role=person.role,
        )
        for person in EVERYBODY
    )  # fmt: skip
    diary, began = Diary(), time.monotonic()
    with PlaygroundThread(settings.PLAYGROUND_TOKEN, people=(*known, *strangers)) as telegram:
        env = {"TELEGRAM_API_URL": telegram.url, "TELEGRAM_USER_BURST": "1000", "TELEGRAM_USER_PER_SECOND": "1000"}
        with context.system(only=("redis", "web", "worker_updates", "worker_events", "beat"), env=env) as system:
            telegram.server.faults.replace(FaultSettings(latency_ms=LATENCY_MS))
            secret = system.secrets["TELEGRAM_WEBHOOK_SECRET"]
            config = WebhookConfig(f"{system.web_url}{PATH}", secret, max_connections=100)
            telegram.run(telegram.server.api.webhook.set(config))
            telegram.run(_live(telegram, [*known, *strangers], acts, diary), patience=1300)
            took = time.monotonic() - began
            store = redis.Redis.from_url(system.redis_url, decode_responses=True)
            buried = int(store.hget("tg:updates:counts", "dead") or 0)
            broken = [*_broken(), *_leaks(telegram, strangers)]
            letters = list(DeadLetter.objects.values_list("task", "error")[:5])
    problems = [
        *broken,
        *([f"{len(diary.unanswered)} acts without an answer: {diary.unanswered[:5]}"] if diary.unanswered else []),
        *([f"dead letters: {buried} updates, {letters}"] if buried or letters else []),
    ]
    if problems:
        raise RulesBroken("; ".join(problems))
    return Outcome(
        load=f"{diary.acts} acts of {people} people ({len(strangers)} clients who came by themselves, the demo's staff and "
        f"clients) over the real webhook in {took:.0f} s, Bot API {LATENCY_MS} ms: buttons pressed once and twice, old and "
        f"foreign buttons, garbage, texts, commands, deep links, contacts, locations, blocking",
        faults="none; every press and text answered, no dead letter, nobody shown what is another client's",
    )


def _stranger(number: int) -> Person:
    return Person(
        id=_FIRST_STRANGER + number, first_name="Monkey", last_name=_mark(number), phone=f"+7999555{number:04d}",
        language_code="ru" if number % 2 else "en",
    )  # fmt: skip


def _mark(number: int) -> str:
    """A name that nobody else's could contain."""
    return f"Zq{number:03d}x"


async def _live(telegram: PlaygroundThread, people: list[Person], acts: int, diary: Diary) -> None:
    seen: list[str] = []
    await asyncio.gather(
        *(
            Monkey(telegram.server, person.id, seen, diary, random.Random(person.id)).live(acts // len(people))
            for person in people
        )
    )


def _leaks(telegram: PlaygroundThread, strangers: tuple[Person, ...]) -> Iterator[str]:
    """A client who was shown another client's name or number."""
    shown = texts_shown(telegram.server, [person.id for person in strangers])
    for number, person in enumerate(strangers):
        for other, somebody in enumerate(strangers):
            if other != number and (_mark(other) in shown[person.id] or somebody.phone in shown[person.id]):
                yield f"{person.id} was shown who {somebody.id} is"


def _broken() -> Iterator[str]:
    """What the tables say that they must not."""
    clash = Allocation.objects.filter(
        Q(specialist__isnull=False, specialist=OuterRef("specialist")) | Q(room__isnull=False, room=OuterRef("room")),
        pk__gt=OuterRef("pk"), starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at"),
    )  # fmt: skip
    yield from _counted("overlapping allocations", Allocation.objects.filter(Exists(clash)).count())
    held = BookingItem.objects.filter(booking=OuterRef("pk"), session__isnull=True, allocations__isnull=False)
    alone = BookingItem.objects.filter(booking=OuterRef("pk"), session__isnull=True)
    without_time = Booking.objects.filter(Exists(alone), ~Exists(held), status__in=OPEN_STATUSES)
    yield from _counted("open bookings that hold no time", without_time.count())
    closed = Booking.objects.filter(Exists(held), status=BookingStatus.CANCELLED)
    yield from _counted("cancelled bookings that hold time", closed.count())
    last = StatusChange.objects.filter(booking=OuterRef("pk")).order_by("-pk").values("to_status")[:1]
    odd = Booking.objects.annotate(said=last).exclude(said=F("status"))
    yield from _counted("bookings whose history says otherwise", odd.count())


def _counted(what: str, count: int) -> Iterator[str]:
    if count:
        yield f"{count} {what}"
