"""Visits that repeat: put together on top of a booking, booked all at once, looked at, called off."""

import re
from dataclasses import replace

from aiogram import Router
from aiogram.types import CallbackQuery

from booking_site.lib import clock
from bookings.enums import OPEN_STATUSES
from bookings.exceptions import SeriesConflict
from bookings.queries.bookings import get_booking
from bookings.queries.recurring import get_series
from bookings.read_models import BookingCard, SeriesCard
from bookings.services.cancel_series import cancel_series
from bookings.services.recurring import FEWEST_TIMES, MOST_TIMES, MOST_WEEKS, book_recurring
from telegram_ui.callbacks import BookSeries, OnlyOnce, OnSeries, PickRhythm, PickTimes, SeriesAct, Step
from telegram_ui.drafts import Draft
from telegram_ui.handlers.client import choices
from telegram_ui.handlers.client.booking import with_services
from telegram_ui.handlers.client.flow import draft_of, draft_or_made, show_step
from telegram_ui.keyboards import series as keyboards
from telegram_ui.screen import Screen
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import errors, flow_words as words, series as views, staff as staff_views


async def pick_rhythm(_query: CallbackQuery, callback_data: PickRhythm, turn: Turn) -> None:
    draft = with_services(await draft_of(turn, callback_data.draft))
    await show_step(turn, draft.with_rhythm(callback_data.weeks), Step.TIMES)


async def pick_times(_query: CallbackQuery, callback_data: PickTimes, turn: Turn) -> None:
    draft = with_services(await draft_of(turn, callback_data.draft))
    await show_step(turn, draft.with_times(callback_data.times), Step.PLAN)


async def only_once(_query: CallbackQuery, callback_data: OnlyOnce, turn: Turn) -> None:
    draft = with_services(await draft_of(turn, callback_data.draft))
    await show_step(turn, draft.once, Step.CONFIRM)


async def typed_number(turn: Turn, draft: Draft, step: Step, text: str) -> None:
    """A number on the steps that ask for one."""
    found = re.findall(r"\d+", text)
    number = int(found[0]) if len(found) == 1 and len(found[0]) <= 2 else 0  # noqa: PLR2004 - two digits hold all
    if step == Step.RHYTHM and 1 <= number <= MOST_WEEKS:
        await show_step(turn, draft.with_rhythm(number), Step.TIMES)
    elif step == Step.TIMES and FEWEST_TIMES <= number <= MOST_TIMES:
        await show_step(turn, draft.with_times(number), Step.PLAN)
    else:
        await show_step(turn, draft, step, toast=words.expected(step))


async def book(_query: CallbackQuery, callback_data: BookSeries, turn: Turn) -> None:
    """Two taps give one series and the same receipt; what is no longer free is planned anew."""
    draft = await draft_or_made(turn, callback_data.draft)
    if draft.made is not None:
        await _show_made(turn, draft, draft.made)
        return
    if draft.starts_at is None or draft.location_id is None or draft.every_weeks is None or draft.times is None:
        await show_step(turn, draft, Step.PLAN)
        return
    try:
        series = await turn.run(
            book_recurring,
            actor=turn.actor,
            client_id=draft.client_id,
            location_id=draft.location_id,
            items=draft.items,
            starts_at=draft.starts_at,
            every_weeks=draft.every_weeks,
            times=draft.times,
            swaps=dict(draft.swaps),
            skip_conflicts=callback_data.skip,
            comment=draft.comment,
            promo_code=draft.code_of_series,
            idempotency_key=f"{draft.idempotency_key}:{draft.starts_at}:{callback_data.skip}",
        )
    except SeriesConflict as error:
        await show_step(turn, draft, Step.PLAN, toast=errors.text_of(error))
        return
    draft = replace(draft, made=series.bookings[0].id)
    await turn.keep(at=None, draft=draft.to_data())
    await _show_receipt(turn, draft, series)


async def _show_made(turn: Turn, draft: Draft, booking_id: int) -> None:
    booking = await turn.run(get_booking, actor=turn.actor, booking_id=booking_id)
    if booking.series_id is None:
        raise Outdated(words.already_made())
    await _show_receipt(turn, draft, await turn.run(get_series, actor=turn.actor, series_id=booking.series_id))


async def _show_receipt(turn: Turn, draft: Draft, series: SeriesCard) -> None:
    if series.client.id != turn.user.user_id:
        await show_series(turn, series, toast=staff_views.told(staff_views.was_booked(), series.client))
        return
    text = views.booked(series, choices.today_at(series.location.zone))
    keyboard = keyboards.page(series, ahead_of(series), own=True)
    await turn.show(Screen(f"receipt:{draft.id}", text, keyboard, keep=True))


def ahead_of(series: SeriesCard, first: int = 0) -> tuple[BookingCard, ...]:
    """Open visits that have not begun, from the visit ``first`` on, by start."""
    begin = next((booking.starts_at for booking in series.bookings if booking.id == first), clock.now())
    return tuple(
        booking
        for booking in series.bookings
        if booking.status in OPEN_STATUSES and booking.starts_at > clock.now() and booking.starts_at >= begin
    )


async def show_series(turn: Turn, series: SeriesCard, *, toast: str = "") -> None:
    await turn.keep(at=None, form=None)
    own = series.client.id == turn.user.user_id
    today = choices.today_at(series.location.zone)
    text = views.page(series, today, client=None if own else series.client.name)
    keyboard = keyboards.page(series, ahead_of(series), own=own)
    await turn.show(Screen(f"series:{series.id}", text, keyboard), toast=toast)


async def on_series(_query: CallbackQuery, callback_data: OnSeries, turn: Turn) -> None:
    first = callback_data.booking_id
    series = await turn.run(get_series, actor=turn.actor, series_id=callback_data.series_id)
    if callback_data.act == SeriesAct.OPEN:
        await show_series(turn, series)
    elif callback_data.act == SeriesAct.ASK_CANCEL:
        await _ask_cancel(turn, series, first)
    else:
        await _cancel(turn, series, first)


async def _ask_cancel(turn: Turn, series: SeriesCard, first: int) -> None:
    ahead = ahead_of(series, first)
    if not ahead:
        await show_series(turn, series, toast=views.nothing_ahead())
        return
    await turn.keep(at=None, form=None)
    text = views.ask_cancel(ahead, series.location.zone, choices.today_at(series.location.zone))
    await turn.show(Screen(f"series:{series.id}", text, keyboards.ask_cancel(series.id, first), asks=True))


async def _cancel(turn: Turn, series: SeriesCard, first: int) -> None:
    """One by one: a second tap, or the same press again after a crash, goes on with what is left."""
    if not ahead_of(series, first):
        await show_series(turn, series, toast=views.nothing_ahead())
        return
    after = await turn.run(cancel_series, actor=turn.actor, series_id=series.id, from_booking_id=first or None)
    if ahead_of(after, first):
        said = views.partly_cancelled()
    elif after.client.id == turn.user.user_id:
        said = views.cancelled()
    else:
        said = staff_views.told(views.cancelled(), after.client)
    await show_series(turn, after, toast=said)


def router() -> Router:
    router = Router(name="series")
    router.callback_query.register(pick_rhythm, PickRhythm.filter())
    router.callback_query.register(pick_times, PickTimes.filter())
    router.callback_query.register(only_once, OnlyOnce.filter())
    router.callback_query.register(book, BookSeries.filter())
    router.callback_query.register(on_series, OnSeries.filter())
    return router
