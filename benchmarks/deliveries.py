"""What may go wrong between an event and its messages: workers that die, limits, lost answers, an empty Redis."""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import redis
from django.db.models import F

from benchmarks.kill_points import ON_THE_WAY, POINTS
from benchmarks.load.campaign import FIRST_ID, make_audience, start, status
from benchmarks.nursery import Nursery
from benchmarks.registry import Context, Outcome, scenario
from booking_site.lib.outbound_pause import NOTICED_WITHIN
from bookings.enums import Role
from bookings.models import User
from notifications import outbox, processing
from notifications.campaigns.queries import rows_of
from notifications.events import DeliveryState, Kind
from notifications.fan_out import fan_out
from notifications.models import DeadLetter, Delivery, OutboxEvent
from telegram_ui.playground.client import PlaygroundClient

FIRST_CHAT = 70_000_000
LATENCY_MS = 50
#: Seconds on the way, on a machine that is busy with all of this: the answer to the worker that was refused, the pause
#: from it to Redis, and a call that just began to the Bot API.
ON_THE_ROAD = 0.1


class Unexplained(Exception):
    """The run came to its end, and shows what must not be."""


class Desk:
    """Admins who are told of an event each time, and how many messages each of them got."""

    def __init__(self, playground: PlaygroundClient) -> None:
        self.playground, self._next = playground, FIRST_CHAT
        playground.set_faults(latency_ms=LATENCY_MS)

    def staff(self, count: int) -> list[int]:
        """Chats of ``count`` new admins; those before them are told nothing any more."""
        User.objects.filter(role=Role.ADMIN).update(is_active=False)
        chats = list(range(self._next, self._next + count))
        self._next += count
        User.objects.bulk_create(
            [User(username=f"admin{chat}", tg_id=chat, role=Role.ADMIN, language="en") for chat in chats]
        )
        self.playground.add_user(id=chats[0], count=count, first_name="Admin", started=True)
        return chats

    def received(self, chats: list[int]) -> list[int]:
        """Messages that the Bot API accepted for each chat, whether or not it said so."""
        calls = self.playground.calls("sendMessage", limit=100_000)
        accepted = Counter(call["chat_id"] for call in calls if call["message_id"] is not None)
        return [accepted[chat] for chat in chats]


def happened(kind: Kind = Kind.BOOKING_CREATED) -> int:
    """An event that every active admin is told of; returns its id."""
    event = outbox.record(kind=kind)
    assert event is not None
    return int(event.pk)


def an_hour_later() -> None:
    """What would be true by then: leases have ended, everything is due."""
    hour = timedelta(hours=1)
    Delivery.objects.update(due_at=F("due_at") - hour, lease_until=F("lease_until") - hour)
    OutboxEvent.objects.update(due_at=F("due_at") - hour)


@contextmanager
def _bench(context: Context) -> Iterator[tuple[Desk, Nursery]]:
    """A Bot API, a Redis, a database, and workers that this process starts and kills as it likes."""
    with context.system(only=("redis", "playground"), seed=False) as system:
        nursery = Nursery(bot_api=system.playground_url)
        try:
            yield Desk(PlaygroundClient(system.playground_url)), nursery
        finally:
            nursery.close()


def conditions() -> str:
    return f"Bot API {LATENCY_MS} ms, SQLite, {os.cpu_count()} cores with a load of {os.getloadavg()[0]:.0f}"


def _drain(nursery: Nursery, *, workers: int, seconds: float) -> None:
    """What beat's ticks make ``workers`` processes do until nothing waits any more."""
    end = time.monotonic() + seconds
    waiting = (DeliveryState.PENDING, DeliveryState.RETRY, DeliveryState.SENDING)
    while time.monotonic() < end and Delivery.objects.filter(state__in=waiting).exists():
        nursery.run("notifications.processing.deliver_due", workers=workers)


@scenario("delivery_kill_points", seconds=240)
def delivery_kill_points(context: Context, *, people: int = 8) -> Outcome:
    """A worker is killed between any two steps of telling ``people`` people; prints a line for each point."""
    lost = twice = in_flight = 0
    with _bench(context) as (desk, nursery):
        for point, dies in POINTS.items():
            chats, event_id = desk.staff(people), happened()
            (status,) = nursery.run("notifications.processing.process", event_id, dies=dies)
            if status != -signal.SIGKILL:
                raise Unexplained(f"the worker was to be killed when {point}, and ended with {status}")
            claimed = Delivery.objects.filter(event=event_id, state=DeliveryState.SENDING).count()
            an_hour_later()
            processing.wake_due(expires=5)
            nursery.run("notifications.processing.process", event_id)
            _drain(nursery, workers=1, seconds=20)
            received = desk.received(chats)
            extra = sum(count - 1 for count in received if count)
            print(
                f"killed when {point}: lost {received.count(0)}, twice {extra} of {claimed} in flight", flush=True
            )
            if extra > (claimed if point in ON_THE_WAY else 0):
                raise Unexplained(f"{extra} messages came twice and {claimed} were in flight, killed when {point}")
            lost, twice, in_flight = lost + received.count(0), twice + extra, in_flight + claimed
    return Outcome(
        load=f"{len(POINTS)} events, {people} messages each, {conditions()}",
        faults=f"one SIGKILL at each of {len(POINTS)} points between two steps of a delivery; "
        f"{in_flight} rows in flight at the kills, of which {twice} came twice",
        lost=lost,
        duplicated=twice,
    )


@scenario("telegram_429_storm", seconds=300)
def telegram_429_storm(context: Context, *, people: int = 60, retry_after: int = 5) -> Outcome:
    """Every tenth call is answered 429: no attempt is spent, nobody skipped, and all workers keep the pause."""
    with _bench(context) as (desk, nursery):
        chats, event_id = desk.staff(people), happened()
        rule = {"kind": "throttle", "every": 10, "retry_after": retry_after, "methods": ["sendMessage"]}
        desk.playground.set_faults(latency_ms=LATENCY_MS, rules=[rule])
        fan_out(event_id)
        _drain(nursery, workers=2, seconds=240)
        received = desk.received(chats)
        calls = desk.playground.calls("sendMessage", limit=100_000)
        throttled = [call for call in calls if call["status"] == 429]
        late = [since for call in calls if (since := _into_a_pause(call, throttled, retry_after)) is not None]
        early = [since for since in late if since > NOTICED_WITHIN + ON_THE_ROAD]
        spent = Delivery.objects.filter(event=event_id).exclude(attempts=0, state=DeliveryState.SENT).count()
    last = f"calls that arrived after the answer 429: {len(late)}, at most {max(late, default=0.0):.2f} s after it"
    print(f"{len(throttled)} answers 429; {last}; {len(early)} too late; {spent} attempts spent", flush=True)
    if early or spent:
        raise Unexplained(f"{len(early)} calls in a pause, {spent} deliveries with an attempt spent or not sent")
    return Outcome(
        load=f"{people} messages by 2 worker processes, {conditions()}",
        faults=f"every tenth call answered 429, retry_after {retry_after}: {len(throttled)} of {len(calls)} calls; "
        f"no attempt spent; {last}, none later than the {NOTICED_WITHIN} s promised and {ON_THE_ROAD} s on the road",
        lost=received.count(0),
        duplicated=sum(count - 1 for count in received if count),
    )


def _into_a_pause(call: dict[str, Any], throttled: list[dict[str, Any]], retry_after: int) -> float | None:
    """Seconds from the first 429 in whose pause it falls to this call's arrival; ``None``: outside every pause.

    Until its answer has left, ``LATENCY_MS`` after it came, a 429 is known to nobody, and what else is in flight
    is nobody's fault. From then on the worker that was refused begins nothing, and the other one nothing on
    knowledge older than ``NOTICED_WITHIN``: so that, and the time on the road, is all that a call may be late. When
    a pause ends is not rounded in the workers' favour: they count from when they heard, which is later.
    """
    since = [call["at"] - one["at"] - LATENCY_MS / 1000 for one in throttled]
    # Of pauses that overlap the first one counts: a second 429 is no leave to go on for another while.
    return max((seconds for seconds in since if 0 < seconds < retry_after), default=None)


@scenario("telegram_answers_lost", seconds=180)
def telegram_answers_lost(context: Context, *, people: int = 60) -> Outcome:
    """Every third message is accepted and the answer lost. An instant one is sent once more at most, then left as
    unknown; one of a campaign is left at once.
    """
    with _bench(context) as (desk, nursery):
        chats, event_id = desk.staff(people), happened()
        rule = {"kind": "lose_answer", "every": 3, "methods": ["sendMessage"]}
        desk.playground.set_faults(latency_ms=LATENCY_MS, rules=[rule])
        fan_out(event_id)
        _drain(nursery, workers=2, seconds=120)
        received = desk.received(chats)
        states = Counter(Delivery.objects.filter(event=event_id).values_list("state", flat=True))
        parked = _campaign_whose_answers_are_lost(desk, nursery, people)
    print(f"states: {dict(states)}, sent by number: {Counter(received)}", flush=True)
    if max(received) > 2 or set(states) - {DeliveryState.SENT, DeliveryState.UNKNOWN}:
        raise Unexplained(f"a message came {max(received)} times; states {dict(states)}")
    return Outcome(
        load=f"{people} instant messages, then {people} of a campaign, by 2 worker processes, {conditions()}",
        faults=f"every third call accepted and its answer lost; {states[DeliveryState.UNKNOWN]} instant messages ended "
        f"as unknown, nobody got one more than twice; {parked} of the campaign were parked as unknown at once, "
        "everybody got it once",
        lost=received.count(0),
        duplicated=sum(count - 1 for count in received if count),
    )


def _campaign_whose_answers_are_lost(desk: Desk, nursery: Nursery, people: int) -> int:
    """How many of its messages ended as unknown, of those that Telegram in fact took."""
    make_audience(people, desk.playground)
    campaign = start()
    while nursery.run("notifications.campaigns.running.run", campaign, workers=2) and status(campaign) != "done":
        pass
    received = desk.received(list(range(FIRST_ID, FIRST_ID + people)))
    states = Counter(rows_of(campaign).values_list("state", flat=True))
    print(f"campaign: states {dict(states)}, sent by number: {Counter(received)}", flush=True)
    if set(received) != {1} or states != {
        DeliveryState.SENT: people - people // 3,
        DeliveryState.UNKNOWN: people // 3,
    }:
        raise Unexplained(f"the campaign came {Counter(received)} times; states {dict(states)}")
    return states[DeliveryState.UNKNOWN]


@scenario("redis_flushall", seconds=240)
def redis_flushall(context: Context, *, people: int = 90) -> Outcome:
    """Redis is emptied while messages go out: wake-ups, leases of permits and pauses are gone; the rows are not."""
    only = ("redis", "worker_events", "beat", "playground")
    with context.system(only=only, seed=False) as system:
        desk = Desk(PlaygroundClient(system.playground_url))
        chats, events = desk.staff(people), [happened() for _ in range(2)]
        # On a busy machine the worker is still starting.
        desk.playground.wait_calls(people // 2, "sendMessage", timeout=60)
        in_flight = _in_flight()
        with redis.Redis.from_url(system.redis_url) as store:
            store.flushall()
        emptied = time.monotonic()
        in_flight = max(in_flight, _in_flight())
        system.wait_for(
            lambda: Delivery.objects.filter(event__in=events, state=DeliveryState.SENT).count() == people * len(events),
            timeout=120, what="everything to be sent",
        )  # fmt: skip
        recovery = time.monotonic() - emptied
        received = desk.received(chats)
        letters = DeadLetter.objects.count()
    wanted = len(events)
    twice = sum(count - wanted for count in received if count > wanted)
    print(f"{in_flight} in flight, {twice} of them came twice, {letters} dead letters", flush=True)
    if letters or twice > in_flight:
        raise Unexplained(f"{letters} dead letters; {twice} messages came twice and {in_flight} were in flight")
    return Outcome(
        load=f"{people * wanted} messages by the real workers, {conditions()}",
        faults=f"FLUSHALL after {people // 2} of them, {in_flight} in flight, of which {twice} came twice; everything sent "
        f"{recovery:.1f} s after it",
        lost=sum(wanted - count for count in received if count < wanted),
        duplicated=twice,
        recovery_s=recovery,
    )


def _in_flight() -> int:
    return Delivery.objects.filter(state=DeliveryState.SENDING).count()
