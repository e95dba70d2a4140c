"""The one way in: the webhook and polling hand raw updates to :func:`take_in`."""

import time
from typing import Any

import orjson
import redis
import structlog
from django.conf import settings
from django.db import DatabaseError, connections

from booking_site.lib.publishing import publish
from booking_site.lib.rate_limiter import Limit
from booking_site.lib.redis_client import raw_client
from booking_site.lib.trace import new_trace_id
from telegram_ui import mailbox
from telegram_ui.gateway.identity import look_up
from telegram_ui.gateway.routing import route
from telegram_ui.mailbox import Accepted, Door, Incoming, Verdict

log = structlog.get_logger(__name__)

QUEUE = "tg:updates"
DRAIN = "telegram.drain_updates"
#: Seconds. Workers look for themselves long before; an old wake-up only costs a task.
WAKE_UP_EXPIRES = 30
#: Seconds after which a dead pooled connection is not worth a second try: the webhook has one second in all.
_QUICKLY = 0.2


class NotAnUpdate(ValueError):
    """The body is not a JSON object with an integer ``update_id``."""


def take_in(raw: bytes) -> Verdict:
    """Put one update into its chat's mailbox and see to it that a worker looks there.

    Raises:
        NotAnUpdate: nothing was done.
        redis.RedisError: Redis did not answer, within half a second. Offering the update again is safe.
    """
    update = _parse(raw)
    origin = route(update)
    incoming = Incoming(
        chat_id=origin.chat_id,
        user_id=origin.user_id,
        update_id=update["update_id"],
        trace_id=new_trace_id(),
        raw=raw,
        private=origin.private,
        pressed="callback_query" in update,
    )
    accepted = _accept(incoming)
    if accepted.verdict is Verdict.UNKNOWN_USER and origin.sender:
        accepted = _accept(incoming, _context(origin.sender))
    if accepted.verdict is not Verdict.ACCEPTED:
        log.info(
            "update_dropped",
            verdict=accepted.verdict.name.lower(),
            update_id=incoming.update_id,
            chat=origin.chat_id,
            trace_id=incoming.trace_id,
        )
    if accepted.wake_up:
        # May fail: the update is in its mailbox, and workers look for themselves.
        publish(DRAIN, queue=QUEUE, expires=WAKE_UP_EXPIRES, trace_id=incoming.trace_id)
    return accepted.verdict


def _parse(raw: bytes) -> dict[str, Any]:
    try:
        update = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise NotAnUpdate(f"not JSON: {error}") from None
    if not isinstance(update, dict):
        raise NotAnUpdate("not a JSON object")
    update_id = update.get("update_id")
    if not isinstance(update_id, int) or isinstance(update_id, bool):
        raise NotAnUpdate("update_id is not an integer")
    return update


def _accept(incoming: Incoming, context: bytes = b"") -> Accepted:
    door = Door(Limit(settings.TELEGRAM_USER_BURST, settings.TELEGRAM_USER_PER_SECOND))
    started = time.monotonic()
    try:
        return mailbox.accept(raw_client(), incoming, door, context)
    except redis.ConnectionError:
        # A pooled connection that the server closed when it restarted: a new one may well work. What the first try
        # did, if it did anything, makes the second a duplicate.
        if time.monotonic() - started > _QUICKLY:
            raise
        return mailbox.accept(raw_client(), incoming, door, context)


def _context(sender: dict[str, Any]) -> bytes:
    """By reading alone: Telegram does not wait while somebody else writes to the database."""
    _renew_connections()
    try:
        context = look_up(sender)
    except DatabaseError as error:
        log.warning("user_not_looked_up", tg_id=sender["id"], error=str(error))
        context = None
    # Taken in without a context: the worker registers the stranger, and tries again if the database is away.
    return context.to_json() if context else b"null"


def _renew_connections() -> None:
    """Replace what the database server has closed, as Django does around its requests; this may be outside of any."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
