"""One look at the catalogue: whoever draws a screen asks for the same lists over and over, and they need reading once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_seen: ContextVar[dict[Any, Any] | None] = ContextVar("catalogue_look", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Within the block each list is read once, however often it is asked for; also a decorator.

    For reading only: what is written in the block is not seen in lists that were read before.
    """
    if _seen.get() is not None:
        yield
        return
    reset = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(reset)


def read_once(query: Callable[P, T]) -> Callable[P, T]:
    """Decorator of a query with hashable arguments and an immutable answer: see ``one_look``."""

    @wraps(query)
    def remembered(*args: P.args, **kwargs: P.kwargs) -> T:
        seen = _seen.get()
        if seen is None:
            return query(*args, **kwargs)
        asked = (query, args, tuple(sorted(kwargs.items())))
        if asked not in seen:
            seen[asked] = query(*args, **kwargs)
        answer: T = seen[asked]
        return answer

    return remembered
