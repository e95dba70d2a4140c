"""The methods of the Bot API, one module a topic; importing this package registers them all."""

from telegram_ui.playground.methods import (
    chats,
    editing,
    media,
    presses,
    profile,
    receiving,
    sending,
)
from telegram_ui.playground.methods.registry import HANDLERS

__all__ = ["HANDLERS", "chats", "editing", "media", "presses", "profile", "receiving", "sending"]
