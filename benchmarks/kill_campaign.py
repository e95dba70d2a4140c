"""A campaign while everything that works on it is killed, again and again."""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Sum

from benchmarks.load.campaign import FIRST_ID, make_audience, start, status
from benchmarks.registry import Context, Outcome, scenario
from booking_site.testing.system import SystemUnderTest
from bookings.actor import SYSTEM
from bookings.models import User
from notifications.campaigns.audience import Audience
from notifications.campaigns.control import pause_campaign, resume_campaign
from notifications.campaigns.queries import count_audience, rows_of
from notifications.events import DeliveryState as State
from notifications.models import Campaign
from telegram_ui.playground.client import PlaygroundClient
from telegram_ui.playground.process import PlaygroundProcess

PEOPLE, BLOCKED, LATENCY_MS = 10_000, 1_000, 50
#: All of the system that has to do with campaigns; the Bot API stands outside, as Telegram does.
PROCESSES = ("redis", "worker_broadcast", "worker_events", "beat")
#: Drawn from at each kill. The two workers of campaigns, which hold rows, come up as often as all the rest.
VICTIMS = ("worker_broadcast.1", "worker_broadcast.2", "worker_events.1", "beat.1", "redis.1")
WEIGHTS = (3, 3, 2, 2, 2)
#: Seconds between two kills, at least and at most; and after which nothing is killed any more.
PAUSES = (1.5, 4.0)
KILLING_SECONDS = 180.0
#: Seconds that a kill is put off at most until the campaign has moved on since the last one. On a machine that is busy a
#: worker may take longer to start than the pauses are: nothing would ever be in hand at a kill.
LONGEST_PAUSE = 20.0
#: Shares of the audience told at which it is paused, the power is cut, and the killing ends.
PAUSE_AT, POWER_CUT_AT, ENOUGH_AT = 0.25, 0.5, 0.95
#: What a pause promises, and how long it is watched.
FELT_WITHIN, WATCHED = 2.0, 5.0


class Unexplained(Exception):
    """The run came to its end, and shows what must not be."""


@dataclass
class Havoc:
    """Kills what runs, and counts."""

    system: SystemUnderTest
    killed: Counter[str] = field(default_factory=Counter)
    last: float = 0.0
    _next: float = 0.0
    _moved: int = -1

    def strike_if_due(self, moved: int | None = None) -> None:
        """``moved``: how far the campaign has come, where it is to be waited for."""
        now = time.monotonic()
        if now < self._next or (moved == self._moved and now < self.last + LONGEST_PAUSE):
            return
        (victim,) = random.choices(VICTIMS, WEIGHTS)
        try:
            self.system.kill(victim)
        except (KeyError, ProcessLookupError):
            return  # it lies dead already
        self._count(victim.split(".")[0])
        self._moved = -1 if moved is None else moved

    def cut_the_power(self) -> None:
        """Everything at once, the supervisor included; then it is started as somebody would start it again."""
        self.system.kill_everything()
        self._count("everything at once")
        self.system.start()

    def _count(self, what: str) -> None:
        self.killed[what] += 1
        self.last = time.monotonic()
        self._next = self.last + random.uniform(*PAUSES)


@scenario("campaign_kill_everything", seconds=480)
def campaign_kill_everything(context: Context) -> Outcome:
    """10,000 people, of whom 1,000 have blocked the bot; see the outcome's words for what was done."""
    return run(context, people=PEOPLE, blocked=BLOCKED)


def run(context: Context, *, people: int, blocked: int) -> Outcome:
    """The same at any size."""
    with _running(context) as (system, playground):
        make_audience(people, playground)
        for number in range(blocked):
            playground.block(FIRST_ID + number * (people // blocked))
        havoc, began = Havoc(system), time.monotonic()
        campaign = start(paid=True)
        paused = _kill_until_nearly_done(havoc, campaign, playground, people)
        print(f"killed: {dict(havoc.killed)}; {_settled(campaign)} of {people} settled by then", flush=True)
        system.wait_for(lambda: status(campaign) == "done", timeout=150, what="the campaign to be done", pause=0.5)
        done = time.monotonic()
        reached = _examine(campaign, playground, people, blocked)
    killed = ", ".join(f"{what} {count}" for what, count in havoc.killed.most_common())
    return Outcome(
        load=f"a paid campaign to {people} people, {blocked} of whom have blocked the bot, by 2 workers; "
        f"Bot API {LATENCY_MS} ms, SQLite, done after {done - began:.0f} s, "
        f"{os.cpu_count()} cores with a load of {os.getloadavg()[0]:.0f}",
        faults=f"{havoc.killed.total()} SIGKILLs ({killed}); {reached.in_flight} claims ended with their worker, "
        f"of whose rows {reached.twice} came again; {reached.tried_again} of the blocked were called twice, all of them "
        f"in flight at a kill; paused at {PAUSE_AT:.0%}: the last call arrived {paused:.2f} s after it",
        lost=reached.lost,
        duplicated=reached.twice,
        recovery_s=done - havoc.last,
    )


@contextmanager
def _running(context: Context) -> Iterator[tuple[SystemUnderTest, PlaygroundClient]]:
    with PlaygroundProcess(settings.TELEGRAM_BOT_TOKEN) as playground:
        playground.client.set_faults(latency_ms=LATENCY_MS)
        environment = {"TELEGRAM_API_URL": playground.url, "LOG_LEVEL": "WARNING"}
        with context.system(only=PROCESSES, scale={"worker_broadcast": 2}, seed=False, env=environment) as system:
            yield system, playground.client


def _kill_until_nearly_done(havoc: Havoc, campaign: int, playground: PlaygroundClient, people: int) -> float:
    """Returns the seconds after the pause at which the last message arrived."""
    end, felt, cut = time.monotonic() + KILLING_SECONDS, None, False
    while time.monotonic() < end:
        share = _settled(campaign) / people
        if share >= ENOUGH_AT:
            break
        if share >= PAUSE_AT and felt is None:
            felt = _pause_and_resume(havoc, campaign, playground)
        elif share >= POWER_CUT_AT and not cut:
            havoc.cut_the_power()
            cut = True
        havoc.strike_if_due(_moved(campaign))
        time.sleep(0.1)
    if felt is None or not cut:
        raise Unexplained(f"after {KILLING_SECONDS:g} s only {_settled(campaign)} of {people} were told")
    return felt


def _pause_and_resume(havoc: Havoc, campaign: int, playground: PlaygroundClient) -> float:
    newest = _last_number(playground)
    pause_campaign(actor=SYSTEM, campaign_id=campaign)
    committed = time.time()
    end = time.monotonic() + WATCHED
    while time.monotonic() < end:
        havoc.strike_if_due()
        time.sleep(0.1)
    calls = playground.calls("sendMessage", after=newest, limit=10_000)
    late = max((call["wall"] - committed for call in calls), default=0.0)
    print(f"paused: {len(calls)} calls since just before, the last one {late:.2f} s after", flush=True)
    if late > FELT_WITHIN:
        raise Unexplained(f"a message was begun {late:.2f} s after the pause")
    resume_campaign(actor=SYSTEM, campaign_id=campaign)
    return max(0.0, late)


def _last_number(playground: PlaygroundClient) -> int:
    return int(playground.request("GET", "/calls", limit=1)["last"])


def _moved(campaign: int) -> int:
    """Grows with every row that is made, and with every one that is settled."""
    return Campaign.objects.values_list("total", flat=True).get(pk=campaign) + _settled(campaign)


def _settled(campaign: int) -> int:
    return rows_of(campaign).filter(state__in=(State.SENT, State.SKIPPED)).count()


@dataclass(frozen=True, slots=True)
class _Reached:
    lost: int
    twice: int
    in_flight: int
    tried_again: int


def _examine(campaign: int, playground: PlaygroundClient, people: int, blocked: int) -> _Reached:
    """What came of it in the end.

    Raises:
        Unexplained: a message came again that no killed worker had in hand, or somebody who blocked the bot is not
            marked, or would be told again.
    """
    accepted, refused = _answers(playground)
    rows = rows_of(campaign)
    outside = set(User.objects.filter(bot_blocked=True).values_list("tg_id", flat=True))
    ends = dict(rows.values_list("recipient__tg_id", "crashes"))
    states = Counter(rows.values_list("state", flat=True))
    reached = _Reached(
        lost=people - len(accepted.keys() | refused.keys()),
        twice=sum(count - 1 for count in accepted.values()),
        in_flight=rows.aggregate(claims=Sum("crashes"))["claims"],
        tried_again=sum(count - 1 for count in refused.values()),
    )
    print(f"states: {dict(states)}; {reached}", flush=True)
    strays = [chat for chat, count in (accepted + refused).items() if count > 1 + ends[chat]]
    if strays:
        raise Unexplained(f"{len(strays)} people were written to more often than their claims were lost")
    if outside != set(refused) or len(outside) != blocked or states[State.SKIPPED] != blocked:
        raise Unexplained(
            f"{len(refused)} refused with 403, {len(outside)} marked, {states[State.SKIPPED]} skipped"
        )
    if (left := count_audience(actor=SYSTEM, audience=Audience()).total) != people - blocked:
        raise Unexplained(f"the next campaign would go to {left}")
    return reached


def _answers(playground: PlaygroundClient) -> tuple[Counter[int], Counter[int]]:
    """How many messages each chat was sent, and how many were refused because it had blocked the bot."""
    accepted: Counter[int] = Counter()
    refused: Counter[int] = Counter()
    newest = 0
    while calls := playground.calls("sendMessage", after=newest, limit=10_000):
        newest = calls[-1]["number"]
        accepted.update(call["chat_id"] for call in calls if call["message_id"] is not None)
        refused.update(call["chat_id"] for call in calls if call["status"] == 403)
    return accepted, refused
