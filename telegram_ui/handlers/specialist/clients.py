"""Find a client, write one down, look at how they come, book for them; admins ban."""

import re

from aiogram import Router
from aiogram.types import CallbackQuery

from bookings.exceptions import InvalidContact, NotFound
from bookings.queries.bookings import past_bookings, past_count
from bookings.queries.clients import client_summary, find_clients
from bookings.read_models import ClientCard
from bookings.services.clients import add_client, ban_client
from telegram_ui.callbacks import ClientAct, ClientVisits, OnClient, Step
from telegram_ui.handlers.admin.manage import require_admin
from telegram_ui.handlers.client import choices
from telegram_ui.handlers.client.flow import show_step
from telegram_ui.handlers.specialist.time_off import require_staff
from telegram_ui.keyboards import clients as keyboards
from telegram_ui.screen import Screen
from telegram_ui.states import Form
from telegram_ui.turn import Turn
from telegram_ui.views import clients as views, errors

#: Visits of a page.
PAGE = 5
#: A number at the end, or anywhere, of what was typed.
_PHONE = re.compile(r"\+?\d[\d\s()-]{4,}\d")


async def ask_find(turn: Turn, *, toast: str = "") -> None:
    require_staff(turn)
    await turn.keep(at=Form.find_client, form=None)
    text = views.ask_find(is_admin=turn.is_admin)
    await turn.show(Screen("find", text, keyboards.find(is_admin=turn.is_admin)), toast=toast)


async def typed_search(turn: Turn, text: str) -> None:
    """One person found is shown at once; the search goes on until something else is pressed."""
    require_staff(turn)
    cards = await turn.run(find_clients, actor=turn.actor, text=text)
    if len(cards) == 1:
        await _show_found(turn, cards[0], by=text)
        return
    keyboard = keyboards.found(cards, is_admin=turn.is_admin)
    await turn.show(Screen("found", views.found(cards, text), keyboard))


async def ask_new(turn: Turn, *, toast: str = "") -> None:
    require_staff(turn)
    await turn.keep(at=Form.new_client, form=None)
    await turn.show(Screen("new-client", views.ask_new(), keyboards.new()), toast=toast)


async def typed_client(turn: Turn, text: str) -> None:
    require_staff(turn)
    found = _PHONE.search(text)
    phone = found[0] if found else ""
    name = text.replace(phone, " ").strip(" ,;:.") if phone else text
    try:
        card = await turn.run(add_client, actor=turn.actor, name=name, phone=phone, idempotency_key=turn.key)
    except InvalidContact as error:
        await ask_new(turn, toast=errors.text_of(error))
        return
    await _show_found(turn, card, by=card.phone, toast=views.written_down())


async def _show_found(turn: Turn, card: ClientCard, *, by: str, toast: str = "") -> None:
    """``by``: what was typed. Who comes to colleagues alone is found by the whole number, and can be booked for."""
    try:
        await show_client(turn, card.id, toast=toast)
    except NotFound:
        await turn.keep(at=Form.find_client, form=None, stranger={"id": card.id, "by": by})
        await turn.show(Screen("found", views.stranger(card), keyboards.stranger(card.id)))


async def _stranger(turn: Turn, client_id: int) -> ClientCard | None:
    """Who was found by their number before, and still is."""
    known = (await turn.data()).get("stranger")
    if not isinstance(known, dict) or known.get("id") != client_id:
        return None
    cards = await turn.run(find_clients, actor=turn.actor, text=str(known["by"]))
    return next((card for card in cards if card.id == client_id), None)


async def _open(turn: Turn, client_id: int) -> None:
    stranger = await _stranger(turn, client_id)
    if stranger is None:
        await show_client(turn, client_id)
    else:
        await _show_found(turn, stranger, by=stranger.phone)


async def show_client(turn: Turn, client_id: int, *, booking_id: int = 0, toast: str = "") -> None:
    """``booking_id``: the visit whose card led here."""
    require_staff(turn)
    found = await turn.run(client_summary, actor=turn.actor, client_id=client_id)
    await turn.keep(at=Form.find_client, form=None)
    reader = None if turn.is_admin else turn.user.specialist_id
    text = views.summary(found, choices.today_at, reader_id=turn.user.user_id, specialist_id=reader)
    keyboard = keyboards.card(
        found, is_admin=turn.is_admin, reader_id=turn.user.user_id, specialist_id=reader, booking_id=booking_id
    )
    await turn.show(Screen(f"client:{client_id}", text, keyboard), toast=toast)


async def on_client(_query: CallbackQuery, callback_data: OnClient, turn: Turn) -> None:
    require_staff(turn)
    client_id, act = callback_data.client_id, callback_data.act
    if act == ClientAct.OPEN:
        await _open(turn, client_id)
    elif act == ClientAct.BOOK:
        await _book_for(turn, client_id)
    else:
        require_admin(turn)
        await _ban(turn, client_id, act)


async def on_past(_query: CallbackQuery, callback_data: ClientVisits, turn: Turn) -> None:
    await show_past(turn, callback_data.client_id, callback_data.page)


async def show_past(turn: Turn, client_id: int, page: int) -> None:
    """What is over, a page at a time; each opens."""
    require_admin(turn)
    client = (await turn.run(client_summary, actor=turn.actor, client_id=client_id)).client
    there = await turn.run(past_count, actor=turn.actor, client_id=client_id)
    page = min(page, max(there - 1, 0) // PAGE)
    found = await turn.run(
        past_bookings, actor=turn.actor, client_id=client_id, limit=PAGE + 1, offset=page * PAGE
    )
    shown = found[:PAGE]
    await turn.keep(at=None, form=None)
    text = views.past(client, shown, choices.today_at(shown[0].location.zone if shown else "UTC"))
    keyboard = keyboards.past(client_id, shown, page=page, has_more=len(found) > PAGE)
    await turn.show(Screen(f"client-past:{client_id}:{page}", text, keyboard))


async def _book_for(turn: Turn, client_id: int) -> None:
    """The client's own steps, free of notice and horizon; a specialist books into their own calendar."""
    if await _stranger(turn, client_id) is None:
        await turn.run(client_summary, actor=turn.actor, client_id=client_id)  # whether they may be booked for
    draft = await turn.run(choices.fresh_draft, turn.actor, client_id)
    await show_step(turn, draft, Step.LOCATION if draft.location_id is None else Step.CATEGORY)


async def ask_ban(turn: Turn, client_id: int) -> None:
    require_admin(turn)
    found = await turn.run(client_summary, actor=turn.actor, client_id=client_id)
    await turn.keep(at=None, form=None)
    await turn.show(
        Screen(f"client-ban:{client_id}", views.ask_ban(found.client), keyboards.ask_ban(client_id), asks=True)
    )


async def _ban(turn: Turn, client_id: int, act: ClientAct) -> None:
    if act == ClientAct.ASK_BAN:
        await ask_ban(turn, client_id)
        return
    banned = act == ClientAct.BAN
    await turn.run(ban_client, actor=turn.actor, client_id=client_id, banned=banned)
    await show_client(turn, client_id, toast=views.banned() if banned else views.unbanned())


def router() -> Router:
    router = Router(name="clients")
    router.callback_query.register(on_client, OnClient.filter())
    router.callback_query.register(on_past, ClientVisits.filter())
    return router
