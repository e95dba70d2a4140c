"""Steps that ask when: the nearest times, a day, a time of it, or to be told of one. Synchronous."""

from collections.abc import Sequence
from datetime import timedelta

from bookings.queries.users import company
from bookings.read_models import DaySlots, DayState
from telegram_ui.callbacks import Change, OnBooking, Step
from telegram_ui.drafts import Draft
from telegram_ui.handlers.client import choices, free_times, summary
from telegram_ui.handlers.client.opening import Opened, Request, Skip, screen
from telegram_ui.handlers.client.what_steps import may_choose_specialist
from telegram_ui.keyboards import flow as keyboards
from telegram_ui.keyboards.times import part_of
from telegram_ui.views import flow as views

#: How far ahead staff may look and book.
STAFF_HORIZON = timedelta(days=730)


def windows(request: Request) -> Opened | Skip:
    draft = request.draft
    visit = summary.visit_of(draft, request.actor)
    today = choices.today_at(visit.zone)
    slots = free_times.nearest(draft)
    keyboard = keyboards.windows(
        draft.id,
        slots,
        zone=visit.zone,
        today=today,
        specialist=visit.specialist,
        may_choose_specialist=may_choose_specialist(request),
        may_open_specialists=_may_open_specialists(request),
        may_add=choices.may_add(draft),
        may_wait=not slots and not draft.is_move,
        back=_card_of(draft) or Step.SERVICE,
    )
    return screen(request, Step.WINDOWS, views.choose_window(visit, today, found=bool(slots)), keyboard)


def _may_open_specialists(request: Request) -> bool:
    """A visit that several people give moves to a time when they are all free, or when somebody is for each part."""
    draft, actor = request.draft, request.actor
    if not draft.is_move or len(draft.service_ids) < 2 or None in draft.specialist_ids:  # noqa: PLR2004 - several
        return False
    return actor.is_admin or actor.user_id == draft.client_id


def _card_of(draft: Draft) -> OnBooking | None:
    """Moving begins at the visit's card, so Back leads there."""
    if draft.booking_id is None:
        return None
    return OnBooking(booking_id=draft.booking_id, version=draft.version or 0, change=Change.OPEN)


def day(request: Request) -> Opened | Skip:
    """The month that was asked for, within the horizon; a month without a free day gives way to the next at first."""
    draft = request.draft
    visit = summary.visit_of(draft, request.actor)
    today = choices.today_at(visit.zone)
    last = today + (STAFF_HORIZON if draft.by_staff else timedelta(days=company().horizon_days))
    month = request.month or (draft.day or today).replace(day=1)
    month = min(max(month, today.replace(day=1)), last.replace(day=1))
    days = free_times.in_month(draft, month)
    following = (month + timedelta(days=32)).replace(day=1)
    if not request.month and not _has_free(days) and following <= last:
        month, days = following, free_times.in_month(draft, following)
    text = views.choose_day(visit, month, today, has_free=_has_free(days))
    states = {day.date: day.state for day in days}
    # The day of a series is changed from its plan.
    planned = draft.every_weeks is not None and draft.times is not None and draft.starts_at is not None
    back = Step.PLAN if planned else Step.WINDOWS
    keyboard = keyboards.calendar(draft.id, month, states, first=today, last=last, back=back)
    return screen(request, Step.DAY, text, keyboard)


def _has_free(days: Sequence[DaySlots]) -> bool:
    return any(day.state == DayState.FREE for day in days)


def time(request: Request) -> Opened | Skip:
    draft = request.draft
    if draft.day is None:
        return Skip(draft, Step.DAY)
    visit = summary.visit_of(draft, request.actor)
    slots = free_times.on_day(draft, draft.day).slots
    seats = any(slot.seats_left is not None for slot in slots)
    text = views.choose_time(visit, draft.day, choices.today_at(visit.zone), found=bool(slots), seats=seats)
    if not slots and not draft.is_move:
        return Skip(draft, Step.WAIT)  # full since, or all the time
    part = draft.part or (part_of(draft.starts_at, visit.zone) if draft.starts_at else None)
    return screen(request, Step.TIME, text, keyboards.times(draft.id, slots, zone=visit.zone, part=part))


def wait(request: Request) -> Opened | Skip:
    """Where a day, or everything that can be booked, is full: somebody may give a time back."""
    draft = request.draft
    if draft.is_move:
        return Skip(draft, Step.WINDOWS)
    visit = summary.visit_of(draft, request.actor)
    text = views.ask_to_wait(visit, draft.day, choices.today_at(visit.zone))
    back = Step.WINDOWS if draft.day is None else Step.DAY
    return screen(request, Step.WAIT, text, keyboards.wait(draft.id, back))
