"""A booking that is being put together: ids and choices, small enough to live in the FSM, no snapshot of any list."""

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from bookings.read_models import BookingCard, ItemRequest
from telegram_ui.callbacks import Part

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_ID_LENGTH = 8


def new_draft_id() -> str:
    """8 characters of 31: enough that no old button meets a newer draft of the same person."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_ID_LENGTH))


@dataclass(frozen=True, slots=True)
class Draft:
    """``booking_id`` and ``version`` are set when a visit is being moved, with ``now_at`` and ``now_with``, when it is
    and who gives each of its services; ``made`` is set once the draft became a booking.

    ``client_id`` is whom it is for (the person themselves, unless staff acts). ``starts_at`` is aware, UTC.
    ``quick`` remembers that the time came from the nearest windows, so that Back leads there. ``by_staff``: whoever acts
    is bound neither by the notice nor by the horizon of clients. ``every_weeks`` and ``times`` make a series of it;
    ``swaps`` are its visits that were given another time, by number, and ``swap_visit`` with ``swap_day`` is the one that
    is being given one.
    ``code_waits``: the promotion code does not cover all visits of the series, and is kept for a single one.
    ``given_by`` is who gives each service, as the summary told it: what is booked is what was shown.
    ``portrait_id`` is whom they look at before choosing.
    ``called_off`` is when the visit would have been that the team called off, and ``now_with`` by whom: another time is
    looked for.
    """

    id: str
    client_id: int
    location_id: int | None = None
    category_id: int | None = None
    service_ids: tuple[int, ...] = ()
    specialist_ids: tuple[int | None, ...] = ()
    day: date | None = None
    part: Part | None = None
    starts_at: datetime | None = None
    quick: bool = False
    booking_id: int | None = None
    version: int | None = None
    now_at: datetime | None = None
    now_with: tuple[int, ...] = ()
    made: int | None = None
    comment: str = ""
    promo_code: str = ""
    code_waits: bool = False
    by_staff: bool = False
    every_weeks: int | None = None
    times: int | None = None
    swaps: tuple[tuple[int, datetime], ...] = ()
    swap_visit: int | None = None
    swap_day: date | None = None
    given_by: tuple[int, ...] = ()
    called_off: tuple[datetime, datetime] | None = None
    portrait_id: int | None = None

    @property
    def items(self) -> tuple[ItemRequest, ...]:
        """What the services are asked for; specialists that were not chosen are left open."""
        chosen = self.specialist_ids + (None,) * (len(self.service_ids) - len(self.specialist_ids))
        return tuple(
            ItemRequest(service_id=service_id, specialist_id=specialist_id)
            for service_id, specialist_id in zip(self.service_ids, chosen, strict=False)
        )

    @property
    def as_told(self) -> "Draft":
        """With the specialists that the summary named, where it named them."""
        return replace(self, specialist_ids=self.given_by) if self.given_by else self

    @property
    def is_move(self) -> bool:
        return self.booking_id is not None

    @property
    def stays(self) -> bool:
        """A move to the time the visit has, with nobody else asked for."""
        if self.starts_at is None or self.starts_at != self.now_at or len(self.items) != len(self.now_with):
            return False
        return all(item.specialist_id in (None, now) for item, now in zip(self.items, self.now_with, strict=True))

    def was_called_off(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether that time is of what the team called off, with the same people or whoever is free asked for."""
        if self.called_off is None:
            return False
        first, last = self.called_off
        same = any(item.specialist_id in (None, *self.now_with) for item in self.items)
        return same and starts_at < last and ends_at > first

    @property
    def specialist_id(self) -> int | None:
        """The one specialist who was chosen for the whole visit, if one was."""
        chosen = set(self.specialist_ids)
        return chosen.pop() if len(chosen) == 1 else None

    @property
    def once(self) -> "Draft":
        """The same without a series."""
        return self.with_rhythm(None)

    @property
    def code_of_series(self) -> str:
        """The promotion code, unless it waits for a single visit."""
        return "" if self.code_waits else self.promo_code

    @property
    def idempotency_key(self) -> str:
        return f"draft:{self.client_id}:{self.id}"

    def with_location(self, location_id: int) -> "Draft":
        """The place decides what can be had there, so everything chosen after it is dropped."""
        return Draft(
            id=self.id,
            client_id=self.client_id,
            location_id=location_id,
            comment=self.comment,
            promo_code=self.promo_code,
        )

    def with_category(self, category_id: int | None) -> "Draft":
        return replace(self.once, category_id=category_id, service_ids=(), specialist_ids=(), starts_at=None)

    def with_service(self, service_id: int) -> "Draft":
        return replace(
            self.once,
            service_ids=(service_id,),
            specialist_ids=(),
            day=None,
            part=None,
            starts_at=None,
            quick=False,
        )

    def with_toggled(self, service_id: int) -> "Draft":
        """One service more, or without that one; who gives what is open again, and so is the time."""
        chosen = tuple(each for each in self.service_ids if each != service_id)
        if len(chosen) == len(self.service_ids):
            chosen = (*self.service_ids, service_id)
        return replace(self, service_ids=chosen, specialist_ids=(), starts_at=None, part=None)

    def with_specialist(self, specialist_id: int | None) -> "Draft":
        return replace(self, specialist_ids=(specialist_id,) * len(self.service_ids), starts_at=None, part=None)

    def with_day(self, day: date) -> "Draft":
        return replace(self, day=day, part=None, starts_at=None)

    def with_time(self, starts_at: datetime, *, quick: bool) -> "Draft":
        return replace(self, starts_at=starts_at, quick=quick, swaps=(), swap_visit=None, swap_day=None)

    def with_rhythm(self, every_weeks: int | None) -> "Draft":
        return replace(self.with_times(None), every_weeks=every_weeks)

    def with_times(self, times: int | None) -> "Draft":
        """The dates of a series are others then, so nothing of what was swapped holds."""
        return replace(self, times=times, swaps=(), swap_visit=None, swap_day=None)

    def with_swap(self, number: int, at: datetime | None) -> "Draft":
        """That visit of the series at another time, with ``None`` at its own again."""
        others = tuple(swap for swap in self.swaps if swap[0] != number)
        swaps = others if at is None else tuple(sorted((*others, (number, at))))
        return replace(self, swaps=swaps, swap_visit=None, swap_day=None)

    def to_data(self) -> dict[str, Any]:
        """JSON-ready; what is empty is left out, so that a chat costs little memory."""
        data: dict[str, Any] = {
            "id": self.id,
            "client": self.client_id,
            "location": self.location_id,
            "category": self.category_id,
            "services": list(self.service_ids),
            "specialists": list(self.specialist_ids),
            "day": self.day.isoformat() if self.day else None,
            "part": self.part,
            "at": int(self.starts_at.timestamp()) if self.starts_at else None,
            "quick": self.quick,
            "booking": self.booking_id,
            "version": self.version,
            "now_at": int(self.now_at.timestamp()) if self.now_at else None,
            "now_with": list(self.now_with),
            "made": self.made,
            "comment": self.comment,
            "promo": self.promo_code,
            "code_waits": self.code_waits,
            "staff": self.by_staff,
            "every": self.every_weeks,
            "times": self.times,
            "swaps": [[number, int(at.timestamp())] for number, at in self.swaps],
            "swap": self.swap_visit,
            "swap_day": self.swap_day.isoformat() if self.swap_day else None,
            "given": list(self.given_by),
            "face": self.portrait_id,
            "off": [int(at.timestamp()) for at in self.called_off or ()],
        }
        return {key: value for key, value in data.items() if value not in (None, [], False, "")}

    @classmethod
    def from_data(cls, data: Any) -> "Draft | None":
        """The draft as it was kept, or ``None`` where there is none or it was written by an older release."""
        if not isinstance(data, dict):
            return None
        try:
            return cls(
                id=str(data["id"]),
                client_id=int(data["client"]),
                location_id=data.get("location"),
                category_id=data.get("category"),
                service_ids=tuple(data.get("services", ())),
                specialist_ids=tuple(data.get("specialists", ())),
                day=date.fromisoformat(data["day"]) if "day" in data else None,
                part=Part(data["part"]) if "part" in data else None,
                starts_at=datetime.fromtimestamp(data["at"], tz=UTC) if "at" in data else None,
                quick=bool(data.get("quick", False)),
                booking_id=data.get("booking"),
                version=data.get("version"),
                now_at=datetime.fromtimestamp(data["now_at"], tz=UTC) if "now_at" in data else None,
                now_with=tuple(data.get("now_with", ())),
                made=data.get("made"),
                comment=str(data.get("comment", "")),
                promo_code=str(data.get("promo", "")),
                code_waits=bool(data.get("code_waits", False)),
                by_staff=bool(data.get("staff", False)),
                every_weeks=data.get("every"),
                times=data.get("times"),
                swaps=tuple((number, datetime.fromtimestamp(at, tz=UTC)) for number, at in data.get("swaps", ())),
                swap_visit=data.get("swap"),
                swap_day=date.fromisoformat(data["swap_day"]) if "swap_day" in data else None,
                given_by=tuple(data.get("given", ())),
                called_off=_span(data.get("off")),
                portrait_id=data.get("face"),
            )
        except (KeyError, TypeError, ValueError):
            return None


def _span(seconds: list[int] | None) -> tuple[datetime, datetime] | None:
    if not seconds:
        return None
    first, last = seconds
    return datetime.fromtimestamp(first, tz=UTC), datetime.fromtimestamp(last, tz=UTC)


def new_draft(client_id: int) -> Draft:
    return Draft(id=new_draft_id(), client_id=client_id)


def draft_of_visit(booking: BookingCard, *, move: bool) -> Draft:
    """The same visit once more: to be moved (the booking and its version are kept) or to be repeated."""
    return Draft(
        id=new_draft_id(),
        client_id=booking.client.id,
        location_id=booking.location.id,
        service_ids=tuple(item.service_id for item in booking.items),
        specialist_ids=tuple(item.specialist_id for item in booking.items),
        booking_id=booking.id if move else None,
        version=booking.version if move else None,
        now_at=booking.starts_at if move else None,
        now_with=tuple(item.specialist_id for item in booking.items) if move else (),
    )


def draft_after(booking: BookingCard) -> Draft:
    """The same visit at another time, after the team has called it off."""
    return replace(
        draft_of_visit(booking, move=False),
        called_off=(booking.starts_at, booking.ends_at),
        now_with=tuple(item.specialist_id for item in booking.items),
    )
