"""Structured logs: one JSON object a line in production, readable lines otherwise.

Everything that logs (this code, Django, Celery, granian, aiogram) goes through the standard library's root logger and
this one formatter, so each line carries the trace id and the process it came from.
"""

import logging
import logging.config
import os
import re
from collections.abc import Mapping
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from booking_site.env import read_env

# Libraries that tell of every single task or connection: an operator reads those in Flower.
QUIET = {
    "celery.app.trace": "WARNING",
    "celery.worker.strategy": "WARNING",
    "celery.beat": "WARNING",
    "celery.redirected": "INFO",
    "kombu": "WARNING",
    "amqp": "WARNING",
    "asyncio": "WARNING",
    "aiohttp.access": "WARNING",
    "aiogram.event": "WARNING",
    "tornado.access": "ERROR",  # a 401 is a browser about to ask for the password
    "flower.command": "WARNING",
}


def _add_process(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    event.setdefault("process", os.environ.get("HONCHO_PROCESS_NAME", "-"))
    return event


#: Credentials that may stand in an address, a message or an exception, and what is left of them in a line: the part
#: by which keys and tokens are told apart, the scheme of a header, the shape of a calendar's secret address.
_SECRETS = (
    (re.compile(r"\b(bk_[0-9a-f]{8}_|bv_)[A-Za-z0-9_-]{20,}", re.ASCII), r"\1***"),
    (re.compile(r"\b(Bearer|tma)[ ]+[^\s\"',;\\]{8,}", re.IGNORECASE), r"\1 ***"),
    # With the ending or without: who forgets it has still written the secret.
    (
        re.compile(r"(/calendar/)(?!(?:specialists|locations)\b)[^/?#\s\"']+?(\.ics\b|(?=[/?#\s\"'\\]|$))"),
        r"\1***\2",
    ),
)


def redact(_logger: WrappedLogger, _method: str, line: Any) -> str:
    """The finished line (text) without secrets, wherever in it they came from."""
    for pattern, left in _SECRETS:
        line = pattern.sub(left, line)
    return str(line)


def _shared_processors(*, as_json: bool) -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso" if as_json else "%H:%M:%S", utc=as_json),
        structlog.processors.StackInfoRenderer(),
    ]


def make_formatter(log_format: str = "") -> logging.Formatter:
    """The formatter of every handler; ``log_format`` is ``json`` or ``console``, by default what the settings say."""
    as_json = (log_format or read_env().effective_log_format) == "json"
    processors: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if as_json:
        processors += [
            _add_process,
            # Without the frames' variables: they hold tokens and phone numbers, and rendering them takes seconds.
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            # default=str: a log line must never fail because of what it was given.
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ]
    else:
        processors.append(
            structlog.dev.ConsoleRenderer(
                colors=bool(os.environ.get("FORCE_COLOR")),
                pad_event_to=0,
                # The default draws every frame's variables, which stops an event loop for seconds.
                exception_formatter=structlog.dev.plain_traceback,
            )
        )
    processors.append(redact)
    return structlog.stdlib.ProcessorFormatter(
        processors=processors, foreign_pre_chain=_shared_processors(as_json=as_json)
    )


def configure(options: Mapping[str, Any]) -> None:
    """Set up logging for this process. ``options``: ``format`` (console or json) and ``level``.

    Django calls this as its LOGGING_CONFIG; calling it again replaces what was set up before.
    """
    as_json = options["format"] == "json"
    structlog.configure(
        processors=[
            *_shared_processors(as_json=as_json),
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    # Django, granian and Celery come with handlers of their own; emptied, so that a line appears once.
    plain: dict[str, Any] = {"handlers": [], "propagate": True}
    loggers = dict.fromkeys(("django", "django.server", "celery", "_granian"), plain)
    loggers["granian.access"] = plain
    loggers |= {name: {**plain, "level": level} for name, level in QUIET.items()}
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": {"()": make_formatter, "log_format": options["format"]}},
            "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "line"}},
            "loggers": loggers,
            "root": {"handlers": ["stream"], "level": options["level"]},
        }
    )
