"""The one place that asks what time it is, so that time can be moved for the whole service."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_pretended: ContextVar[datetime | None] = ContextVar("pretended_now", default=None)


def now() -> datetime:
    """The current instant: aware, UTC."""
    return _pretended.get() or timezone.now()


@contextmanager
def pretending(instant: datetime) -> Iterator[None]:
    """For the block, in this thread or task, it is ``instant`` (aware): how demo data gets a past."""
    token = _pretended.set(instant)
    try:
        yield
    finally:
        _pretended.reset(token)
