"""Buttons of visits that repeat."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup
from django.utils.translation import gettext as _

from bookings.read_models import BookingCard, RecurringPlan, SeriesCard
from telegram_ui.callbacks import (
    BookSeries,
    Change,
    GoTo,
    OnlyOnce,
    OnSeries,
    PickRhythm,
    PickTimes,
    Place,
    SeriesAct,
    Step,
    ToStep,
)
from telegram_ui.keyboards.bookings import on, when
from telegram_ui.keyboards.rows import Row, button, in_rows, markup, menu_button
from telegram_ui.views.format import capital
from telegram_ui.views.series import every

#: Visits of a series with a button of their own; the list above names all.
BUTTONS = 12


def rhythm(draft: str, weeks: Sequence[int]) -> InlineKeyboardMarkup:
    choices = [button(capital(every(number)), PickRhythm(draft=draft, weeks=number)) for number in weeks]
    back = [button(_("‹ Back"), OnlyOnce(draft=draft)), menu_button()]
    return markup(in_rows(choices, 2), [back])


def times(draft: str, counts: Sequence[int]) -> InlineKeyboardMarkup:
    choices = [button(str(count), PickTimes(draft=draft, times=count)) for count in counts]
    return markup(in_rows(choices, 4), [_back(draft, Step.RHYTHM)])


def plan(draft: str, found: RecurringPlan) -> InlineKeyboardMarkup:
    """Nothing to press but another time where no date is free."""
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
    return markup([book, other, _back(draft, Step.TIMES)])


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
