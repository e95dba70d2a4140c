"""Name, phone and language."""

from aiogram import Router
from aiogram.types import CallbackQuery
from django.utils.translation import override

from bookings.exceptions import InvalidContact
from bookings.queries.users import get_user
from bookings.services.users import set_contact, set_language
from telegram_ui.callbacks import SetLanguage
from telegram_ui.handlers.common.home import CONTACT, show_anchor
from telegram_ui.keyboards import main as keyboards
from telegram_ui.screen import Screen
from telegram_ui.states import Form
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import errors, home as views
from telegram_ui.views.home import LANGUAGE_NAMES


async def show_profile(turn: Turn, *, toast: str = "", below: bool = False) -> None:
    await turn.keep(at=None, form=None)
    user = await turn.run(get_user, user_id=turn.user.user_id)
    keyboard = keyboards.profile(has_portrait=turn.user.specialist_id is not None)
    await turn.show(Screen("profile", views.profile(user), keyboard), toast=toast, below=below)


async def show_languages(turn: Turn) -> None:
    await turn.keep(at=None, form=None)
    await turn.show(Screen("language", views.choose_language(), keyboards.languages()))


async def choose_language(_query: CallbackQuery, callback_data: SetLanguage, turn: Turn) -> None:
    """Holds from this very answer on: the reply keyboard and the menu are sent anew in the language chosen."""
    if callback_data.language not in LANGUAGE_NAMES:
        raise Outdated
    await turn.run(set_language, actor=turn.actor, language=callback_data.language)
    with override(callback_data.language):
        await turn.answer()
        await show_anchor(turn, views.language_changed(), language=callback_data.language, force=True)
        await show_profile(turn, below=True)


async def ask_name(turn: Turn, *, toast: str = "") -> None:
    await turn.keep(at=Form.name, form=None)
    await turn.show(Screen("name", views.ask_name(), keyboards.back_to_profile()), toast=toast)


async def typed_name(turn: Turn, text: str) -> None:
    try:
        await turn.run(set_contact, actor=turn.actor, name=text)
    except InvalidContact as error:
        await ask_name(turn, toast=errors.text_of(error))
        return
    await show_profile(turn, toast=views.name_saved())


async def ask_phone(turn: Turn, *, toast: str = "") -> None:
    """The contact button needs a reply keyboard, which takes the anchor's place until the question is answered."""
    await turn.keep(at=Form.phone, form=None)
    await turn.answer()
    await turn.menu.ask(f"{toast}\n\n{views.ask_phone()}".strip(), keyboards.contact(), shape=CONTACT)


async def typed_phone(turn: Turn, text: str) -> None:
    if keyboards.is_contact_back(text):
        await _after_phone(turn, views.as_you_were())
        return
    try:
        await turn.run(set_contact, actor=turn.actor, phone=text)
    except InvalidContact as error:
        await turn.menu.ask(errors.text_of(error), keyboards.contact(), shape=CONTACT)
        return
    await _after_phone(turn, views.phone_saved())


async def _after_phone(turn: Turn, text: str) -> None:
    await show_anchor(turn, text, language=turn.user.language, force=True)
    await show_profile(turn)


def router() -> Router:
    router = Router(name="profile")
    router.callback_query.register(choose_language, SetLanguage.filter())
    return router
