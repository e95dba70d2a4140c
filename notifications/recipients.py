"""Who is told what: the table as data, and a pure function that reads it.

A row is what happened and the role of who did it; a cell names the text a reader gets (see
``notifications.templates``). The initiator is never told, with one exception: a client who books through the API
gets the confirmation that the bot's own screen is to a client who books there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bookings.enums import Door, Role
from notifications.events import Channel, Kind
from notifications.read_models import Wishes

CLIENT, SPECIALIST, ADMIN, SYSTEM = Role.CLIENT, Role.SPECIALIST, Role.ADMIN, Role.SYSTEM


class Peers(NamedTuple):
    """A cell that is off until the setting "also when a colleague did it" is on."""

    text: str


Cell = str | Peers

TABLE: Mapping[tuple[Kind, Role], Mapping[Role, Cell]] = {
    (Kind.BOOKING_CREATED, CLIENT): {CLIENT: "created", SPECIALIST: "new_booking", ADMIN: "new_booking"},
    (Kind.BOOKING_CREATED, ADMIN): {
        CLIENT: "created_for_you", SPECIALIST: "new_booking", ADMIN: Peers("new_booking"),
    },
    (Kind.BOOKING_CANCELLED, CLIENT): {SPECIALIST: "cancelled", ADMIN: "cancelled"},
    (Kind.BOOKING_CANCELLED, ADMIN): {
        CLIENT: "yours_cancelled", SPECIALIST: "cancelled", ADMIN: Peers("cancelled"),
    },
    (Kind.BOOKING_CANCELLED, SPECIALIST): {CLIENT: "yours_cancelled", ADMIN: "cancelled"},
    (Kind.BOOKING_RESCHEDULED, ADMIN): {CLIENT: "yours_moved", SPECIALIST: "moved", ADMIN: Peers("moved")},
    (Kind.BOOKING_RESCHEDULED, CLIENT): {SPECIALIST: "moved", ADMIN: "moved"},
    (Kind.BOOKING_CONFIRMED, ADMIN): {CLIENT: "confirmed", ADMIN: Peers("confirmed_by_colleague")},
    (Kind.BOOKING_CONFIRMED, SPECIALIST): {CLIENT: "confirmed"},
    (Kind.BOOKING_DONE, SYSTEM): {ADMIN: "did_client_come"},
    (Kind.REMINDER, SYSTEM): {CLIENT: "reminder"},
    (Kind.SLOT_FREED, SYSTEM): {CLIENT: "slot_freed"},
    (Kind.REVIEW_REQUEST, SYSTEM): {CLIENT: "review_request"},
    (Kind.NEXT_VISIT, SYSTEM): {CLIENT: "next_visit"},
    (Kind.DEAD_LETTERS, SYSTEM): {ADMIN: "dead_letters"},
    (Kind.CAMPAIGN_TROUBLE, SYSTEM): {ADMIN: "campaign_trouble"},
    # What policies or integrators may add to the above: whoever did not do it still has to know.
    (Kind.BOOKING_CREATED, SPECIALIST): {CLIENT: "created_for_you", SPECIALIST: "new_booking", ADMIN: "new_booking"},
    (Kind.BOOKING_CREATED, SYSTEM): {CLIENT: "created_for_you", SPECIALIST: "new_booking", ADMIN: "new_booking"},
    (Kind.BOOKING_CANCELLED, SYSTEM): {CLIENT: "yours_cancelled", SPECIALIST: "cancelled", ADMIN: "cancelled"},
    (Kind.BOOKING_RESCHEDULED, SPECIALIST): {CLIENT: "yours_moved", SPECIALIST: "moved", ADMIN: "moved"},
    (Kind.BOOKING_RESCHEDULED, SYSTEM): {CLIENT: "yours_moved", SPECIALIST: "moved", ADMIN: "moved"},
    (Kind.BOOKING_CONFIRMED, SYSTEM): {CLIENT: "confirmed"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who could be told, in the role that makes it their business."""

    user_id: int
    role: Role
    language: str = "ru"
    tg_id: int | None = None
    has_push: bool = False
    email: str = ""
    bot_blocked: bool = False
    is_banned: bool = False
    #: A specialist whom a move took the booking from, or gave it to.
    lost_it: bool = False
    got_it: bool = False
    #: Whose part of the visit they are told of; ``None``: of the whole.
    specialist_id: int | None = None
    wishes: Wishes = field(default_factory=Wishes)

    @property
    def channel(self) -> Channel | None:
        """Where this person is reached; ``None`` when nowhere."""
        if self.tg_id is not None:
            return Channel.TELEGRAM
        if self.has_push:
            return Channel.PUSH
        return Channel.EMAIL if self.email else None


@dataclass(frozen=True, slots=True)
class Switch:
    """A stored setting of one cell: on or off, peers, an advertisement, own texts by language."""

    enabled: bool = True
    tell_peers: bool = False
    with_ad: bool = False
    texts: Mapping[str, str] = field(default_factory=dict)


Switches = Mapping[tuple[str, str, str], Switch]
_DEFAULT = Switch()


@dataclass(frozen=True, slots=True)
class Telling:
    """One decided message. ``skip``: why it is written down but not sent; empty when it is sent."""

    user_id: int
    role: Role
    channel: Channel
    language: str
    template: str
    skip: str = ""
    #: Whose part of the visit it tells of; ``None``: of the whole.
    specialist_id: int | None = None


def decide(
    *,
    kind: Kind,
    by: Role,
    initiator_id: int | None,
    door: Door,
    people: Sequence[Person],
    switches: Switches,
) -> tuple[Telling, ...]:
    """Who is told, in the order of ``people``; a person in several roles is told once, in the first of them.

    ``switches`` is keyed by (kind, role, channel); a missing key means on, with the built-in text.
    """
    row = TABLE.get((kind, by), {})
    told: dict[int, Telling] = {}
    for person in people:
        cell, channel = row.get(person.role), person.channel
        if cell is None or channel is None or person.user_id in told:
            continue
        if person.user_id == initiator_id and not _wants_receipt(cell, door):
            continue
        switch = switches.get((kind, person.role, channel), _DEFAULT)
        if isinstance(cell, Peers) and not switch.tell_peers:
            continue
        told[person.user_id] = Telling(
            user_id=person.user_id,
            role=person.role,
            channel=channel,
            language=person.language,
            template=_text_for(person, cell),
            skip=_reason_to_skip(kind, person, switch, channel),
            specialist_id=person.specialist_id,
        )
    return tuple(told.values())


def _text_for(person: Person, cell: Cell) -> str:
    if person.lost_it:
        return "taken_away"
    return "new_booking" if person.got_it else cell.text if isinstance(cell, Peers) else cell


def _wants_receipt(cell: Cell, door: Door) -> bool:
    return cell == "created" and door != Door.BOT


_INVITATIONS = frozenset({Kind.REVIEW_REQUEST, Kind.NEXT_VISIT})


def declines(kind: Kind | None, wishes: Wishes) -> bool:
    """Whether whoever has these wishes is not sent what is of ``kind``; ``None``: a campaign."""
    if kind == Kind.REMINDER:
        return not wishes.reminders
    return (kind is None or kind in _INVITATIONS) and not wishes.invitations


def _reason_to_skip(kind: Kind, person: Person, switch: Switch, channel: Channel) -> str:
    if not switch.enabled:
        return "switched_off"
    if declines(kind, person.wishes):
        return "declined"
    if person.is_banned:
        return "banned"
    if person.bot_blocked and channel == Channel.TELEGRAM:
        return "blocked"
    return ""
