"""Init data of a Mini App: Telegram's word for who is asking (core.telegram.org/bots/webapps, "Validating data")."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson
import structlog
from django.conf import settings
from redis import RedisError

from booking_site.lib import clock
from booking_site.lib.redis_client import client
from bookings.enums import Door
from bookings.services.users import register_telegram_user

log = structlog.get_logger(__name__)

#: Seconds by which Telegram's clock may be ahead of ours.
_AHEAD = 60
_MOST_FIELDS = 32
#: Of ids: what the databases hold.
_FIRST_TOO_LARGE = 2**63


class BadInitData(Exception):
    """It was not signed by Telegram for our bot, or too long ago."""


def user_id_of(init_data: str) -> int:
    """Primary key of the user whom ``init_data`` vouches for; a stranger is registered as the bot would.

    Raises:
        BadInitData, and what ``register_telegram_user`` raises.
    """
    # Of everything that was sent: keyed by its own "hash", one who knows a good hash could send other data with it.
    key = f"tg:init:{hashlib.sha256(init_data.encode()).hexdigest()}"
    known = _remembered(key)
    if known is not None:
        return known
    fields = _signed_fields(init_data)
    left = _seconds_left(fields)
    person = _person(fields)
    card = register_telegram_user(
        tg_id=person["id"],
        first_name=_line(person, "first_name"),
        last_name=_line(person, "last_name"),
        username=_line(person, "username"),
        language_code=_line(person, "language_code"),
        door=Door.API,
    )
    _remember(key, card.id, left)
    return card.id


def _signed_fields(init_data: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(init_data, keep_blank_values=True, strict_parsing=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise BadInitData("not a query string") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadInitData("a field came twice")
    signature = fields.pop("hash", "")
    told = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    secret = hmac.digest(b"WebAppData", settings.TELEGRAM_BOT_TOKEN.encode(), "sha256")
    expected = hmac.new(secret, told.encode(), "sha256").hexdigest()
    if not settings.TELEGRAM_BOT_TOKEN or not hmac.compare_digest(expected.encode(), signature.encode()):
        raise BadInitData("not signed for this bot")
    return fields


def _seconds_left(fields: Mapping[str, str]) -> int:
    stated = fields.get("auth_date", "")
    age = clock.now().timestamp() - int(stated) if stated.isascii() and stated.isdigit() else None
    if age is None or not -_AHEAD <= age < settings.TELEGRAM_INIT_DATA_SECONDS:
        raise BadInitData("too old")
    return max(1, int(settings.TELEGRAM_INIT_DATA_SECONDS - age))


def _person(fields: Mapping[str, str]) -> dict[str, Any]:
    try:
        person = orjson.loads(fields.get("user", ""))
    except orjson.JSONDecodeError:
        raise BadInitData("no user") from None
    if not isinstance(person, dict) or type(person.get("id")) is not int or person.get("is_bot"):
        raise BadInitData("no user")
    if not 0 < person["id"] < _FIRST_TOO_LARGE:
        raise BadInitData("nobody's id")
    return person


def _line(person: Mapping[str, Any], name: str) -> str:
    text = str(person.get(name) or "")
    if "\0" in text:
        raise BadInitData("no text that can be kept")  # PostgreSQL's texts cannot hold that character
    return text


def _remembered(key: str) -> int | None:
    try:
        stored = client().get(key)
    except RedisError as error:
        log.warning("init_data_cache_unreachable", error=str(error))
        return None
    return int(str(stored)) if stored else None


def _remember(key: str, user_id: int, seconds: int) -> None:
    try:
        client().set(key, user_id, ex=seconds)
    except RedisError as error:
        log.warning("init_data_cache_unreachable", error=str(error))
