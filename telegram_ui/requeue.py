"""A dead update taken back by an operator: to the end of its chat's mailbox, with a fresh count of attempts."""

import orjson

from booking_site.lib.publishing import publish
from booking_site.lib.redis_client import raw_client
from notifications.dead_letters import Letter
from telegram_ui import mailbox
from telegram_ui.gateway.intake import DRAIN, QUEUE, WAKE_UP_EXPIRES

#: What dead letters of the bot are called, for the admin site and for whoever takes them back.
SOURCE = "telegram.update"


def give_back(letter: Letter) -> None:
    """Put the update of ``letter`` into its mailbox again.

    Raises:
        ValueError: what was buried is not an update that could be handled.
        redis.RedisError: Redis did not answer; the letter stays open.
    """
    envelope = letter.payload.get("envelope")
    if not isinstance(envelope, dict) or "meta" not in envelope:
        raise ValueError("not an update in this letter")
    envelope["meta"]["letter"] = letter.id
    mailbox.put_back(raw_client(), chat=str(letter.payload["chat"]), envelope=orjson.dumps(envelope))
    publish(DRAIN, queue=QUEUE, expires=WAKE_UP_EXPIRES, trace_id=letter.trace_id)
