"""Every line of every library goes through one formatter and carries the trace id."""

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog
from django.conf import settings

from booking_site import logs
from booking_site.lib.trace import bound_trace


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """What the root logger writes while logging is set up as in production."""
    logs.configure({"format": "json", "level": "INFO"})
    stream = StringIO()
    handler = logging.getLogger().handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield stream
    logs.configure(settings.LOGGING)


@pytest.mark.parametrize("name", ["django.request", "celery.worker", "_granian", "aiogram", "bookings.services"])
def test_a_standard_logger_writes_one_json_line_with_the_trace(lines: StringIO, name: str) -> None:
    with bound_trace("00c0ffee00c0ffee"):
        logging.getLogger(name).error("could not %s", "book", extra={"booking_id": 7})
    (line,) = lines.getvalue().splitlines()
    said = json.loads(line)
    assert said["event"] == "could not book"
    assert said["level"] == "error"
    assert said["logger"] == name
    assert said["trace_id"] == "00c0ffee00c0ffee"
    assert said["booking_id"] == 7


def test_structlog_and_exceptions_are_one_line_too(lines: StringIO) -> None:
    try:
        int("no such\nslot")
    except ValueError:
        structlog.get_logger("bookings").exception("refused", slot=object())
    (line,) = lines.getvalue().splitlines()
    said = json.loads(line)
    assert said["event"] == "refused"
    assert said["exception"][0]["exc_type"] == "ValueError"


def test_the_level_is_kept(lines: StringIO) -> None:
    structlog.get_logger("bookings").debug("nobody asked")
    logging.getLogger("bookings").debug("nobody asked")
    assert lines.getvalue() == ""


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("key bk_0a1b2c3d_" + "A" * 43, "key bk_0a1b2c3d_***"),
        ("token bv_" + "A-_9" * 10 + " came", "token bv_*** came"),
        ("{'Authorization': 'Bearer abc.defgh', 'Host': 'x'}", "{'Authorization': 'Bearer ***', 'Host': 'x'}"),
        ("authorization: tma user=%7B%7D&hash=00", "authorization: tma ***"),
        ("Not Found: /api/v1/calendar/s3cr3t-address.ics", "Not Found: /api/v1/calendar/***.ics"),
        ("Not Found: /api/v1/calendar/s3cr3t-address", "Not Found: /api/v1/calendar/***"),
        ("/api/v1/calendar/s3cr3t-address/?a=1", "/api/v1/calendar/***/?a=1"),
        ("/api/v1/calendar/specialists/5", "/api/v1/calendar/specialists/5"),
        ("/api/v1/calendar/locations/5?date_from=x", "/api/v1/calendar/locations/5?date_from=x"),
        ("the bearer of this", "the bearer of this"),
    ],
)
def test_credentials_are_not_written_down(lines: StringIO, said: str, left: str) -> None:
    logging.getLogger("django.request").warning("%s", said)
    structlog.get_logger("bookings").warning("asked", request=said)
    logging.getLogger("django.request").error("broke", exc_info=ValueError(said))
    first, second, third = (json.loads(line) for line in lines.getvalue().splitlines())
    assert (first["event"], second["request"]) == (left, left)
    assert third["exception"][0]["exc_value"] == left
