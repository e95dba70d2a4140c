"""What the layers below call without knowing of Telegram. Light to import: the web process needs no aiogram."""

from typing import Any

from booking_site.lib.redis_client import client
from booking_site.metrics import register_counter, register_gauge
from bookings.signals import user_changed
from notifications.dead_letters import register_requeue
from telegram_ui import mailbox
from telegram_ui.gateway.identity import forget
from telegram_ui.requeue import SOURCE, give_back


def connect() -> None:
    """Forget changed users, take dead updates back, and show the mailboxes' numbers."""
    user_changed.connect(_forget, dispatch_uid="telegram_ui.forget")
    register_requeue(SOURCE, give_back)
    register_gauge(
        "telegram_updates",
        "Updates by what became of them, since Redis was empty.",
        lambda: mailbox.counters(client()),
        label="outcome",
    )
    register_counter(mailbox.UNREADABLE, "Updates that the bot library's types do not take.")
    register_gauge(
        "telegram_chats",
        "Chats with mail, by what they wait for.",
        lambda: mailbox.chats_by_state(client()),
        label="state",
    )


def _forget(tg_id: int, **_kwargs: Any) -> None:
    forget(tg_id)
