"""What came of one try to send, as the transport saw it. What follows from it is decided elsewhere."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answered:
    """``dead_addresses``: ids of the recipient's addresses that the try found to be no more."""

    dead_addresses: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent(_Answered):
    """Accepted. ``message_id`` where the channel gives one."""

    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Gone(_Answered):
    """The recipient cannot be reached like this any more; ``blocked``: they closed the door themselves."""

    reason: str
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat goes on under another id: it is told there, and so is everything after it."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class Throttled:
    """Too fast: nobody may send for ``seconds``."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Misconfigured:
    """The service itself is not let in, whatever it sends: an operator has to mend ``setting``."""

    setting: str
    error: str


@dataclass(frozen=True, slots=True)
class NotYet:
    """Nothing was tried; it is worth trying ``seconds`` from now."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Failed(_Answered):
    """Not accepted, perhaps next time: the network, a 5xx."""

    error: str
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Not accepted, and never will be: the message itself is at fault."""

    error: str
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class Unknown(_Answered):
    """The request went out and no answer came: it may or may not have been accepted."""

    error: str
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class Unwanted:
    """Nothing was tried, and need not be."""

    reason: str


Outcome = Sent | Gone | Moved | Throttled | Misconfigured | NotYet | Failed | Refused | Unknown | Unwanted
