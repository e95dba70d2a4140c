"""The photo of a specialist, in their own profile."""

from collections.abc import Callable
from typing import Any

from aiogram import Router
from aiogram.types import CallbackQuery, Document, PhotoSize

from bookings.queries.catalog import photo_of_specialist
from bookings.services.resources.refusals import InvalidFields, RowChanged
from bookings.services.specialist_photo import set_photo
from telegram_ui.callbacks import DropPhoto
from telegram_ui.handlers.common.profile import show_profile
from telegram_ui.handlers.common.received import download
from telegram_ui.keyboards import main as keyboards
from telegram_ui.screen import Screen
from telegram_ui.states import Form
from telegram_ui.stored_pictures import stored
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import own_photo as views


async def ask_photo(turn: Turn, *, toast: str = "") -> None:
    name = await turn.run(photo_of_specialist, specialist_id=_own(turn))
    await turn.keep(at=Form.photo, form=None)
    await turn.show(
        Screen("photo", views.ask(has_one=bool(name)), keyboards.photo(_mark(name)), picture=stored(name) if name else None),
        toast=toast,
    )  # fmt: skip


async def ask_again(turn: Turn, _text: str) -> None:
    await ask_photo(turn, toast=views.send_it())


async def sent_photo(turn: Turn, file: PhotoSize | Document) -> None:
    try:
        content = await download(turn, file)
        await turn.run(set_photo, actor=turn.actor, specialist_id=_own(turn), content=content)
    except InvalidFields as error:
        await ask_photo(turn, toast=" ".join(error.said["photo"]))
        return
    await show_profile(turn, toast=views.saved())


async def drop_photo(_query: CallbackQuery, callback_data: DropPhoto, turn: Turn) -> None:
    """The one that was shown: a second tap finds it gone, a button from before leaves a newer one alone."""
    try:
        await turn.run(
            set_photo, actor=turn.actor, specialist_id=_own(turn), content=b"", expect=_still(callback_data.mark)
        )
    except RowChanged:
        await ask_photo(turn)
        return
    await show_profile(turn, toast=views.removed())


def _still(mark: str) -> Callable[[Any], None]:
    def expect(row: Any) -> None:
        if _mark(row.photo.name or "") != mark:
            raise RowChanged("It is another photo by now")

    return expect


def _mark(name: str) -> str:
    """Of the stored file, "" for none."""
    return name.rpartition("/")[2].partition(".")[0][:12]


def _own(turn: Turn) -> int:
    """Raises Outdated for who is no specialist (any more)."""
    if turn.user.specialist_id is None:
        raise Outdated
    return turn.user.specialist_id


def router() -> Router:
    router = Router(name="own-photo")
    router.callback_query.register(drop_photo, DropPhoto.filter())
    return router
