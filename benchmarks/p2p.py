"""How long after the commit of a booking Telegram is asked to tell about it."""

import statistics
import time
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from benchmarks.registry import Context, Measurement, benchmark
from bookings.actor import Actor
from bookings.enums import Door, Role
from bookings.models import Location, SpecialistService, User
from bookings.read_models import ItemRequest
from bookings.services.create_booking import create_booking
from bookings.signals import booking_event
from bookings.slots.search import nearest_slots
from telegram_ui.playground.client import PlaygroundClient

_BOOKINGS = 40
#: Two clients take turns: Telegram takes one message a second in a chat.
_PAUSE = 0.55


@benchmark("p2p.latency", seconds=180)
def latency(context: Context) -> Measurement:
    """An admin books for demo clients while nothing else goes on; the client's message is the one that is timed."""
    with context.system(only=("redis", "worker_events", "beat", "playground")) as system:
        playground = PlaygroundClient(system.playground_url)
        playground.set_faults(latency_ms=50)
        clients = User.objects.filter(role=Role.CLIENT, tg_id__isnull=False).order_by("tg_id")[:2]
        waits = [one_booking(playground, number, list(clients)) for number in range(_BOOKINGS)]
    waits = sorted(waits[5:])  # the first ones find cold connections
    return Measurement(
        value=statistics.median(waits),
        unit="ms",
        p50_ms=statistics.median(waits),
        p99_ms=waits[-1],
        conditions=f"{len(waits)} bookings one after the other, idle system, SQLite, Bot API 50 ms; p99 is the worst",
    )


def one_booking(playground: PlaygroundClient, number: int, clients: Sequence[User]) -> float:
    """Milliseconds from the commit to the arrival of the client's message at the Bot API."""
    client = clients[number % len(clients)]
    offer = SpecialistService.objects.filter(specialist__is_active=True, service__capacity=1).order_by("pk")
    chosen = offer[number % offer.count()]
    location: Any = Location.objects.filter(specialists=chosen.specialist).first()
    items = [ItemRequest(service_id=chosen.service_id, specialist_id=chosen.specialist_id)]
    slot = nearest_slots(location_id=location.pk, items=items, client_id=client.pk, limit=1)[0]
    committed: list[float] = []

    def note(**_signal: Any) -> None:
        transaction.on_commit(lambda: committed.append(time.time()))

    seen = _last_number(playground)
    booking_event.connect(note)
    try:
        create_booking(
            actor=Actor(role=Role.ADMIN, door=Door.ADMIN), client_id=client.pk, location_id=location.pk,
            items=items, starts_at=slot.starts_at,
        )  # fmt: skip
    finally:
        booking_event.disconnect(note)
    (call, *_rest) = playground.wait_calls(1, "sendMessage", after=seen, chat_id=client.tg_id)
    time.sleep(_PAUSE)
    return float(call["wall"] - committed[0]) * 1000


def _last_number(playground: PlaygroundClient) -> int:
    calls = playground.calls("sendMessage", limit=10_000)
    return int(calls[-1]["number"]) if calls else 0
