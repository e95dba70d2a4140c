"""Webhooks of integrators: signed JSON by POST. The other side answers 2xx, or it is tried again."""

import hashlib
import hmac
import time
import traceback
from collections.abc import Sequence

import aiohttp
import orjson

from notifications.addresses import Hook
from notifications.outcomes import Failed, Gone, Outcome, Refused, Sent
from notifications.transports import Parcel
from notifications.transports.outside import Answer, ForbiddenAddressError, post

_ACCEPTED = range(200, 300)
_REDIRECTS = range(300, 400)
_GONE = 410


class WebhookTransport:
    async def send(self, parcel: Parcel) -> Outcome:
        hook = parcel.to
        if not isinstance(hook, Hook):
            return Refused(f"no webhook: {hook}")
        try:
            body = orjson.dumps(parcel.body)
            headers = {
                "Content-Type": "application/json",
                "X-Booking-Event": str(parcel.body["kind"]),
                "X-Booking-Delivery": str(parcel.delivery_id),
                "X-Booking-Signature": signature(body, secrets=hook.secrets, at=int(time.time())),
            }
            answer = await post(hook.url, body=body, headers=headers)
        except (ForbiddenAddressError, aiohttp.InvalidURL) as error:  # the next try would find the same
            return Refused(f"{type(error).__name__}: {error}")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # It may have arrived: the receiver knows a repetition by its X-Booking-Delivery.
            return Failed(f"{type(error).__name__}: {error}", _trace(error))
        except Exception as error:  # noqa: BLE001 - a body or a URL that cannot be sent is dead, not its worker
            return Refused(f"{type(error).__name__}: {error}", _trace(error))
        return _class_of(answer, hook)


def signature(body: bytes, *, secrets: Sequence[str], at: int) -> str:
    """``t=<seconds>,v1=<hex>``: HMAC-SHA256 over ``<seconds>.<body>``, one ``v1`` for each valid secret.

    The time is signed so that a receiver can refuse what somebody recorded and plays again.
    """
    signed = f"{at}.".encode() + body
    digests = (hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets)
    return ",".join([f"t={at}", *(f"v1={digest}" for digest in digests)])


def _class_of(answer: Answer, hook: Hook) -> Outcome:
    error = f"{answer.status} {answer.beginning}"
    if answer.status in _ACCEPTED:
        return Sent()
    if answer.status == _GONE:
        return Gone("endpoint_gone", dead_addresses=(hook.endpoint_id,))
    if answer.status in _REDIRECTS:
        return Refused(f"redirects are not followed: {error}")
    return Failed(error)


def _trace(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
