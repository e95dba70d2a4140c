"""The trace id: made at a door (webhook, API request, beat tick), carried by everything that follows from it."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import structlog


def new_trace_id() -> str:
    """16 hexadecimal characters, unique enough to find one story in a year of logs."""
    return secrets.token_hex(8)


def current_trace_id() -> str:
    """The trace id bound to this thread or task, or a new one where nothing was bound."""
    bound = structlog.contextvars.get_contextvars().get("trace_id")
    return str(bound) if bound else new_trace_id()


@contextmanager
def bound_trace(trace_id: str) -> Iterator[None]:
    """Bind ``trace_id`` for the block, so that every log line in it carries the id."""
    with structlog.contextvars.bound_contextvars(trace_id=trace_id):
        yield
