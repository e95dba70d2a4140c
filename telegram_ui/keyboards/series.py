"""Buttons of visits that repeat."""

from collections.abc import Sequence
from datetime import date

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from django.utils.translation import gettext as _

from bookings.read_models import BookingCard, RecurringPlan, SeriesCard, Slot
from telegram_ui.callbacks import (
    BookSeries,
    Change,
    GoTo,
    OnlyOnce,
    OnSeries,
    OpenSwap,
    Part,
    PickRhythm,
    PickTimes,
    Place,
    SeriesAct,
    Step,
    SwapTo,
    ToStep,
)
from telegram_ui.keyboards.bookings import on, when
from telegram_ui.keyboards.rows import Row, button, in_rows, markup, menu_button
from telegram_ui.keyboards.times import times_of_day
from telegram_ui.views.format import capital, local_date, short_date
from telegram_ui.views.series import every

#: Visits of a series with a button of their own; the list above names all.
BUTTONS = 12
#: Visits of a plan that can be given another time with a tap.
SWAPS = 20


def rhythm(draft: str, weeks: Sequence[int]) -> InlineKeyboardMarkup:
    choices = [button(capital(every(number)), PickRhythm(draft=draft, weeks=number)) for number in weeks]
    back = [button(_("‹ Back"), OnlyOnce(draft=draft)), menu_button()]
    return markup(in_rows(choices, 2), [back])


def times(draft: str, counts: Sequence[int]) -> InlineKeyboardMarkup:
    choices = [button(str(count), PickTimes(draft=draft, times=count)) for count in counts]
    return markup(in_rows(choices, 4), [_back(draft, Step.RHYTHM)])


def plan(draft: str, found: RecurringPlan, zone: str) -> InlineKeyboardMarkup:
    """Each date that is not free, or was swapped already, can be swapped; all can get another time."""
    count = len(found.visits) - len(found.conflicts)
    book: Row = []
    if not found.conflicts:
        label = _("✅ Book all %(count)d") % {"count": count}
        book = [button(label, BookSeries(draft=draft, skip=False))]
    elif count:
        label = _("✅ Book the free ones: %(count)d") % {"count": count}
        book = [button(label, BookSeries(draft=draft, skip=True))]
    other: Row = [button(_("📆 Another time"), ToStep(draft=draft, step=Step.DAY))]
    other.append(button(_("1️⃣ Only once"), OnlyOnce(draft=draft)))
    return markup([book], in_rows(_swaps(draft, found, zone), 2), [other, _back(draft, Step.TIMES)])


def _swaps(draft: str, found: RecurringPlan, zone: str) -> list[InlineKeyboardButton]:
    return [
        button(f"✏️ {short_date(local_date(visit.starts_at, zone))}", OpenSwap(draft=draft, number=number))
        for number, visit in enumerate(found.visits, start=1)
        if not visit.is_free or visit.instead_of
    ][:SWAPS]


def swap(
    draft: str,
    number: int,
    slots: Sequence[Slot],
    days: Sequence[date],
    *,
    zone: str,
    part: Part | None,
    day: date | None,
    is_swapped: bool,
) -> InlineKeyboardMarkup:
    """The times of ``day`` and the other ``days`` near it; what was swapped can be left as it was."""
    ordinal = day.toordinal() if day else None
    grid = times_of_day(
        slots, zone=zone, part=part,
        pick=lambda slot: SwapTo(draft=draft, number=number, at=int(slot.starts_at.timestamp())),
        switch=lambda shown: OpenSwap(draft=draft, number=number, day=ordinal, part=shown),
    )  # fmt: skip
    others = [
        button(short_date(each), OpenSwap(draft=draft, number=number, day=each.toordinal()))
        for each in days
        if each != day
    ]
    undo: Row = [button(_("↩️ As it was"), SwapTo(draft=draft, number=number))] if is_swapped else []
    return markup(grid, in_rows(others, 3), [undo, _back(draft, Step.PLAN)])


def _back(draft: str, step: Step) -> Row:
    return [button(_("‹ Back"), ToStep(draft=draft, step=step, back=True)), menu_button()]


def page(series: SeriesCard, ahead: Sequence[BookingCard], *, own: bool) -> InlineKeyboardMarkup:
    """``ahead``: visits that can be cancelled; ``own``: the reader is their client."""
    cards = [on(booking, Change.OPEN, when(booking)) for booking in ahead[:BUTTONS]]
    cancel: Row = []
    if ahead:
        label = _("✖️ Cancel all ahead: %(count)d") % {"count": len(ahead)}
        cancel = [button(label, OnSeries(series_id=series.id, act=SeriesAct.ASK_CANCEL))]
    mine: Row = [button(_("🗂 My visits"), GoTo(place=Place.BOOKINGS))] if own else []
    return markup(in_rows(cards, 2), [cancel, [*mine, menu_button()]])


def ask_cancel(series_id: int, booking_id: int) -> InlineKeyboardMarkup:
    yes = button(_("Yes, cancel them"), OnSeries(series_id=series_id, act=SeriesAct.CANCEL, booking_id=booking_id))
    no = button(_("No, keep them"), OnSeries(series_id=series_id, act=SeriesAct.OPEN))
    return markup([[yes], [no]])
