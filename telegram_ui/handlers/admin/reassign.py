"""Somebody else gives a visit, or one service of it, at the time it has."""

from dataclasses import replace

from aiogram import Router
from aiogram.types import CallbackQuery

from bookings.actor import Actor
from bookings.enums import OPEN_STATUSES
from bookings.exceptions import BookingError, SlotTaken, StaleVersion, WrongStatus
from bookings.queries.bookings import get_booking
from bookings.queries.catalog import list_specialists
from bookings.queries.look import one_look
from bookings.read_models import BookingCard, ItemCard, SpecialistCard
from bookings.services.reassign_booking import reassign_booking
from telegram_ui.callbacks import Reassign
from telegram_ui.drafts import draft_of_visit
from telegram_ui.handlers.admin.manage import require_admin
from telegram_ui.handlers.client import choices, free_times
from telegram_ui.handlers.specialist.visit import show_card
from telegram_ui.keyboards import reassign as keyboards
from telegram_ui.screen import Screen
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import reassign as views, staff as staff_views


async def ask(turn: Turn, booking: BookingCard, position: int | None = None, *, toast: str = "") -> None:
    """Who it could be; of several services, first which one."""
    require_admin(turn)
    if booking.status not in OPEN_STATUSES:
        raise WrongStatus("not open", status=str(booking.status))
    await turn.keep(at=None, form=None)
    today = choices.today_at(booking.location.zone)
    if position is None and len(booking.items) > 1:
        screen = Screen(f"which:{booking.id}", views.which(booking, today), keyboards.which(booking))
        await turn.show(screen, toast=toast)
        return
    position = position or 0
    if position >= len(booking.items):
        raise Outdated
    found = await turn.run(candidates, booking, position, turn.actor)
    text = views.who(booking, booking.items[position], today, found=bool(found))
    keyboard = keyboards.who(booking, position, found)
    await turn.show(Screen(f"who:{booking.id}:{position}", text, keyboard), toast=toast)


@one_look()
def candidates(booking: BookingCard, position: int, actor: Actor) -> tuple[SpecialistCard, ...]:
    """Who gives that service there but gives it not already; of a visit of one service, who is free then. Synchronous."""
    item = booking.items[position]
    givers = list_specialists(location_id=booking.location.id, service_id=item.service_id)
    others = tuple(card for card in givers if card.id != item.specialist_id)
    if len(booking.items) > 1:
        return others  # whether it fits with the other services, the service finds out
    free = _free(booking, item, actor)
    return tuple(card for card in others if card.id in free)


def _free(booking: BookingCard, item: ItemCard, actor: Actor) -> set[int]:
    draft = draft_of_visit(booking, move=True).with_specialist(None)
    draft = replace(draft, by_staff=actor.is_admin, now_at=None, starts_at=item.starts_at)
    try:
        slot = free_times.chosen_slot(draft, booking.location.zone)
    except BookingError:  # the service is no longer sold: nobody takes it over
        return set()
    return set(slot.specialist_ids) if slot else set()


async def on_press(_query: CallbackQuery, callback_data: Reassign, turn: Turn) -> None:
    require_admin(turn)
    booking = await turn.run(get_booking, actor=turn.actor, booking_id=callback_data.booking_id)
    position, specialist_id = callback_data.position, callback_data.specialist_id
    if position >= len(booking.items):
        raise Outdated
    if not specialist_id:
        if booking.version != callback_data.version:
            raise StaleVersion("the button is older than the booking", booking_id=booking.id)
        await ask(turn, booking, position)
        return
    pressed = f"{turn.user.user_id}:{booking.id}:{callback_data.version}:{position}:{specialist_id}"
    try:
        moved = await turn.run(
            reassign_booking,
            actor=turn.actor,
            booking_id=booking.id,
            specialist_id=specialist_id,
            item_id=booking.items[position].id if len(booking.items) > 1 else None,
            expected_version=callback_data.version,
            idempotency_key=f"reassign:{pressed}",
        )
    except SlotTaken:
        await ask(turn, booking, position, toast=views.not_free())
        return
    await show_card(turn, moved, toast=staff_views.told(views.reassigned(), moved.client))


def router() -> Router:
    router = Router(name="reassign")
    router.callback_query.register(on_press, Reassign.filter())
    return router
