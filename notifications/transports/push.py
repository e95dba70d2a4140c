"""Web Push: one encrypted request for each browser of a person (RFC 8030, 8188, 8291, 8292)."""

import asyncio
import base64
import time
import traceback
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson
from django.conf import settings
from py_vapid import Vapid02
from pywebpush import WebPusher

from notifications.addresses import Browser, Browsers
from notifications.events import Lane
from notifications.outcomes import Failed, Gone, Misconfigured, Outcome, Refused, Sent
from notifications.plain import title_and_rest
from notifications.push_hosts import is_allowed
from notifications.transports import Parcel
from notifications.transports.outside import Answer, ForbiddenAddressError, post

#: Seconds for which a push service keeps a message for a browser that is away. A reminder of yesterday helps nobody.
_TTL = {Lane.P2P: 24 * 3600, Lane.REMINDER: 2 * 3600, Lane.CAMPAIGN: 24 * 3600}
_URGENCY = {Lane.P2P: "high", Lane.REMINDER: "normal", Lane.CAMPAIGN: "low"}
#: RFC 8292 allows a day at most.
_TOKEN_SECONDS = 12 * 3600
#: Push services take 4096 bytes with what encryption adds to them.
_PAYLOAD_LIMIT = 3000
_ACCEPTED = range(200, 300)
_GONE = frozenset({404, 410})
_LATER = frozenset({408, 425, 429})
_SERVER_ERROR = 500


class PushTransport:
    async def send(self, parcel: Parcel) -> Outcome:
        if not isinstance(parcel.to, Browsers):
            return Refused(f"no browsers: {parcel.to}")
        if not settings.VAPID_PRIVATE_KEY:
            return Misconfigured("VAPID_PRIVATE_KEY", "is not set")
        try:
            payload = payload_of(parcel)
            tries = [_to_one(browser, payload, parcel.lane) for browser in parcel.to.all]
        except Exception as error:  # noqa: BLE001 - a message that cannot even be built is dead, not its worker
            return Refused(f"{type(error).__name__}: {error}", _trace(error))
        return _together(parcel.to.all, await asyncio.gather(*tries))


def payload_of(parcel: Parcel) -> bytes:
    """What the service worker of a page gets. The same ``tag`` at every repetition: the browser shows one of them."""
    message = parcel.message
    title, body = title_and_rest(message.text)
    actions = [{"name": one.name, "args": one.args, "label": one.label} for row in message.rows for one in row]
    shown: dict[str, Any] = {
        "title": title,
        "body": body,
        "tag": f"delivery-{parcel.delivery_id}",
        "actions": actions,
    }
    while len(whole := orjson.dumps(shown)) > _PAYLOAD_LIMIT and shown["body"]:
        shown["body"] = shown["body"][: len(shown["body"]) * 3 // 4]
    return whole


async def _to_one(browser: Browser, payload: bytes, lane: str) -> Outcome:
    if not is_allowed(browser.endpoint):
        return Gone("host_not_allowed")
    try:
        body = WebPusher(
            {"endpoint": browser.endpoint, "keys": {"p256dh": browser.p256dh, "auth": browser.auth}}
        ).encode(payload)["body"]
        headers = {
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(_TTL[Lane(lane)]),
            "Urgency": _URGENCY[Lane(lane)],
            **authorization(browser.endpoint),
        }
    except Exception as error:  # noqa: BLE001 - keys that no browser made; the person's others are tried all the same
        return Gone(f"unusable keys: {error}"[:40])
    try:
        answer = await post(browser.endpoint, body=body, headers=headers)
    except (ForbiddenAddressError, aiohttp.InvalidURL) as error:  # the next try would find the same
        return Refused(f"{type(error).__name__}: {error}")
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        # Should it have arrived all the same, the tag keeps the browser from showing it twice.
        return Failed(f"{type(error).__name__}: {error}", _trace(error))
    return _class_of(answer)


def _class_of(answer: Answer) -> Outcome:
    if answer.status in _ACCEPTED:
        return Sent()
    if answer.status in _GONE:
        return Gone("unsubscribed")
    error = f"{answer.status} {answer.beginning}"
    return Failed(error) if answer.status in _LATER or answer.status >= _SERVER_ERROR else Refused(error)


def _together(browsers: Sequence[Browser], outcomes: Sequence[Outcome]) -> Outcome:
    """Whoever read it on one device has read it. A failure counts only where nobody was reached."""
    dead = tuple(one.id for one, outcome in zip(browsers, outcomes, strict=True) if isinstance(outcome, Gone))
    if any(isinstance(outcome, Sent) for outcome in outcomes):
        return Sent(dead_addresses=dead)
    for outcome in outcomes:
        if isinstance(outcome, Failed):
            return Failed(outcome.error, outcome.traceback, dead_addresses=dead)
    for outcome in outcomes:
        if isinstance(outcome, Refused):
            return outcome
    return Gone("unsubscribed", dead_addresses=dead)


def authorization(endpoint: str) -> dict[str, str]:
    """The header by which a push service knows who sends (VAPID)."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + _TOKEN_SECONDS,
        "sub": settings.VAPID_SUBJECT,
    }
    signed: dict[str, str] = Vapid02.from_string(settings.VAPID_PRIVATE_KEY).sign(claims)
    return signed


def public_key(private_key: str) -> str:
    """What a page passes to ``PushManager.subscribe`` as ``applicationServerKey``."""
    numbers = Vapid02.from_string(private_key).public_key.public_numbers()
    point = b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def _trace(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
