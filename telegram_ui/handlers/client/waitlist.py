"""Waiting for a time: joining, leaving, and answers to offers."""

from dataclasses import replace
from datetime import timedelta

from aiogram import Router
from aiogram.types import CallbackQuery

from bookings.actor import Actor
from bookings.enums import PartOfDay, WaitlistState
from bookings.exceptions import BookingError, NotFound, OfferOver, ServiceUnavailable, SlotTaken
from bookings.queries.users import company
from bookings.queries.waitlist import get_entry
from bookings.read_models import WaitlistCard
from bookings.services.waitlist import MAX_DAYS, accept_offer, decline_offer, join_waitlist, leave_waitlist
from telegram_ui.callbacks import LeaveWaitlist, OfferAct, OnOffer, Step, Wait
from telegram_ui.drafts import Draft, new_draft
from telegram_ui.handlers.client import choices
from telegram_ui.handlers.client.booking import with_services
from telegram_ui.handlers.client.confirming import show_receipt
from telegram_ui.handlers.client.flow import draft_of, show_step
from telegram_ui.handlers.client.visits import show_visits
from telegram_ui.handlers.common.on_booking import settle
from telegram_ui.keyboards import waitlist as keyboards
from telegram_ui.screen import Screen
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import errors, waitlist as views


def join(draft: Draft, actor: Actor, part: PartOfDay) -> WaitlistCard:
    """For the day that was full, or for all days that can be booked. Synchronous; raises what joining raises."""
    today = choices.today_at(choices.location_of(draft).zone)
    ahead = min(company().horizon_days, MAX_DAYS - 1)
    return join_waitlist(
        actor=actor,
        client_id=draft.client_id,
        location_id=draft.location_id or 0,
        items=draft.items,
        date_from=draft.day or today,
        date_to=draft.day or today + timedelta(days=ahead),
        part_of_day=part,
        idempotency_key=f"wait:{draft.client_id}:{draft.id}:{draft.day}:{part}",
    )


async def on_wait(_query: CallbackQuery, callback_data: Wait, turn: Turn) -> None:
    """The draft stays, so that a second tap finds it, and is asked for nothing more."""
    draft = with_services(await draft_of(turn, callback_data.draft))
    card = await turn.run(join, draft, turn.actor, callback_data.part)
    await turn.keep(at=None, form=None)
    await _show_joined(turn, card)


async def show_joined(turn: Turn, entry_id: int) -> None:
    await _show_joined(turn, await turn.run(get_entry, actor=turn.actor, entry_id=entry_id))


async def _show_joined(turn: Turn, card: WaitlistCard) -> None:
    text = views.joined(card, choices.today_at(card.location.zone))
    await turn.show(Screen(f"waiting:{card.id}", text, keyboards.joined(card)))


async def on_leave(_query: CallbackQuery, callback_data: LeaveWaitlist, turn: Turn) -> None:
    await turn.run(leave_waitlist, actor=turn.actor, entry_id=callback_data.entry_id, idempotency_key=turn.key)
    await show_visits(turn, toast=views.left())


async def on_offer(query: CallbackQuery, callback_data: OnOffer, turn: Turn) -> None:
    """The news says what was answered; the visit, or other times, come below."""
    if turn.pressed is not None and await turn.menu.is_menu(turn.pressed):
        raise Outdated  # no menu has such a button
    entry_id = callback_data.entry_id
    try:
        if callback_data.act == OfferAct.DECLINE:
            await turn.run(decline_offer, actor=turn.actor, entry_id=entry_id, idempotency_key=turn.key)
            await turn.answer(views.declined())
            await settle(turn, query, views.declined)
        elif callback_data.act == OfferAct.OTHER:
            entry = await turn.run(get_entry, actor=turn.actor, entry_id=entry_id)
            await show_step(turn, _again(entry), Step.WINDOWS, below=True)  # the offer stands meanwhile
        else:
            await _take(turn, query, entry_id)
    except BookingError as error:
        await turn.answer(await _why(turn, error, entry_id), alert=True)
        if isinstance(error, NotFound | OfferOver):
            await settle(turn, query)


async def _why(turn: Turn, error: BookingError, entry_id: int) -> str:
    """An offer that was taken has not run out."""
    if isinstance(error, OfferOver):
        entry = await turn.run(get_entry, actor=turn.actor, entry_id=entry_id)
        if entry.state == WaitlistState.BOOKED:
            return views.taken()
    return errors.text_of(error)


async def _take(turn: Turn, query: CallbackQuery, entry_id: int) -> None:
    entry = await turn.run(get_entry, actor=turn.actor, entry_id=entry_id)
    try:
        booking = await turn.run(
            accept_offer,
            actor=turn.actor,
            entry_id=entry_id,
            idempotency_key=f"offer:{turn.user.user_id}:{entry_id}:{entry.offer.starts_at if entry.offer else ''}",
        )
    except (SlotTaken, ServiceUnavailable):
        await settle(turn, query)
        await show_step(turn, _again(entry), Step.WINDOWS, toast=views.gone(), below=True)
        return
    await settle(turn, query, views.booked)
    await turn.keep(at=None, form=None)
    receipt = replace(new_draft(booking.client.id), id=f"offer{entry_id}")
    if (await turn.menu.live())[1] == f"receipt:{receipt.id}":
        await turn.answer(views.booked())  # a second tap: it stands there already
    else:
        await show_receipt(turn, receipt, booking, below=True)


def _again(entry: WaitlistCard) -> Draft:
    """The same wish, to be booked at another time."""
    draft = new_draft(entry.client.id).with_location(entry.location.id)
    for item in entry.items:
        draft = draft.with_toggled(item.service_id)
    return draft


def router() -> Router:
    router = Router(name="waitlist")
    router.callback_query.register(on_wait, Wait.filter())
    router.callback_query.register(on_leave, LeaveWaitlist.filter())
    router.callback_query.register(on_offer, OnOffer.filter())
    return router
