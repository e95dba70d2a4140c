"""Permits asked for and used."""

import asyncio
import subprocess
import time
from pathlib import Path

from booking_site.embedded_redis import server_command
from booking_site.lib.outbound_limiter import OutboundLimiter

INSTANT, CAMPAIGN = 0.8, 0.04


async def sent(limiter: OutboundLimiter, chat_id: int, *, answered_after: float | None = 0.0) -> float:
    """Send one message that counts when it is answered; the instant at which that might have begun."""
    permit = await limiter.permit(chat_id, patience=5)
    went = time.monotonic()
    if answered_after is not None:
        await asyncio.sleep(answered_after)
        permit.answered(usual=False)
    return went


async def in_hand(limiter: OutboundLimiter, permits: int, *, patience: float = 5) -> "list[asyncio.Task[float]]":
    """Coroutines that have their slots booked already, up to a second ahead; each answers with when it was let go."""

    async def one(chat_id: int) -> float:
        await limiter.permit(chat_id, patience=patience)
        return time.perf_counter()

    tasks = [asyncio.create_task(one(chat_id)) for chat_id in range(1, permits + 1)]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    return tasks


def start_server(port: int, folder: Path) -> "subprocess.Popen[str]":
    server = subprocess.Popen(server_command(port=port, folder=folder), stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    assert any("Ready to accept connections" in line for line in server.stdout)
    return server
