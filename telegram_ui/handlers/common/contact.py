"""A shared contact: the person's own phone number, whatever they are at."""

from aiogram import Router
from aiogram.types import Contact, Message

from bookings.exceptions import InvalidContact
from bookings.services.users import set_contact
from telegram_ui.handlers.common.home import CONTACT
from telegram_ui.handlers.common.profile import typed_phone
from telegram_ui.handlers.common.recovery import show_truth
from telegram_ui.handlers.filters import is_contact
from telegram_ui.keyboards import main as keyboards
from telegram_ui.states import STEP_OF_STATE, Form
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import errors, home as views


async def on_contact(message: Message, turn: Turn) -> None:
    """A shared contact is taken at any time, as long as it is the person's own."""
    contact = message.contact
    if contact is None:
        raise Outdated
    if await turn.state.get_state() in STEP_OF_STATE:
        await _contact_on_the_way(turn, contact)
        return
    if contact.user_id != turn.user.tg_id:
        await turn.keep(at=Form.phone, form=None)
        await turn.menu.ask(views.foreign_contact(), keyboards.contact(), shape=CONTACT)
        return
    await typed_phone(turn, contact.phone_number)


async def _contact_on_the_way(turn: Turn, contact: Contact) -> None:
    """In the middle of a booking the number is kept and the booking goes on."""
    said = views.phone_saved()
    if contact.user_id != turn.user.tg_id:
        said = views.foreign_contact_left()
    else:
        try:
            await turn.run(set_contact, actor=turn.actor, phone=contact.phone_number)
        except InvalidContact as error:
            said = errors.text_of(error)
    await show_truth(turn, said=said)


def router() -> Router:
    router = Router(name="contact")
    router.message.register(on_contact, is_contact)
    return router
