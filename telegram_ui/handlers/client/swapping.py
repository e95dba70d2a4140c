"""Buttons and words that put one visit of a series to another time."""

from dataclasses import replace
from datetime import date

from aiogram import Router
from aiogram.types import CallbackQuery

from telegram_ui.callbacks import OpenSwap, Step, SwapTo
from telegram_ui.drafts import Draft
from telegram_ui.handlers.client import swap_times
from telegram_ui.handlers.client.booking import with_services
from telegram_ui.handlers.client.flow import draft_of, show_step
from telegram_ui.turn import Turn


async def open_swap(_query: CallbackQuery, callback_data: OpenSwap, turn: Turn) -> None:
    """A button of another rhythm, with fewer visits, leads to the plan as it is."""
    draft = with_services(await draft_of(turn, callback_data.draft))
    day = date.fromordinal(callback_data.day) if callback_data.day else None
    draft = replace(draft, swap_visit=callback_data.number, swap_day=day, part=callback_data.part)
    await show_step(turn, draft, Step.SWAP)


async def swap_to(_query: CallbackQuery, callback_data: SwapTo, turn: Turn) -> None:
    """The plan is looked up anew with it: what was taken in between shows as such."""
    draft = with_services(await draft_of(turn, callback_data.draft))
    swapped = await turn.run(swap_times.swapped, draft, callback_data.number, callback_data.instant)
    await show_step(turn, swapped, Step.PLAN)


async def typed_swap(turn: Turn, draft: Draft, text: str) -> None:
    if draft.swap_visit is None:
        await show_step(turn, draft, Step.PLAN)
        return
    draft, step, notice = await turn.run(swap_times.understood, draft, draft.swap_visit, text)
    await show_step(turn, draft, step, toast=notice)


def router() -> Router:
    router = Router(name="swapping")
    router.callback_query.register(open_swap, OpenSwap.filter())
    router.callback_query.register(swap_to, SwapTo.filter())
    return router
