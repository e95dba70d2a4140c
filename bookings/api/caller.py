"""Who calls the API, and as whom they act."""

from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from django.http import HttpRequest

from bookings.actor import Actor
from bookings.enums import Door, Role


class CallerKind(StrEnum):
    """How a caller was recognised."""

    #: A staff member with a session of the admin site.
    INTERNAL = "internal"
    #: A program with an API key; it acts as the key's owner, within the key's scopes.
    API_KEY = "api_key"
    #: A person in the Mini App, vouched for by Telegram.
    TG_CLIENT = "tg_client"
    #: A person who has proved an address with a one-time code.
    VISITOR = "visitor"
    #: Nobody is known.
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Caller:
    """``actor`` is what services are given; ``scopes`` are those of an API key, whose id is ``actor.key_id``."""

    kind: CallerKind
    actor: Actor
    scopes: frozenset[str] = frozenset()

    @property
    def identity(self) -> str:
        """Tells callers apart; empty where nobody is known."""
        if self.kind is CallerKind.PUBLIC:
            return ""
        return f"{self.kind}:{self.actor.user_id if self.actor.key_id is None else self.actor.key_id}"

    def idempotency_key(self, key: str | None) -> str | None:
        """The caller's own ``Idempotency-Key``, so that nobody is answered with what another has asked for."""
        return None if key is None else f"api:{self.identity}:{key}"


def nobody(trace_id: str) -> Caller:
    """A caller without credentials: a client whom the policies let see nothing of anybody's."""
    return Caller(CallerKind.PUBLIC, Actor(role=Role.CLIENT, door=Door.API, trace_id=trace_id))


class _CalledRequest(HttpRequest):
    caller: Caller


def put(request: HttpRequest, caller: Caller) -> None:
    """Make ``caller`` the one who asks; done once, before anything below the middleware runs."""
    cast(_CalledRequest, request).caller = caller


def caller_of(request: HttpRequest) -> Caller:
    """Raises AttributeError where no caller was put: nothing may be answered then."""
    return cast(_CalledRequest, request).caller


def is_nobody(request: HttpRequest) -> bool:
    """Whether the answer is the same for everybody who is not known, and may be kept for others like them."""
    caller: Caller | None = getattr(request, "caller", None)
    return caller is None or caller.kind is CallerKind.PUBLIC
