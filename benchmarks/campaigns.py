"""How fast a campaign goes out, and what it costs those who wait for an instant message meanwhile."""

import statistics
import time
from pathlib import Path

from benchmarks.load.campaign import accepted, make_audience, peak, percentile, start, throttled, wait_status
from benchmarks.load.cpu import Cpu, busy
from benchmarks.p2p import one_booking
from benchmarks.registry import Context, Measurement, Peer, benchmark
from bookings.actor import SYSTEM
from bookings.enums import Role
from bookings.models import User
from notifications.campaigns.control import cancel_campaign
from notifications.campaigns.materialise import materialise
from notifications.models import Delivery
from telegram_ui.playground.client import PlaygroundClient

WORKERS = 2
LATENCY_MS = 50
_PROCESSES = ("redis", "worker_broadcast", "beat", "playground")


@benchmark("broadcast.rate_30", seconds=240)
def rate_30(context: Context) -> Measurement:
    """A campaign at the common rate, by two workers, against a Bot API that enforces it."""
    return _rate(context, seconds=60, paid=False, limit=30)


@benchmark("broadcast.paid_1000", seconds=300)
def paid_1000(context: Context) -> Measurement:
    """The same, paid for."""
    return _rate(context, seconds=20, paid=True, limit=1000)


def _rate(context: Context, *, seconds: float, paid: bool, limit: int) -> Measurement:
    with context.system(only=_PROCESSES, scale={"worker_broadcast": WORKERS}, seed=False) as system:
        playground = PlaygroundClient(system.playground_url)
        playground.set_faults(latency_ms=LATENCY_MS, limits="telegram")
        # Enough for the seconds before and after those that are counted.
        make_audience(round(limit * (seconds + 8)), playground)
        campaign = start(paid=paid)
        wait_status(campaign, "running", seconds=60)
        _wait_until_it_flows(playground)
        workers, bot_api = Cpu(system, "worker_broadcast"), Cpu(system, "playground")
        before, began = accepted(playground), time.monotonic()
        time.sleep(seconds)
        after, took = accepted(playground), time.monotonic() - began
        spent, spent_there = workers.used(), bot_api.used()
        highest, refused = peak(playground), throttled(playground)
    rate = (after - before) / took
    return Measurement(
        value=rate,
        unit="messages/s",
        peer=Peer("Telegram's limit", limit),
        conditions=f"{WORKERS} worker processes, {took:.0f} s, Bot API at {LATENCY_MS} ms that enforces the limit: "
        f"{refused} × 429, at most {highest} in any sliding second; {1000 * spent / max(1, after - before):.2f} ms of "
        f"processor time a message in the workers, {1000 * spent_there / max(1, after - before):.2f} ms in the stand-in "
        f"for Telegram; SQLite, {busy()}",
    )


def _wait_until_it_flows(playground: PlaygroundClient, patience: float = 30.0) -> None:
    deadline = time.monotonic() + patience
    while accepted(playground) < 60:
        if time.monotonic() > deadline:
            raise TimeoutError("the campaign does not get going")
        time.sleep(0.2)
    time.sleep(2)


@benchmark("campaign.materialise_100k", seconds=240)
def materialise_100k(context: Context) -> Measurement:
    """All rows of a campaign to a hundred thousand, and by how much the process that makes them grows."""
    with context.system(only=("redis",), seed=False):
        make_audience(100_000)
        campaign = start()
        grown = _Memory()
        began = time.monotonic()
        materialise(campaign)
        took = time.monotonic() - began
        rows = Delivery.objects.filter(campaign=campaign).count()
    assert rows == 100_000, f"{rows} rows"
    return Measurement(
        value=took,
        unit="seconds",
        conditions=f"{rows:,} rows in one process, SQLite; its memory grew by {grown.mib():.1f} MiB at the highest; "
        f"{busy()}",
    )


class _Memory:
    """Growth of this process from now on, by its highest point."""

    def __init__(self) -> None:
        Path("/proc/self/clear_refs").write_text("5")  # forgets the highest point so far
        self._before = self._highest()

    def mib(self) -> float:
        return (self._highest() - self._before) / 1024

    def _highest(self) -> int:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


@benchmark("p2p.latency_during_campaign", seconds=300)
def latency_during_campaign(context: Context) -> Measurement:
    """Bookings are made, and their clients told, while a campaign takes all of the rate that is left."""
    processes = (*_PROCESSES, "worker_events")
    with context.system(only=processes, scale={"worker_broadcast": WORKERS}) as system:
        playground = PlaygroundClient(system.playground_url)
        playground.set_faults(latency_ms=LATENCY_MS, limits="telegram")
        clients = list(User.objects.filter(role=Role.CLIENT, tg_id__isnull=False).order_by("tg_id")[:2])
        make_audience(5000, playground)
        campaign = start()
        wait_status(campaign, "running", seconds=60)
        _wait_until_it_flows(playground)
        waits = [one_booking(playground, number, clients) for number in range(45)]
        refused = throttled(playground)
        cancel_campaign(actor=SYSTEM, campaign_id=campaign)
    waits = sorted(waits[5:])  # the first ones find cold connections
    return Measurement(
        value=statistics.median(waits),
        unit="ms",
        p50_ms=statistics.median(waits),
        p99_ms=percentile(waits, 0.99),
        conditions=f"from commit to the call of the Bot API, {len(waits)} bookings beside a campaign at 30/s, "
        f"{refused} × 429, SQLite, {busy()}",
    )
