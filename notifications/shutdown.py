"""Connections that a process keeps open for sending, closed when it ends."""

import sys
from typing import Any

from booking_site.lib import background_loop
from notifications.permits import close_limiters

_PATIENCE = 3.0
_TELEGRAM = "notifications.transports.telegram"


async def _close() -> None:
    await close_limiters()
    # Only if this process has sent something: importing it loads aiogram, which takes seconds, into every process.
    if _TELEGRAM in sys.modules:
        await sys.modules[_TELEGRAM].close_bots()


def close_connections(**_signal: Any) -> None:
    """Close what this process has open; the next message opens it again."""
    background_loop.submit(_close()).result(_PATIENCE)
