"""The last to be asked: presses nobody knows, cells that only show something, groups."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from telegram_ui.callbacks import Idle
from telegram_ui.turn import Outdated, Turn
from telegram_ui.views import flow_words as words, home as views


async def on_idle(_query: CallbackQuery, callback_data: Idle, turn: Turn) -> None:
    await turn.answer(words.hint(callback_data.hint))


async def on_unknown_press(_query: CallbackQuery) -> None:
    """Malformed data, or a button of a release that is no more."""
    raise Outdated(views.outdated())


def router() -> Router:
    router = Router(name="fallback")
    router.callback_query.register(on_idle, Idle.filter())
    router.callback_query.register(on_unknown_press)
    return router


async def on_group_command(message: Message) -> None:
    """A command in a group is meant for a bot; everything else there is between people."""
    me = await message.bot.me() if message.bot else None
    link = f"\nhttps://t.me/{me.username}" if me and me.username else ""
    await message.reply(views.in_group() + link, allow_sending_without_reply=True)


async def on_group_press(query: CallbackQuery) -> None:
    await query.answer(views.in_group(), show_alert=True)


def groups() -> Router:
    router = Router(name="groups")
    router.message.register(on_group_command, Command("start", "book", "help", ignore_case=True))
    router.callback_query.register(on_group_press)
    return router
