"""Days and hours off of a specialist, set by themselves or by an admin."""

from dataclasses import replace
from datetime import timedelta

from aiogram import Router
from aiogram.types import CallbackQuery

from bookings.actor import Actor
from bookings.exceptions import InvalidText, InvalidValue, RangeReversed, RangeTooLong
from bookings.queries.catalog import specialist_names
from bookings.queries.time_off import list_time_off
from bookings.services.time_off import add_time_off, remove_time_off
from telegram_ui.callbacks import AddNightOff, AddTimeOff, RemoveTimeOff, TimeOffOf
from telegram_ui.handlers.specialist.day import today
from telegram_ui.keyboards import time_off as keyboards
from telegram_ui.screen import Screen
from telegram_ui.states import Form
from telegram_ui.turn import Outdated, Turn
from telegram_ui.understanding import Period, read_period
from telegram_ui.views import errors, staff as staff_views, time_off as views

#: Days off ahead that are listed; more are for the admin site.
SHOWN = 10
#: Whole days that one tap takes off.
OFFERED = 4


def screen(actor: Actor, specialist_id: int) -> Screen:
    """Synchronous; raises NotFound for somebody else's calendar."""
    now = today()
    cards = list_time_off(actor=actor, specialist_id=specialist_id, date_from=now)[:SHOWN]
    name = None if specialist_id == actor.specialist_id else specialist_names({specialist_id}).get(specialist_id)
    days = [now + timedelta(days=number) for number in range(OFFERED)]
    keyboard = keyboards.page(cards, specialist_id=specialist_id, days=days, today=now)
    return Screen(f"off:{specialist_id}", views.page(cards, now, name), keyboard)


def require_staff(turn: Turn) -> None:
    if not turn.is_staff:
        raise Outdated(staff_views.staff_only())


async def show_time_off(turn: Turn, specialist_id: int, *, toast: str = "") -> None:
    """Typed days are understood from here on."""
    require_staff(turn)
    drawn = await turn.run(screen, turn.actor, specialist_id)
    await turn.keep(at=Form.time_off, form={"specialist": specialist_id})
    await turn.show(drawn, toast=toast)


async def on_list(_query: CallbackQuery, callback_data: TimeOffOf, turn: Turn) -> None:
    await show_time_off(turn, callback_data.specialist_id)


async def on_add(_query: CallbackQuery, callback_data: AddTimeOff, turn: Turn) -> None:
    require_staff(turn)
    day = callback_data.date
    await _add(turn, callback_data.specialist_id, Period(day, day))


async def typed_time_off(turn: Turn, text: str) -> None:
    form = (await turn.data()).get("form") or {}
    if not isinstance(form, dict) or "specialist" not in form:
        raise Outdated
    period = read_period(text, await turn.run(today))
    if period is None:
        await show_time_off(turn, int(form["specialist"]), toast=views.not_understood())
        return
    if period.is_reversed:
        await _ask_night(turn, int(form["specialist"]), period)
        return
    await _add(turn, int(form["specialist"]), period)


async def _ask_night(turn: Turn, specialist_id: int, period: Period) -> None:
    """Hours that end before they begin are those of a night, or a slip of the finger: nobody guesses which."""
    await turn.keep(at=Form.time_off, form={"specialist": specialist_id})
    text = views.ask_night(period)
    keyboard = keyboards.ask_night(specialist_id, period)
    await turn.show(Screen(f"off-night:{specialist_id}", text, keyboard))


async def on_night(_query: CallbackQuery, callback_data: AddNightOff, turn: Turn) -> None:
    require_staff(turn)
    await _add(turn, callback_data.specialist_id, callback_data.period)


def is_off(actor: Actor, specialist_id: int, period: Period) -> bool:
    """Whether that very time off is there already: a second tap, or a second word, adds nothing. Synchronous."""
    cards = list_time_off(actor=actor, specialist_id=specialist_id, date_from=period.first, date_to=period.last)
    return period in {Period(card.date_from, card.date_to, card.starts_at, card.ends_at) for card in cards}


async def _add(turn: Turn, specialist_id: int, period: Period) -> None:
    if await turn.run(is_off, turn.actor, specialist_id, period):
        await show_time_off(turn, specialist_id, toast=views.already())
        return
    try:
        found = await turn.run(
            add_time_off,
            actor=turn.actor,
            specialist_id=specialist_id,
            date_from=period.first,
            date_to=period.last,
            starts_at=period.since,
            ends_at=period.until,
            over_midnight=period.is_reversed,
            idempotency_key=turn.key,
        )
    except (InvalidText, InvalidValue, RangeReversed, RangeTooLong) as error:
        await show_time_off(turn, specialist_id, toast=errors.text_of(error))
        return
    # More days can be typed right away.
    await turn.keep(at=Form.time_off, form={"specialist": specialist_id})
    reader = None if turn.is_admin else turn.user.specialist_id
    found = replace(found, affected=tuple(booking.part_of(reader) for booking in found.affected))
    text = views.added(found, await turn.run(today))
    keyboard = keyboards.added(found, specialist_id=specialist_id)
    await turn.show(Screen(f"off-added:{found.card.id}", text, keyboard))


async def on_remove(_query: CallbackQuery, callback_data: RemoveTimeOff, turn: Turn) -> None:
    require_staff(turn)
    await turn.run(
        remove_time_off,
        actor=turn.actor,
        override_id=callback_data.override_id,
        idempotency_key=f"reopen:{turn.user.user_id}:{callback_data.override_id}",
    )
    await show_time_off(turn, callback_data.specialist_id, toast=views.removed())


def router() -> Router:
    router = Router(name="time-off")
    router.callback_query.register(on_list, TimeOffOf.filter())
    router.callback_query.register(on_add, AddTimeOff.filter())
    router.callback_query.register(on_night, AddNightOff.filter())
    router.callback_query.register(on_remove, RemoveTimeOff.filter())
    return router
