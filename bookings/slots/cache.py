"""L1: what is open at a location on a date, in Redis. Only openness is kept, never busy time.

``slots:location:{id}:{date}``        what is open on that date, and the version it was computed under; 15 minutes
``slots:location:version:{id}``       the current version, a random token; 30 days

An entry counts only under the version that is current now. The version is read *before* the database is, so an
entry computed from data that changed meanwhile carries a version that is no longer current. Versions are random,
never counted: after FLUSHALL or an eviction a new one cannot be an old one again. Without Redis everything is
computed from the database.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Any, cast

import orjson
import redis
import structlog
from django.db import transaction

from booking_site.lib import redis_client
from bookings.slots.intervals import Interval

log = structlog.get_logger(__name__)

#: Also the longest that a stale grid is offered when Redis was out of reach as openness changed.
DAY_TTL_SECONDS = 15 * 60
VERSION_TTL_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True, slots=True, eq=False)
class OpenDay:
    """Tidy open intervals of one date, in epoch minutes, by specialist and by room. Equal only to itself: what was
    made of one is remembered under it.
    """

    specialists: Mapping[int, Sequence[Interval]]
    rooms: Mapping[int, Sequence[Interval]]


@dataclass(frozen=True, slots=True)
class Lookup:
    """``version`` is empty when Redis did not answer: then nothing may be written either."""

    version: str
    days: Mapping[date, OpenDay]


def _day_key(location_id: int, day: date) -> str:
    return f"slots:location:{location_id}:{day.isoformat()}"


def _version_key(location_id: int) -> str:
    return f"slots:location:version:{location_id}"


def _pack(version: str, day: OpenDay) -> bytes:
    return orjson.dumps(
        {"version": version, "specialists": day.specialists, "rooms": day.rooms}, option=orjson.OPT_NON_STR_KEYS
    )


def _unpack(entry: str | None, version: str) -> OpenDay | None:
    if entry is None:
        return None
    try:
        its_version, day = _parsed(entry)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None  # of another release, or damaged: computed anew and overwritten
    return day if its_version == version else None


@lru_cache(maxsize=512)
def _parsed(entry: str) -> tuple[str, OpenDay]:
    """Redis is asked for the text every time; the same text is read once, and is the same object then."""
    data: dict[str, Any] = orjson.loads(entry)
    day = OpenDay(
        {int(key): _intervals(spans) for key, spans in data["specialists"].items()},
        {int(key): _intervals(spans) for key, spans in data["rooms"].items()},
    )
    return data["version"], day


def _intervals(spans: Iterable[Iterable[int]]) -> list[Interval]:
    """As they are computed: JSON makes lists of tuples, and days that were read are sorted together with others."""
    return [(start, end) for start, end in spans]


def read(location_id: int, days: Sequence[date]) -> Lookup:
    """The entries that are current, in one round trip; a location without a version gets one in the same trip."""
    keys = [_day_key(location_id, day) for day in days]
    try:
        with redis_client.client().pipeline(transaction=False) as pipe:
            pipe.set(_version_key(location_id), secrets.token_hex(8), nx=True, ex=VERSION_TTL_SECONDS)
            pipe.mget([_version_key(location_id), *keys])
            _created, found = pipe.execute()
    except redis.RedisError as error:
        log.warning("slot cache not read", location_id=location_id, error=str(error))
        return Lookup("", {})
    version, *entries = cast("list[str | None]", found)
    if version is None:  # evicted within the same trip; compute, and keep nothing
        return Lookup("", {})
    unpacked = {day: _unpack(entry, version) for day, entry in zip(days, entries, strict=True)}
    return Lookup(version, {day: entry for day, entry in unpacked.items() if entry is not None})


def write(location_id: int, version: str, days: Mapping[date, OpenDay]) -> None:
    """Keep ``days`` under the ``version`` that was read before they were computed."""
    try:
        with redis_client.client().pipeline(transaction=False) as pipe:
            for day, entry in days.items():
                pipe.set(_day_key(location_id, day), _pack(version, entry), ex=DAY_TTL_SECONDS)
            pipe.execute()
    except redis.RedisError as error:
        log.warning("slot cache not written", location_id=location_id, error=str(error))


def invalidate(location_id: int) -> None:
    """Drop what is cached of the location once the current transaction commits (at once outside of one)."""
    invalidate_many([location_id])


def invalidate_many(location_ids: Iterable[int]) -> None:
    """``invalidate`` for several locations, in one round trip."""
    transaction.on_commit(partial(_renew_versions, tuple(sorted(set(location_ids)))), robust=True)


def _renew_versions(location_ids: Sequence[int]) -> None:
    if not location_ids:
        return
    try:
        with redis_client.client().pipeline(transaction=False) as pipe:
            for location_id in location_ids:
                pipe.set(_version_key(location_id), secrets.token_hex(8), ex=VERSION_TTL_SECONDS)
            pipe.execute()
    except redis.RedisError as error:
        log.warning("slot cache not invalidated", location_ids=location_ids, error=str(error))
