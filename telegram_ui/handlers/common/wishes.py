"""What one wants to be told, when to be left alone, what is stored, and being forgotten."""

import re
from dataclasses import replace
from datetime import time

from aiogram import Router
from aiogram.types import CallbackQuery

from bookings.actor import Actor
from bookings.exceptions import NotAllowed, WrongStatus
from bookings.queries.bookings import past_count, upcoming_bookings
from bookings.queries.clients import notes_kept
from bookings.queries.tags import tags_kept
from bookings.queries.users import get_user
from bookings.queries.waitlist import client_waitlist
from bookings.services.forget_client import forget_client
from notifications.services.preferences import get_preferences, set_preferences
from telegram_ui.callbacks import ForgetMe, SetQuiet, SetWish, Wish
from telegram_ui.handlers.client.visits import show_visits
from telegram_ui.keyboards import wishes as keyboards
from telegram_ui.screen import Screen
from telegram_ui.states import Form
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import wishes as views

_HOURS = re.compile(r"^\D{0,5}(\d{1,2})(?:[:.](\d{2}))?\D{1,5}(\d{1,2})(?:[:.](\d{2}))?$")


async def show_wishes(turn: Turn, *, toast: str = "") -> None:
    await turn.keep(at=None, form=None)
    now = await turn.run(get_preferences, actor=turn.actor, user_id=turn.user.user_id)
    await turn.show(Screen("wishes", views.wishes(now), keyboards.wishes(now)), toast=toast)


async def on_wish(_query: CallbackQuery, callback_data: SetWish, turn: Turn) -> None:
    field = {Wish.REMINDERS: "reminders", Wish.INVITATIONS: "invitations"}[callback_data.wish]
    await _change(turn, **{field: callback_data.on})


async def _change(turn: Turn, **changes: bool | time | None) -> None:
    now = await turn.run(get_preferences, actor=turn.actor, user_id=turn.user.user_id)
    wishes = replace(now, **changes)  # type: ignore[arg-type]  # fields by name, each of its own type
    await turn.run(set_preferences, actor=turn.actor, user_id=turn.user.user_id, wishes=wishes)
    await show_wishes(turn, toast=views.saved())


async def ask_quiet(turn: Turn, *, toast: str = "") -> None:
    await turn.keep(at=Form.quiet, form=None)
    await turn.show(Screen("quiet", views.ask_quiet(), keyboards.quiet()), toast=toast)


async def on_quiet(_query: CallbackQuery, callback_data: SetQuiet, turn: Turn) -> None:
    since, until = callback_data.since, callback_data.until
    if since == until:
        await _change(turn, quiet_from=None, quiet_until=None)
    else:
        await _change(turn, quiet_from=time(*divmod(since, 60)), quiet_until=time(*divmod(until, 60)))


async def typed_quiet(turn: Turn, text: str) -> None:
    found = read_hours(text)
    if found is None:
        await ask_quiet(turn, toast=views.not_hours())
    else:
        await _change(turn, quiet_from=found[0], quiet_until=found[1])


def read_hours(text: str) -> tuple[time, time] | None:
    """“22-8”, “from 22:00 to 8:30”; ``None`` for anything else, and for a window without length."""
    found = _HOURS.match(text.strip())
    if not found:
        return None
    try:
        since, until = (time(int(found[at]), int(found[at + 1] or 0)) for at in (1, 3))
    except ValueError:
        return None
    return (since, until) if since != until else None


async def show_data(turn: Turn, *, toast: str = "") -> None:
    await turn.keep(at=None, form=None)
    text = await turn.run(data_text, turn.actor, turn.user.user_id)
    await turn.show(Screen("data", text, keyboards.my_data()), toast=toast)


def data_text(actor: Actor, user_id: int) -> str:
    """Synchronous: it reads the database."""
    visits = past_count(actor=actor, client_id=user_id) + len(
        upcoming_bookings(actor=actor, client_id=user_id, limit=1000)
    )
    waiting = len(client_waitlist(actor=actor, client_id=user_id))
    notes = notes_kept(actor=actor, client_id=user_id)
    tags = tags_kept(actor=actor, client_id=user_id)
    return views.my_data(get_user(user_id=user_id), visits, waiting, notes, tags)


async def ask_forget(turn: Turn) -> None:
    await turn.keep(at=None, form=None)
    if turn.is_staff:
        await show_data(turn, toast=views.only_clients())
        return
    if await turn.run(upcoming_bookings, actor=turn.actor, client_id=turn.user.user_id, limit=1):
        await show_visits(turn, toast=views.cancel_first())  # where each can be cancelled
        return
    await turn.show(Screen("forget", views.ask_forget(), keyboards.ask_forget(turn.user.user_id), asks=True))


async def on_forget(_query: CallbackQuery, callback_data: ForgetMe, turn: Turn) -> None:
    """The button names who was asked: whoever comes back as somebody new is not deleted by an old one."""
    if callback_data.user_id != turn.user.user_id:
        raise Outdated
    try:
        await turn.run(forget_client, actor=turn.actor)
    except WrongStatus:
        await show_data(turn, toast=views.cancel_first())
        return
    except NotAllowed:
        await show_data(turn, toast=views.only_clients())
        return
    await turn.state.clear()
    await turn.show(Screen("", views.forgotten()))
    await turn.menu.forget()


def router() -> Router:
    router = Router(name="wishes")
    router.callback_query.register(on_wish, SetWish.filter())
    router.callback_query.register(on_quiet, SetQuiet.filter())
    router.callback_query.register(on_forget, ForgetMe.filter())
    return router
