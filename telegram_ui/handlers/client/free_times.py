"""When a visit that is being put together can be: synchronous, called in a database thread."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bookings.queries.users import company
from bookings.read_models import BookingCard, DaySlots, DayState, Slot, SpecialistCard
from bookings.slots.search import day_slots, nearest_slots, range_slots
from telegram_ui.drafts import Draft
from telegram_ui.handlers.client.choices import location_of, today_at
from telegram_ui.views.format import local_date

#: Specialists whose next free time is looked up for a list: each is a search of its own.
LOOKED_AHEAD = 8


def first_free(draft: Draft, cards: Sequence[SpecialistCard]) -> dict[int, datetime]:
    """When each of the first few specialists is free next."""
    found: dict[int, datetime] = {}
    for card in cards[:LOOKED_AHEAD]:
        for slot in nearest(draft.with_specialist(card.id), limit=1):
            found[card.id] = slot.starts_at
    return found


def nearest(draft: Draft, limit: int = 6) -> tuple[Slot, ...]:
    """The next times; the one a moved visit has gives way to the time that follows on its day, else to a later one.

    Likewise what overlaps a visit that was called off.
    """
    if draft.called_off is not None:
        return _after(draft, draft.called_off[1], limit)
    found = _nearest(draft, limit)
    others = _elsewhere(draft, found)
    if len(others) == len(found) or draft.now_at is None:
        return others
    for slot in on_day(draft, local_date(draft.now_at, location_of(draft).zone)).slots:
        if slot.starts_at > draft.now_at and slot not in others:
            return tuple(sorted((*others, slot), key=lambda each: each.starts_at))
    return _elsewhere(draft, _nearest(draft, limit + 1))[:limit]


def _after(draft: Draft, last: datetime, limit: int) -> tuple[Slot, ...]:
    # Of one day, few are among the nearest: so many more make up for those that were called off.
    others = _elsewhere(draft, _nearest(draft, limit + 3))[:limit]
    following = [
        slot for slot in on_day(draft, local_date(last, location_of(draft).zone)).slots if slot.starts_at >= last
    ]
    if not following or following[0] in others or limit == 1:
        return others
    return tuple(sorted((*others[: limit - 1], following[0]), key=lambda each: each.starts_at))


def _elsewhere(draft: Draft, slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """``slots`` without what a moved visit has already, or one had that was called off: its time with its specialists."""
    if draft.now_at is None and draft.called_off is None:
        return tuple(slots)
    return tuple(left for slot in slots if (left := _but_now(draft, slot)) is not None)


def _but_now(draft: Draft, slot: Slot) -> Slot | None:
    """``slot`` with those who would be a change, if anybody would."""
    stays = replace(draft, starts_at=slot.starts_at).stays
    if not stays and not draft.was_called_off(slot.starts_at, slot.ends_at):
        return slot
    if len(draft.now_with) != 1 or draft.specialist_id is not None:
        return None
    others = tuple(each for each in slot.specialist_ids if each not in draft.now_with)
    return replace(slot, specialist_ids=others) if others else None


def _day_elsewhere(draft: Draft, day: DaySlots) -> DaySlots:
    slots = _elsewhere(draft, day.slots)
    return replace(day, slots=slots, state=day.state if slots or not day.slots else DayState.FULL)


def _nearest(draft: Draft, limit: int) -> tuple[Slot, ...]:
    return nearest_slots(
        location_id=draft.location_id or 0,
        items=draft.items,
        limit=limit,
        client_id=draft.client_id,
        ignore_booking_id=draft.booking_id,
        bypass_notice=draft.by_staff,
    )


def on_day(draft: Draft, day: date) -> DaySlots:
    found = day_slots(
        location_id=draft.location_id or 0,
        items=draft.items,
        day=day,
        client_id=draft.client_id,
        ignore_booking_id=draft.booking_id,
        bypass_notice=draft.by_staff,
    )
    return _day_elsewhere(draft, found)


def in_month(draft: Draft, month: date) -> tuple[DaySlots, ...]:
    after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return between(draft, month.replace(day=1), after - timedelta(days=1))


def between(draft: Draft, first: date, last: date) -> tuple[DaySlots, ...]:
    days = range_slots(
        location_id=draft.location_id or 0,
        items=draft.items,
        date_from=first,
        date_to=last,
        client_id=draft.client_id,
        ignore_booking_id=draft.booking_id,
        bypass_notice=draft.by_staff,
    )
    return tuple(_day_elsewhere(draft, day) for day in days)


def around(starts: Sequence[datetime], wanted: datetime) -> tuple[datetime, ...]:
    """The last of the free times (in order) before ``wanted`` and the first one after it, as far as there are."""
    before = [at for at in starts if at < wanted][-1:]
    after = [at for at in starts if at > wanted][:1]
    return (*before, *after)


def is_a_start(wanted: datetime) -> bool:
    """Whether visits begin at such a time of day at all; ``wanted`` is on the wall clock of the place."""
    return not (wanted.hour * 60 + wanted.minute) % company().slot_step_minutes


def chosen_slot(draft: Draft, zone: str) -> Slot | None:
    """The slot of the chosen time, if it is still free."""
    if draft.starts_at is None:
        return None
    slots = on_day(draft, local_date(draft.starts_at, zone)).slots
    return next((slot for slot in slots if slot.starts_at == draft.starts_at), None)


def like_before(booking: BookingCard, draft: Draft) -> Slot | None:
    """When to offer a visit again: the same weekday and time within three weeks, else the nearest time there is."""
    zone = booking.location.zone
    today = today_at(zone)
    was = local_date(booking.starts_at, zone)
    first = today + timedelta(days=(was.weekday() - today.weekday()) % 7)
    clock_then = booking.starts_at.astimezone(ZoneInfo(zone)).time()
    for week in range(3):
        for slot in on_day(draft, first + timedelta(weeks=week)).slots:
            if slot.starts_at.astimezone(ZoneInfo(zone)).time() == clock_then:
                return slot
    return next(iter(nearest(draft, limit=1)), None)
