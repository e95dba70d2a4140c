"""Connections that a process keeps open for sending, closed when it ends."""

import sys
from typing import Any

from booking_site.lib import background_loop
from notifications.permits import close_limiters

_PATIENCE = 3.0
#: Module → what closes its connections on the running loop. Only what this process has used: importing one of them
#: loads aiogram or aiohttp, which takes long, into every process.
_TRANSPORTS = {
    "notifications.transports.telegram": "close_bots",
    "notifications.transports.outside": "close_sessions",
}


async def _close() -> None:
    await close_limiters()
    for module, close in _TRANSPORTS.items():
        if module in sys.modules:
            await getattr(sys.modules[module], close)()


def close_connections(**_signal: Any) -> None:
    """Close what this process has open; the next message opens it again."""
    background_loop.submit(_close()).result(_PATIENCE)
