"""What one visit of a series can be swapped for: synchronous, called in a database thread."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bookings.queries.look import one_look
from bookings.read_models import DaySlots, DayState, Slot
from bookings.services.recurring import SWAP_REACH, date_of, is_within_reach
from telegram_ui.callbacks import Step
from telegram_ui.drafts import Draft
from telegram_ui.handlers.client import choices, free_times
from telegram_ui.turn import Outdated
from telegram_ui.understanding import read_moment
from telegram_ui.views import flow_words as words, series as views
from telegram_ui.views.format import clock, local_date


@dataclass(frozen=True, slots=True)
class Near:
    """What is free within reach of ``own``, the date of the visit; days in order, by the clocks of ``zone``."""

    own: datetime
    zone: str
    days: tuple[DaySlots, ...]

    @property
    def free_days(self) -> tuple[date, ...]:
        return tuple(day.date for day in self.days if day.slots)

    def on(self, day: date | None) -> tuple[Slot, ...]:
        return next((each.slots for each in self.days if each.date == day), ())

    def shown(self, asked: date | None) -> date | None:
        """``asked`` where it has free times, else the date's own day or the free one nearest to it."""
        own = local_date(self.own, self.zone)
        return min(self.free_days, key=lambda day: (day != asked, abs(day - own), day), default=None)


def day_of(draft: Draft, number: int, found: Near) -> date | None:
    """Whose times are shown: of the day that was asked for, else where the visit is by now, or near its date."""
    at = dict(draft.swaps).get(number)
    return found.shown(draft.swap_day or (local_date(at, found.zone) if at else None))


def own_date(draft: Draft, number: int) -> datetime:
    """When that visit is by the rhythm. Raises Outdated where the draft is of no such series any more."""
    if draft.starts_at is None or draft.every_weeks is None or draft.times is None or number > draft.times:
        raise Outdated
    zone = ZoneInfo(choices.location_of(draft).zone)
    return date_of(number, starts_at=draft.starts_at, every_weeks=draft.every_weeks, zone=zone)


@one_look()
def near(draft: Draft, number: int) -> Near:
    """Raises Outdated as ``own_date``, ServiceUnavailable."""
    own, name = own_date(draft, number), choices.location_of(draft).zone
    zone, day = ZoneInfo(name), local_date(own, name)
    days = []
    for found in free_times.between(draft, day - SWAP_REACH, day + SWAP_REACH):
        slots = tuple(slot for slot in found.slots if is_within_reach(slot.starts_at, date=own, zone=zone))
        days.append(replace(found, slots=slots))
    return Near(own, name, tuple(days))


@one_look()
def swapped(draft: Draft, number: int, at: datetime | None) -> Draft:
    """With that visit at another time, or at its own again. Raises Outdated as ``own_date``, and for a time too far."""
    own = own_date(draft, number)
    if at is not None and not is_within_reach(at, date=own, zone=ZoneInfo(choices.location_of(draft).zone)):
        raise Outdated
    return draft.with_swap(number, at)


@one_look()
def understood(draft: Draft, number: int, text: str) -> tuple[Draft, Step, str]:
    """Where a typed day, time or both lead: the draft, the next step and a word to go with it."""
    found = near(draft, number)
    moment = read_moment(text, choices.today_at(found.zone))
    named = day_of(draft, number, found) if moment is None or moment.day is None else moment.day
    if moment is None or named is None:
        return draft, Step.SWAP, words.expected(Step.SWAP)
    day = next((each for each in found.days if each.date == named), None)
    if day is None:
        return draft, Step.SWAP, views.not_near(found.own, found.zone)
    if not day.slots:
        free = day.state == DayState.FREE  # at hours that are too far
        return draft, Step.SWAP, views.not_near(found.own, found.zone) if free else words.why_not(day.state)
    draft = replace(draft, swap_day=day.date, part=None)
    if moment.time is None:
        return draft, Step.SWAP, ""
    wanted = datetime.combine(day.date, moment.time, ZoneInfo(found.zone))
    starts = [slot.starts_at for slot in day.slots]
    if wanted in starts:
        return draft.with_swap(number, wanted), Step.PLAN, ""
    nearest = [clock(at, found.zone) for at in free_times.around(starts, wanted)]
    return draft, Step.SWAP, words.time_not_free(nearest, is_a_start=free_times.is_a_start(wanted))
