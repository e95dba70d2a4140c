"""Proving an address: a code is sent there, and whoever sends it back is its owner.

Nothing here tells whether anybody with the address is known: every request for a code does the same work and gets the
same answer, and a worker looks the person up. The code itself is nowhere: Redis holds a keyed hash of it, and the
message to the worker a random word that the code is made from with this site's own key.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.module_loading import import_string

from booking_site.lib.publishing import publish
from booking_site.lib.redis_client import client
from bookings.enums import Language
from bookings.exceptions import BookingError, Busy
from bookings.services.visitors import visitor_by_email

#: Seconds in which a code is good.
CODE_SECONDS = 300
#: Tries at one code.
MOST_TRIES = 5
#: Seconds before another code goes to the same address.
RESEND_SECONDS = 60
#: Codes to one address, and codes asked for from one network address, in a day and an hour.
CODES_A_DAY = 10
ASKED_AN_HOUR = 20
_DAY, _HOUR = 86_400, 3_600

TASK = "bookings.send_code"
QUEUE = "events:p2p"

#: What redis-py takes for fields and values.
_Hashable = bytes | bytearray | memoryview | str | int | float
_EMAIL_LIMIT = 254
_USERNAME = re.compile(r"[a-z][a-z0-9_]{3,31}", re.ASCII)
_CODE = re.compile(r"[0-9]{6}", re.ASCII)
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)


class Channel(StrEnum):
    """How a code travels."""

    EMAIL = "email"
    TELEGRAM = "telegram"


class InvalidAddress(BookingError):
    """Not an e-mail address, not a Telegram username, or the channel is not in use here."""

    code = "invalid_address"


class TooManyCodes(BookingError):
    """``details["retry_after"]``: seconds to wait."""

    code = "too_many_codes"


class InvalidCode(BookingError):
    """Wrong, used, too old, or tried too often; which of these is not told."""

    code = "invalid_code"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the code will be asked for with. Lives for ``CODE_SECONDS``."""

    id: str


def request_code(*, channel: Channel, address: str, asked_from: str, language: Language) -> Challenge:
    """Have a code sent to ``address``. ``asked_from`` is the network address of whoever asks.

    Raises:
        InvalidAddress, TooManyCodes.
        Busy: nobody can be asked to send it now. redis.RedisError: as bad.
    """
    if channel not in settings.API_CODE_SENDERS:
        raise InvalidAddress("The channel is not in use here")
    address = clean_address(channel, address)
    _count(f"{channel}:{address}", asked_from)
    challenge, word = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
    facts: dict[_Hashable, _Hashable] = {"hash": _hash(challenge, _code_of(word)), "language": language.value}
    if channel is Channel.EMAIL:
        facts["email"] = address
    key = f"otp:{challenge}"
    with client().pipeline(transaction=True) as steps:
        steps.hset(key, mapping=facts)
        steps.expire(key, CODE_SECONDS)
        steps.execute()
    if not publish(
        TASK,
        [channel.value, address, challenge, word, language.value],
        queue=QUEUE,
        expires=CODE_SECONDS,
        shown_as=f"({channel.value})",
    ):
        raise Busy("the code could not be sent")
    return Challenge(challenge)


def send_code(*, channel: str, address: str, challenge: str, word: str, language: str) -> bool:
    """For the worker: send the code by the channel's sender (API_CODE_SENDERS); whether anybody was there to get it.

    A sender takes ``address``, ``code`` and ``language`` and returns the user's primary key where it found one by
    the address, 0 where the address itself is enough, ``None`` where nothing was sent.
    """
    found: int | None = import_string(settings.API_CODE_SENDERS[channel])(
        address=address, code=_code_of(word), language=language
    )
    if found:
        # Whoever got it, and nobody to whom the username passes in the meantime, is let in by it.
        client().set(_receiver(challenge), found, ex=CODE_SECONDS)
    return found is not None


def redeem_code(*, challenge: str, code: str, language: Language | None = None) -> int:
    """Primary key of the user who has proved their address; an e-mail address nobody had becomes a new client.

    A code is good once. ``language`` is that of a new client; ``None``: the one in which the code was asked for.

    Raises:
        InvalidCode, Busy, redis.RedisError.
    """
    if not _CHALLENGE.fullmatch(challenge) or not _CODE.fullmatch(code):
        raise InvalidCode("The code is not valid")
    key, tries = f"otp:{challenge}", f"attempts:{challenge}"
    with client().pipeline(transaction=True) as steps:
        steps.hgetall(key)
        steps.get(_receiver(challenge))
        steps.incr(tries)
        steps.expire(tries, CODE_SECONDS)
        facts, receiver, count, _set = steps.execute()
    expected = facts.get("hash", "0" * 64)
    good = hmac.compare_digest(_hash(challenge, code), expected) and count <= MOST_TRIES
    # Of two at once with the right code, one deletes it.
    if not good or not client().delete(key):
        raise InvalidCode("The code is not valid")
    if receiver:
        return int(receiver)
    if "email" in facts:
        # A code that an older release sent says no language.
        asked_in = Language(facts.get("language", Language.RU))
        return visitor_by_email(email=facts["email"], language=language or asked_in)
    raise InvalidCode("The code is not valid")


def clean_address(channel: Channel, address: str) -> str:
    """As it is stored and counted: lower case, without the ``@`` of a username. Raises InvalidAddress."""
    address = address.strip().lower()
    if channel is Channel.TELEGRAM:
        address = address.removeprefix("@")
        if not _USERNAME.fullmatch(address):
            raise InvalidAddress("Not a Telegram username")
        return address
    try:
        validate_email(address)
    except ValidationError:
        raise InvalidAddress("Not an e-mail address") from None
    if len(address) > _EMAIL_LIMIT:
        raise InvalidAddress("Not an e-mail address")
    return address


def _count(address: str, asked_from: str) -> None:
    """Raises TooManyCodes. Addresses are counted under a keyed hash: Redis need not hold a list of them."""
    whose = _keyed("address", address)[:32]
    gap, day, hour = f"attempts:gap:{whose}", f"attempts:day:{whose}", f"attempts:from:{asked_from}"
    _count_up(hour, _HOUR, ASKED_AN_HOUR)
    if not client().set(gap, 1, nx=True, ex=RESEND_SECONDS):
        raise TooManyCodes("A code was sent a moment ago", retry_after=max(1, client().ttl(gap)))
    _count_up(day, _DAY, CODES_A_DAY)


def _count_up(key: str, seconds: int, most: int) -> None:
    with client().pipeline(transaction=True) as steps:
        steps.set(key, 0, nx=True, ex=seconds)
        steps.incr(key)
        steps.ttl(key)
        _made, count, left = steps.execute()
    if count > most:
        raise TooManyCodes("Too many codes were asked for", retry_after=max(1, left))


def _code_of(word: str) -> str:
    return f"{int(_keyed('code', word), 16) % 1_000_000:06d}"


def _receiver(challenge: str) -> str:
    return f"otp:{challenge}:user"


def _hash(challenge: str, code: str) -> str:
    return _keyed("hash", f"{challenge}:{code}")


def _keyed(purpose: str, text: str) -> str:
    # A plain hash of six digits is found by trying all of them.
    key = hashlib.sha256(f"one-time-codes:{purpose}:{settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, text.encode(), "sha256").hexdigest()
