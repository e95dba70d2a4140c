"""Buttons of the simplest kind, for tests of what is under them."""

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from notifications.actions import ActionRows


def render_actions(rows: ActionRows) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(
                    text=action.label, callback_data=":".join([action.name, *map(str, action.args)])
                )
                for action in row
            ]
            for row in rows
        ]
    )
