"""Connections that a process keeps open for sending, closed when it ends."""

import asyncio
from typing import Any

from booking_site.lib import background_loop
from notifications.permits import close_limiters
from notifications.transports.telegram import close_bots

_PATIENCE = 3.0


async def _close() -> None:
    await asyncio.gather(close_limiters(), close_bots())


def close_connections(**_signal: Any) -> None:
    """Close what this process has open; the next message opens it again."""
    background_loop.submit(_close()).result(_PATIENCE)
