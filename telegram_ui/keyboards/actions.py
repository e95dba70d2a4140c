"""Buttons under notifications: neutral actions become typed callbacks."""

from aiogram.types import InlineKeyboardMarkup

from notifications.actions import Action, ActionRows
from telegram_ui.callbacks import Act
from telegram_ui.keyboards.rows import button, markup

PREFIX = "booking."


def render_actions(rows: ActionRows) -> InlineKeyboardMarkup:
    """``("booking.done", (42,))`` → a button. Raises ValueError for an action that no handler knows."""
    return markup([[button(action.label, _data(action)) for action in row] for row in rows])


def _data(action: Action) -> Act:
    name = action.name.removeprefix(PREFIX)
    if name == action.name or name not in ACTS or len(action.args) != 1:
        raise ValueError(f"unknown action {action.name}{action.args}")
    return Act(name=name, booking_id=int(action.args[0]))


#: ``coming`` and ``again`` are what a reminder and a finished visit offer.
ACTS = frozenset({"open", "cancel", "move", "confirm", "done", "no_show", "coming", "again"})
