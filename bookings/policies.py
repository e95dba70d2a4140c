"""Who may do what: one table, asked by every service and query.

A client sees and changes their own bookings, a specialist those in their own calendar, an admin all. What an actor
may not know of does not exist for them (``NotFound``); what they know of but may not change is ``NotAllowed``.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from bookings.actor import Actor
from bookings.enums import Role
from bookings.exceptions import NotAllowed, NotFound, TooLate
from bookings.read_models import ItemRequest

#: For so long after it was noted, how a visit went can be taken back: it was a slip, and is noticed the same day.
REOPEN_WITHIN = timedelta(days=1)


class Action(StrEnum):
    """What is done to a booking."""

    VIEW = "view"
    CREATE = "create"
    CONFIRM = "confirm"
    CANCEL = "cancel"
    RESCHEDULE = "reschedule"
    REASSIGN = "reassign"
    COMPLETE = "complete"
    NO_SHOW = "no_show"
    #: Taking back how it went.
    REOPEN = "reopen"
    REVIEW = "review"
    #: Saying that the client will come.
    COMING = "coming"


class Task(StrEnum):
    """What is done around bookings."""

    #: Days and hours off in a specialist's calendar.
    TIME_OFF = "time_off"
    #: The same of a whole location, or of a room.
    CLOSE_PLACE = "close_place"
    #: Joining the waitlist, leaving it, answering its offers.
    WAIT = "wait"
    #: Opening a group session in advance, cancelling a whole one.
    RUN_SESSION = "run_session"
    #: Replying to reviews and hiding them.
    MODERATE = "moderate"
    #: The secret address of a calendar.
    CALENDAR_FEED = "calendar_feed"
    STATISTICS = "statistics"
    #: Private notes on clients: everybody of the team has their own.
    NOTES = "notes"
    #: Messages to many: composing, sending, reading how they fare.
    CAMPAIGN = "campaign"
    #: Letting people into the team.
    INVITE = "invite"
    #: The photo clients see of a specialist.
    PORTRAIT = "portrait"


class Standing(StrEnum):
    """What a booking, a calendar or a wish is to an actor."""

    STRANGER = "stranger"
    OWNER = "owner"
    SPECIALIST = "specialist"
    ADMIN = "admin"


ALLOWED: dict[Standing, frozenset[Action]] = {
    Standing.STRANGER: frozenset(),
    # A review is the word of who was there: nobody gives it for them.
    Standing.OWNER: frozenset(
        {Action.VIEW, Action.CREATE, Action.CANCEL, Action.RESCHEDULE, Action.REVIEW, Action.COMING}
    ),
    # Whose work it is may be changed by an admin only.
    Standing.SPECIALIST: frozenset(Action) - {Action.REASSIGN, Action.REVIEW},
    Standing.ADMIN: frozenset(Action) - {Action.REVIEW},
}

TASKS: dict[Task, frozenset[Standing]] = {
    Task.TIME_OFF: frozenset({Standing.SPECIALIST, Standing.ADMIN}),
    Task.CLOSE_PLACE: frozenset({Standing.ADMIN}),
    Task.WAIT: frozenset({Standing.OWNER, Standing.ADMIN}),
    Task.RUN_SESSION: frozenset({Standing.SPECIALIST, Standing.ADMIN}),
    Task.MODERATE: frozenset({Standing.ADMIN}),
    Task.CALENDAR_FEED: frozenset({Standing.SPECIALIST, Standing.ADMIN}),
    Task.STATISTICS: frozenset({Standing.SPECIALIST, Standing.ADMIN}),
    Task.NOTES: frozenset({Standing.SPECIALIST, Standing.ADMIN}),
    Task.CAMPAIGN: frozenset({Standing.ADMIN}),
    Task.INVITE: frozenset({Standing.ADMIN}),
    Task.PORTRAIT: frozenset({Standing.SPECIALIST, Standing.ADMIN}),
}


def standing(actor: Actor, *, client_id: int | None, specialist_ids: Collection[int]) -> Standing:
    """The strongest relation of ``actor`` to a booking of that client with those specialists."""
    if actor.is_admin:
        return Standing.ADMIN
    if actor.role == Role.SPECIALIST and actor.specialist_id is not None and actor.specialist_id in specialist_ids:
        return Standing.SPECIALIST
    if actor.user_id is not None and actor.user_id == client_id:
        return Standing.OWNER
    return Standing.STRANGER


def require(actor: Actor, action: Action, *, client_id: int, specialist_ids: Collection[int]) -> Standing:
    """The actor's standing, when it allows ``action``.

    Raises:
        NotFound: the booking is none of the actor's business.
        NotAllowed: it is, but not this action.
    """
    found = standing(actor, client_id=client_id, specialist_ids=specialist_ids)
    if found is Standing.STRANGER:
        raise NotFound("booking")
    if action not in ALLOWED[found]:
        raise NotAllowed(action)
    return found


def require_task(
    actor: Actor, task: Task, *, client_id: int | None = None, specialist_id: int | None = None
) -> Standing:
    """The actor's standing towards that client or that specialist's calendar, when it allows ``task``.

    Raises:
        NotFound: it is somebody else's. NotAllowed: it is nobody's in particular, and not the actor's to do.
    """
    mine = () if specialist_id is None else (specialist_id,)
    found = standing(actor, client_id=client_id, specialist_ids=mine)
    if found in TASKS[task]:
        return found
    if found is Standing.STRANGER and (client_id is not None or specialist_id is not None):
        raise NotFound("client" if specialist_id is None else "specialist")
    raise NotAllowed(task)


def require_closing(actor: Actor, specialist_id: int | None) -> Standing:
    """Days and hours off: of that specialist, or of a place where there is none. Raises as ``require_task``."""
    if specialist_id is None:
        return require_task(actor, Task.CLOSE_PLACE)
    return require_task(actor, Task.TIME_OFF, specialist_id=specialist_id)


def require_client(actor: Actor, client_id: int) -> None:
    """Whether ``actor`` may look at the bookings of that client: their own, or any for an admin.

    Raises:
        NotFound: somebody else's.
    """
    if not actor.is_admin and actor.user_id != client_id:
        raise NotFound("client")


def require_calendar(actor: Actor, specialist_id: int) -> None:
    """Whether ``actor`` may look at that specialist's calendar.

    Raises:
        NotFound: somebody else's.
    """
    if not actor.is_admin and (actor.role != Role.SPECIALIST or actor.specialist_id != specialist_id):
        raise NotFound("specialist")


def calendar_of(actor: Actor, specialist_id: int | None) -> int | None:
    """Whose calendar is read where ``specialist_id`` narrows: ``None`` is everybody's, for admins; specialists read
    their own.

    Raises:
        NotFound: a client asks, or a specialist asks for a colleague's.
    """
    if actor.is_admin:
        return specialist_id
    whose = specialist_id if specialist_id is not None else actor.specialist_id
    if whose is None:
        raise NotFound("calendar")
    require_calendar(actor, whose)
    return whose


def creation(
    actor: Actor, *, client_id: int, items: Sequence[ItemRequest]
) -> tuple[Standing, tuple[ItemRequest, ...]]:
    """In which standing ``actor`` books for that client, and what exactly.

    Everybody may book for themselves as a client; a specialist may book others into their own calendar, and where
    they left "any" open, it means them.

    Raises:
        NotFound: a client books for somebody else.
        NotAllowed: a specialist books somebody into a colleague's calendar.
    """
    wanted = tuple(items)
    if actor.is_admin:
        return Standing.ADMIN, wanted
    if actor.user_id is not None and actor.user_id == client_id:
        return Standing.OWNER, wanted
    if actor.role != Role.SPECIALIST or actor.specialist_id is None:
        raise NotFound("client")
    if any(item.specialist_id not in (None, actor.specialist_id) for item in wanted):
        raise NotAllowed(Action.CREATE)
    return Standing.SPECIALIST, tuple(replace(item, specialist_id=actor.specialist_id) for item in wanted)


def require_in_time(standing_: Standing, *, starts_at: datetime, now: datetime, window_minutes: int) -> None:
    """The company's window binds clients only: they may change a booking until so many minutes before it.

    Raises:
        TooLate: the window has closed.
    """
    # What is left is compared, not a moment reckoned: a window of ages leads to before the calendar begins.
    if standing_ is Standing.OWNER and starts_at - now < timedelta(minutes=window_minutes):
        raise TooLate("too late", window_minutes=window_minutes)
