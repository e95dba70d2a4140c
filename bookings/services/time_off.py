"""Days and hours off: of a specialist, a location or a room. They cancel nothing by themselves."""

from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Model

from bookings.actor import Actor
from bookings.cards import time_off_card
from bookings.enums import OverrideKind
from bookings.exceptions import HoursReversed, InvalidValue, NotFound, RangeReversed, RangeTooLong
from bookings.models import CalendarOverride, Location, Room, Specialist
from bookings.planned_days import FIRST_DAY, LAST_DAY
from bookings.policies import require_closing
from bookings.queries.affected import affected_bookings
from bookings.read_models import BookingCard, TimeOff, is_reversed
from bookings.services import audit, history
from bookings.services.calendar_lock import hold_calendars
from bookings.services.idempotency import Request, answer_once, made_once
from bookings.services.resources.snapshot import values_of

REASON_LIMIT = 200
MAX_DAYS = 366


def add_time_off(
    *,
    actor: Actor,
    specialist_id: int | None = None,
    location_id: int | None = None,
    room_id: int | None = None,
    date_from: date,
    date_to: date,
    starts_at: time | None = None,
    ends_at: time | None = None,
    over_midnight: bool = False,
    reason: str = "",
    idempotency_key: str | None = None,
) -> TimeOff:
    """Close a specialist's calendar (everywhere, or at one location), a location, or a room alone.

    Dates are inclusive and the location's; without times they are whole days, else the same part of each, wall clock;
    with ``over_midnight`` they end on the day after each (00:00 is the day's end without it). The answer names the bookings of these days that no longer fit:
    somebody has to move, reassign or cancel them.

    Raises:
        NotFound: no such specialist, location or room, or a colleague's calendar. NotAllowed: places are for admins.
        RangeReversed, RangeTooLong; InvalidValue: nothing to close, one time without the other, or a date
            that nothing is planned for. InvalidText.
        HoursReversed: the hours end before they begin and not ``over_midnight``, or the other way round.
        IdempotencyConflict, Busy.
    """
    _require(actor, specialist_id=specialist_id, location_id=location_id, room_id=room_id)
    _check_dates(date_from, date_to)
    _check_hours(starts_at, ends_at, over_midnight=over_midnight)
    reason = history.clean_text(reason, limit=REASON_LIMIT, field="reason")
    values: dict[str, Any] = {
        "specialist_id": specialist_id,
        "location_id": location_id,
        "room_id": room_id,
        "date_from": date_from,
        "date_to": date_to,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "over_midnight": over_midnight,
        "reason": reason,
    }
    request = Request.of(actor=actor, operation="add_time_off", key=idempotency_key, content=values)

    answers: list[TimeOff] = []

    def work() -> int:
        with transaction.atomic():
            hold_calendars(specialist_id=specialist_id, location_id=location_id, room_id=room_id)
            override = CalendarOverride.objects.create(kind=OverrideKind.CLOSED, **values)
            audit.record(
                actor=actor, action="created", entity="calendar_override", entity_id=override.pk,
                before=None, after={"kind": OverrideKind.CLOSED.value, **values},
            )  # fmt: skip
            # Here, where a failure leaves nothing behind: nobody is told of an error once the calendar is closed.
            answers.append(_answer(actor, override))
            request.remember(override.pk)
        return int(override.pk)

    override = made_once(CalendarOverride.objects.all(), request, work)
    return answers[-1] if answers and answers[-1].card.id == override.pk else _answer(actor, override)


def remove_time_off(*, actor: Actor, override_id: int, idempotency_key: str | None = None) -> int:
    """Take days or hours off back; returns the id. Who waits for that time is offered it (see ``freed``).

    Raises NotFound, NotAllowed as ``add_time_off``, IdempotencyConflict, Busy.
    """
    request = Request.of(
        actor=actor, operation="remove_time_off", key=idempotency_key, content={"override": override_id}
    )

    def work() -> int:
        with transaction.atomic():
            override = (
                CalendarOverride.objects.select_for_update()
                .filter(pk=override_id, kind=OverrideKind.CLOSED)
                .first()
            )
            if override is None:
                raise NotFound("time off")
            _require(
                actor,
                specialist_id=override.specialist_id,
                location_id=override.location_id,
                room_id=override.room_id,
            )
            before = values_of(override)
            override.delete()
            audit.record(
                actor=actor, action="deleted", entity="calendar_override", entity_id=override_id,
                before=before, after=None,
            )  # fmt: skip
            request.remember(override_id)
        return override_id

    return answer_once(request, work)


def _require(actor: Actor, *, specialist_id: int | None, location_id: int | None, room_id: int | None) -> None:
    require_closing(actor, specialist_id)
    if room_id is None and location_id is None and specialist_id is None:
        raise InvalidValue("say what is closed", field="specialist_id")
    if room_id is not None and (location_id is not None or specialist_id is not None):
        raise InvalidValue("a room is closed alone", field="room_id")
    subjects: tuple[tuple[type[Model], int | None], ...] = (
        (Specialist, specialist_id), (Location, location_id), (Room, room_id),
    )  # fmt: skip
    for model, pk in subjects:
        if pk is not None and not model._default_manager.filter(pk=pk).exists():  # noqa: SLF001 - Django's documented name
            raise NotFound(model.__name__.lower())


def _check_dates(date_from: date, date_to: date) -> None:
    for field, stated in (("date_from", date_from), ("date_to", date_to)):
        if not FIRST_DAY <= stated <= LAST_DAY:
            raise InvalidValue(f"a date from {FIRST_DAY} to {LAST_DAY}", field=field)
    if date_to < date_from:
        raise RangeReversed("the last date lies before the first")
    if (date_to - date_from).days >= MAX_DAYS:
        raise RangeTooLong(f"at most {MAX_DAYS} days", max_days=MAX_DAYS)


def _check_hours(starts_at: time | None, ends_at: time | None, *, over_midnight: bool) -> None:
    """What the database holds, in words that can be acted on."""
    if (starts_at is None) != (ends_at is None):
        raise InvalidValue("both times, or neither", field="ends_at" if ends_at is None else "starts_at")
    if starts_at is None or ends_at is None or ends_at > starts_at:
        if over_midnight:
            raise HoursReversed("these hours do not end on the next day", field="over_midnight")
    elif is_reversed((starts_at, ends_at)) and not over_midnight:
        raise HoursReversed("the hours end before they begin, or on the next day: say which", field="ends_at")


def _answer(actor: Actor, override: CalendarOverride) -> TimeOff:
    return TimeOff(time_off_card(override), _affected(actor, override))


def _affected(actor: Actor, override: CalendarOverride) -> tuple[BookingCard, ...]:
    """Of the bookings that no longer fit, those of these days."""
    last = override.date_to + timedelta(days=int(override.over_midnight))
    location_id = override.room.location_id if override.room else override.location_id
    found = affected_bookings(actor=actor, specialist_id=override.specialist_id, location_id=location_id)
    return tuple(
        card
        for card in found
        for zone in [ZoneInfo(card.location.zone)]
        if card.starts_at.astimezone(zone).date() <= last
        and card.ends_at.astimezone(zone).date() >= override.date_from
    )
