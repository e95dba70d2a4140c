"""A press on a booking means one thing to its client and another to the team."""

from collections.abc import Callable

from aiogram import Router
from aiogram.types import CallbackQuery, InaccessibleMessage, Message
from django.utils.translation import override

from bookings.exceptions import BookingError, NotFound, WrongStatus
from bookings.queries.bookings import get_booking
from bookings.read_models import BookingCard
from bookings.services.confirm_coming import confirm_coming
from telegram_ui.callbacks import Act, Change, OnBooking
from telegram_ui.handlers.admin import reassign
from telegram_ui.handlers.client import visits
from telegram_ui.handlers.specialist import visit as staff
from telegram_ui.keyboards.actions import ACTS
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import errors, home as home_views
from telegram_ui.views.format import language

#: Actions under notifications and what they change at once.
_CHANGES = {"done": Change.DONE, "no_show": Change.NO_SHOW, "confirm": Change.CONFIRM}


def is_own(turn: Turn, booking: BookingCard) -> bool:
    return booking.client.id == turn.user.user_id


async def on_booking(_query: CallbackQuery, callback_data: OnBooking, turn: Turn) -> None:
    what = callback_data.change
    if what == Change.CANCEL:
        await visits.cancel(turn, callback_data.booking_id, callback_data.version)
        return
    if what in staff.SERVICES:
        booking = await staff.change(turn, callback_data.booking_id, callback_data.version, what)
        await staff.show_card(turn, booking, toast=staff.SERVICES[what][1](booking))
        return
    if what == Change.OPEN:
        booking = await turn.run(get_booking, actor=turn.actor, booking_id=callback_data.booking_id)
        await open_card(turn, booking)
        return
    if what == Change.CALENDAR:
        await visits.send_calendar(turn, callback_data.booking_id)
        return
    booking = await visits.current(turn, callback_data)
    if what == Change.MOVE:
        await visits.move(turn, booking)
    elif what == Change.REASSIGN:
        await reassign.ask(turn, booking)
    elif is_own(turn, booking):
        await visits.ask_cancel(turn, booking)
    else:
        await staff.ask_reason(turn, booking)


async def open_card(turn: Turn, booking: BookingCard, *, toast: str = "", below: bool = False) -> None:
    if is_own(turn, booking):
        await visits.show_card(turn, booking, toast=toast, below=below)
    else:
        await staff.show_card(turn, booking, toast=toast, below=below)


async def on_action(query: CallbackQuery, callback_data: Act, turn: Turn) -> None:
    """A button under news. The news stays; what it leads to opens below it, as the live menu."""
    if query.message and await turn.menu.is_menu(query.message.message_id):
        raise Outdated  # no menu has such a button
    try:
        await _act(turn, query, callback_data.name, callback_data.booking_id)
    except BookingError as error:
        await turn.answer(errors.text_of(error), alert=True)
        if isinstance(error, NotFound | WrongStatus):
            await settle(turn, query)  # the question has been answered elsewhere


async def _act(turn: Turn, query: CallbackQuery, name: str, booking_id: int) -> None:
    if name not in ACTS:
        raise Outdated
    if name == "coming":
        await turn.run(confirm_coming, actor=turn.actor, booking_id=booking_id, idempotency_key=turn.key)
        await turn.answer(home_views.see_you())
        await settle(turn, query, home_views.said_coming)
        return
    if name == "again":
        await visits.book_again(turn, booking_id, below=True)
        return
    if name in _CHANGES:
        await _change(turn, query, booking_id, _CHANGES[name])
        return
    booking = await turn.run(get_booking, actor=turn.actor, booking_id=booking_id)
    if name == "open":
        await open_card(turn, booking, below=True)
    elif name == "move":
        await visits.move(turn, booking, below=True)
    elif name == "cancel" and is_own(turn, booking):
        await visits.ask_cancel(turn, booking, below=True)
    elif name == "cancel":
        await staff.ask_reason(turn, booking, below=True)
    else:
        raise Outdated


async def _change(turn: Turn, query: CallbackQuery, booking_id: int, what: Change) -> None:
    """The card asked a question; once it is answered, by whomever, it says so and asks no more."""
    booking = await staff.change(turn, booking_id, None, what)
    await turn.answer(staff.SERVICES[what][1](booking))
    await settle(turn, query, lambda: staff.SERVICES[what][1](booking))


async def settle(turn: Turn, query: CallbackQuery, said: Callable[[], str] | None = None) -> None:
    """News whose question is answered asks no more: ``said`` stands under it, in its language, or its buttons just go."""
    message = query.message
    if message is None:
        return
    if said is None or isinstance(message, InaccessibleMessage) or message.reply_markup is None:
        await turn.menu.strip(message.message_id)  # it says so already, or is out of reach
        return
    with override(_language_of(message)):
        words = said()
    await turn.menu.rewrite(message.message_id, f"{message.html_text}\n\n<b>{words}</b>")


def _language_of(message: Message) -> str:
    """In which language news were written, which may be another one by now; names in them may be of either."""
    letters = [sign for sign in message.text or message.caption or "" if sign.isalpha()]
    if not letters:
        return language()
    return "ru" if 2 * sum(map(_is_cyrillic, letters)) > len(letters) else "en"


def _is_cyrillic(letter: str) -> bool:
    return "\u0400" <= letter <= "\u04ff"


def router() -> Router:
    router = Router(name="on-booking")
    router.callback_query.register(on_booking, OnBooking.filter())
    router.callback_query.register(on_action, Act.filter())
    return router
