"""How soon the bot answers clients who book by tapping, and how many of their acts it handles."""

import gc
import os
import statistics

from django.conf import settings

from benchmarks.load.cpu import busy
from benchmarks.load.crowd import Crowd, Tally
from benchmarks.peers.process import serving
from benchmarks.registry import Context, Measurement, Peer, benchmark
from benchmarks.salon import make_salon
from booking_site.supervisor.ports import free_port
from bookings.models import Booking
from telegram_ui.gateway.identity import identify
from telegram_ui.playground.faults import FaultSettings
from telegram_ui.playground.threaded import PlaygroundThread
from telegram_ui.playground.webhook import WebhookConfig
from telegram_ui.webhook import PATH

_CHATS, _SPECIALISTS, _WORKERS = 500, 20, 2
#: Seconds: as fast as the answers come, then half as much by the clock.
_FULL, _HALF = 15.0, 20.0
_LATENCY_MS = 50
_CONNECTIONS = 100
_SECRET = "peer-secret"  # noqa: S105 - of a server that lives for seconds


@benchmark("updates.reply_latency", seconds=180)
def reply_latency(context: Context) -> Measurement:
    """Menu, service, calendar, times, booking and cancelling, over and over, each tap on what the last one showed."""
    gc.set_threshold(100_000, 50, 100)
    with PlaygroundThread(settings.PLAYGROUND_TOKEN) as telegram:
        os.environ["TELEGRAM_API_URL"] = telegram.url
        env = {"TELEGRAM_API_URL": telegram.url}
        scale = {"worker_updates": _WORKERS}
        with context.system(only=("redis", "web", "worker_updates"), scale=scale, env=env, seed=False) as system:
            make_salon(_SPECIALISTS)
            crowd = Crowd(telegram.server, _CHATS)
            for person in crowd.people():
                telegram.server.api.world.add_person(person)
                identify(person.as_user())
            telegram.server.faults.replace(FaultSettings(latency_ms=_LATENCY_MS))
            _deliver_to(telegram, system.ports["PORT"], system.secrets["TELEGRAM_WEBHOOK_SECRET"])
            full = _act(telegram, crowd, seconds=_FULL)
            half = _act(telegram, crowd, seconds=_HALF, rate=full.per_second / 2)
            load, bookings = busy(), Booking.objects.count()
            port = free_port()
            with serving("aiogram_handlers", port, _SECRET):
                _deliver_to(telegram, port, _SECRET)
                peer = _act(telegram, crowd, seconds=_FULL)
    return Measurement(
        value=full.per_second,
        unit="handled/s",
        p50_ms=_percentile(half, 50),
        p95_ms=_percentile(half, 95),
        p99_ms=_percentile(half, 99),
        peer=Peer("aiogram SimpleRequestHandler, in memory, one process, same handlers", peer.per_second),
        conditions=(
            f"{_CHATS} chats, each act a tap on what the last one showed: menu, service, calendar, day, time, booking, "
            f"cancelling; {_SPECIALISTS} specialists, {bookings} bookings made; {_WORKERS} worker processes, one web "
            f"process, SQLite, embedded Valkey with AOF, Bot API {_LATENCY_MS} ms; value: everybody acts at once after "
            f"each answer; percentiles: half of that by the clock, from when the act was due until the Bot API has "
            f"shown the answer; unanswered {full.unanswered + half.unanswered} (peer {peer.unanswered}); people, "
            f"Bot API and system share the machine; {load}"
        ),
    )  # fmt: skip


def _deliver_to(telegram: PlaygroundThread, port: int, secret: str) -> None:
    config = WebhookConfig(f"http://127.0.0.1:{port}{PATH}", secret, max_connections=_CONNECTIONS)
    telegram.run(telegram.server.api.webhook.set(config))


def _act(telegram: PlaygroundThread, crowd: Crowd, *, seconds: float, rate: float = 0.0) -> Tally:
    """Everybody is warmed up by one act first: menus are there, models are built, caches are filled."""
    patience = seconds + 60
    telegram.run(crowd.act(seconds=60, once=True), patience=patience)
    return telegram.run(crowd.act(seconds=seconds, rate=rate), patience=patience)


def _percentile(tally: Tally, percent: int) -> float:
    return statistics.quantiles(tally.waits, n=100)[percent - 1] * 1000
