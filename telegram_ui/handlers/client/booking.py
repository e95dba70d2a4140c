"""Buttons of the booking flow."""

from dataclasses import replace
from datetime import date

from aiogram import Router
from aiogram.types import CallbackQuery

from bookings.read_models import DayState
from bookings.slots.request import MAX_ITEMS
from telegram_ui.callbacks import (
    Drop,
    PickCategory,
    PickDay,
    PickLocation,
    PickService,
    PickSpecialist,
    PickTime,
    ShowMonth,
    ShowPart,
    ShowPortrait,
    Step,
    ToggleService,
    ToStep,
)
from telegram_ui.drafts import Draft
from telegram_ui.handlers.client import choices, free_times
from telegram_ui.handlers.client.flow import draft_of, show_step
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import flow_words as words


async def to_step(_query: CallbackQuery, callback_data: ToStep, turn: Turn) -> None:
    draft = await draft_of(turn, callback_data.draft)
    await show_step(turn, draft, callback_data.step, back=callback_data.back)


async def pick_location(_query: CallbackQuery, callback_data: PickLocation, turn: Turn) -> None:
    draft = await draft_of(turn, callback_data.draft)
    there = await turn.run(choices.at_place, draft, callback_data.location_id)
    await show_step(turn, there, choices.first_step(there))


async def pick_category(_query: CallbackQuery, callback_data: PickCategory, turn: Turn) -> None:
    draft = await draft_of(turn, callback_data.draft)
    await show_step(turn, draft.with_category(callback_data.category_id), Step.SERVICE)


async def pick_service(_query: CallbackQuery, callback_data: PickService, turn: Turn) -> None:
    draft = await draft_of(turn, callback_data.draft)
    await show_step(turn, draft.with_service(callback_data.service_id), Step.WINDOWS)


async def toggle_service(_query: CallbackQuery, callback_data: ToggleService, turn: Turn) -> None:
    draft = with_services(await draft_of(turn, callback_data.draft))
    changed = draft.with_toggled(callback_data.service_id)
    toast = ""
    if not changed.service_ids:
        changed, toast = draft, words.last_service()
    elif len(changed.service_ids) > MAX_ITEMS:
        changed, toast = draft, words.too_many_services(MAX_ITEMS)
    await show_step(turn, changed, Step.MORE, toast=toast)


async def drop(_query: CallbackQuery, callback_data: Drop, turn: Turn) -> None:
    draft = await draft_of(turn, callback_data.draft)
    without = {Step.COMMENT: replace(draft, comment=""), Step.PROMO: replace(draft, promo_code="")}
    if callback_data.step not in without:
        raise Outdated
    await show_step(turn, without[callback_data.step], Step.CONFIRM, toast=words.taken_off())


async def pick_specialist(_query: CallbackQuery, callback_data: PickSpecialist, turn: Turn) -> None:
    draft = with_services(await draft_of(turn, callback_data.draft))
    await show_step(turn, draft.with_specialist(callback_data.specialist_id or None), Step.WINDOWS)


async def show_portrait(_query: CallbackQuery, callback_data: ShowPortrait, turn: Turn) -> None:
    draft = with_services(await draft_of(turn, callback_data.draft))
    await show_step(turn, replace(draft, portrait_id=callback_data.specialist_id), Step.PORTRAIT)


async def show_month(_query: CallbackQuery, callback_data: ShowMonth, turn: Turn) -> None:
    draft = with_services(await draft_of(turn, callback_data.draft))
    await show_step(turn, draft, Step.DAY, month=callback_data.first)


async def pick_day(_query: CallbackQuery, callback_data: PickDay, turn: Turn) -> None:
    """A free day opens its times, a full one the waitlist; any other says why it can't be chosen."""
    draft = with_services(await draft_of(turn, callback_data.draft))
    day = callback_data.date
    state = (await turn.run(free_times.on_day, draft, day)).state
    if state == DayState.FREE:
        await show_step(turn, draft.with_day(day), Step.TIME)
    elif state == DayState.FULL and not draft.is_move:
        await show_step(turn, draft.with_day(day), Step.WAIT)
    else:
        today = (await turn.run(today_of, draft)) == day
        await show_step(turn, draft, Step.DAY, month=day.replace(day=1), toast=words.why_not(state, today=today))


async def show_part(_query: CallbackQuery, callback_data: ShowPart, turn: Turn) -> None:
    draft = with_services(await draft_of(turn, callback_data.draft))
    await show_step(turn, replace(draft, part=callback_data.part), Step.TIME)


async def pick_time(_query: CallbackQuery, callback_data: PickTime, turn: Turn) -> None:
    draft = with_services(await draft_of(turn, callback_data.draft))
    await show_step(turn, draft.with_time(callback_data.instant, quick=callback_data.quick), Step.CONFIRM)


def today_of(draft: Draft) -> date:
    """By the clocks of the place. Synchronous."""
    return choices.today_at(choices.location_of(draft).zone)


def with_services(draft: Draft) -> Draft:
    """A button of a later step, pressed after going back to an earlier one, has nothing to work on."""
    if not draft.service_ids:
        raise Outdated
    return draft


def router() -> Router:
    router = Router(name="booking")
    router.callback_query.register(to_step, ToStep.filter())
    router.callback_query.register(pick_location, PickLocation.filter())
    router.callback_query.register(pick_category, PickCategory.filter())
    router.callback_query.register(pick_service, PickService.filter())
    router.callback_query.register(toggle_service, ToggleService.filter())
    router.callback_query.register(drop, Drop.filter())
    router.callback_query.register(pick_specialist, PickSpecialist.filter())
    router.callback_query.register(show_portrait, ShowPortrait.filter())
    router.callback_query.register(show_month, ShowMonth.filter())
    router.callback_query.register(pick_day, PickDay.filter())
    router.callback_query.register(show_part, ShowPart.filter())
    router.callback_query.register(pick_time, PickTime.filter())
    return router
