"""The last step: a draft becomes a booking, or a booking moves. Two taps give one booking and the same answer."""

from collections.abc import Sequence
from dataclasses import replace

from aiogram import Router
from aiogram.types import CallbackQuery

from bookings.enums import OPEN_STATUSES
from bookings.exceptions import SlotTaken
from bookings.queries.bookings import get_booking
from bookings.queries.users import get_user
from bookings.read_models import BookingCard
from bookings.services.create_booking import create_booking
from bookings.services.reschedule_booking import reschedule_booking
from telegram_ui.callbacks import Confirm, Step
from telegram_ui.drafts import Draft
from telegram_ui.handlers.client import choices, free_times
from telegram_ui.handlers.client.flow import draft_or_made, show_opened, show_step
from telegram_ui.handlers.client.steps import taken
from telegram_ui.handlers.specialist.visit import show_card
from telegram_ui.keyboards import bookings as keyboards
from telegram_ui.screen import Screen
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import bookings as views, errors, flow_words as words, staff as staff_views


class AlreadyThen(SlotTaken):
    """By the visit that is to be moved."""


async def confirm(_query: CallbackQuery, callback_data: Confirm, turn: Turn) -> None:
    draft = await draft_or_made(turn, callback_data.draft)
    if draft.made is not None:
        booking = await turn.run(get_booking, actor=turn.actor, booking_id=draft.made)
        if booking.status not in OPEN_STATUSES or booking.starts_at != draft.starts_at:
            raise Outdated  # cancelled or moved since: a receipt would be untrue
        await show_receipt(turn, draft, booking)
        return
    if draft.starts_at is None:
        await show_step(turn, draft, Step.WINDOWS)
        return
    try:
        booking = await _book(turn, draft)
    except SlotTaken as error:
        notice = words.already_then() if isinstance(error, AlreadyThen) else errors.text_of(error)
        opened = await turn.run(taken, draft, turn.actor, notice=notice)
        await show_opened(turn, opened)
        return
    draft = replace(draft, made=booking.id)
    await turn.keep(at=None, draft=draft.to_data())
    await show_receipt(turn, draft, booking)


async def _book(turn: Turn, draft: Draft) -> BookingCard:
    if draft.starts_at is None or draft.location_id is None:
        raise Outdated
    if draft.booking_id is not None:
        now = await turn.run(get_booking, actor=turn.actor, booking_id=draft.booking_id)
        specialist_id = draft.as_told.specialist_id
        if None in draft.as_told.specialist_ids:
            # Any will do; moving needs a name, and the listing knows who is free.
            slot = await turn.run(free_times.chosen_slot, draft, now.location.zone)
            if slot is None:
                raise SlotTaken("nobody is free any more")
            specialist_id = slot.specialist_ids[0]
        each = draft.given_by if len(set(draft.given_by)) > 1 else None
        if _is_there(now, draft, specialist_id, each):
            raise AlreadyThen("the visit is at that time, with the same specialists")
        return await turn.run(
            reschedule_booking,
            actor=turn.actor,
            booking_id=draft.booking_id,
            starts_at=draft.starts_at,
            specialist_id=specialist_id,
            specialist_ids=each,
            expected_version=draft.version,
            idempotency_key=draft.idempotency_key,
        )
    return await turn.run(
        create_booking,
        actor=turn.actor,
        client_id=draft.client_id,
        location_id=draft.location_id,
        items=draft.as_told.items,
        starts_at=draft.starts_at,
        comment=draft.comment,
        promo_code=draft.promo_code,
        idempotency_key=draft.idempotency_key,
    )


def _is_there(booking: BookingCard, draft: Draft, specialist_id: int | None, each: Sequence[int] | None) -> bool:
    """Whether the move changes nothing; of a visit that has changed since, moving it tells."""
    if booking.version != draft.version or booking.starts_at != draft.starts_at:
        return False
    if each is not None:
        return [item.specialist_id for item in booking.items] == [*each] and booking.status in OPEN_STATUSES
    same = specialist_id is None or all(item.specialist_id == specialist_id for item in booking.items)
    return same and booking.status in OPEN_STATUSES


async def show_receipt(turn: Turn, draft: Draft, booking: BookingCard, *, below: bool = False) -> None:
    """Staff read with it whether the client learns of it from the bot."""
    today = choices.today_at(booking.location.zone)
    own = booking.client.id == turn.user.user_id
    if not own and not draft.is_move:
        await show_card(
            turn, booking, toast=staff_views.told(staff_views.was_booked(), booking.client), below=below
        )
        return
    toast = "" if own else staff_views.told(staff_views.was_moved(), booking.client)
    text = views.moved(booking, today) if draft.is_move else views.receipt(booking, today)
    ask_phone = own and not (await turn.run(get_user, user_id=turn.user.user_id)).phone
    keyboard = keyboards.receipt(booking, ask_phone=ask_phone)
    await turn.show(Screen(f"receipt:{draft.id}", text, keyboard, keep=True), toast=toast, below=below)


def router() -> Router:
    router = Router(name="confirming")
    router.callback_query.register(confirm, Confirm.filter())
    return router
