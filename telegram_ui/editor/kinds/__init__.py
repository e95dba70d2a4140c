"""Kinds of values."""

from telegram_ui.editor.kinds.base import Kind, NotUnderstood, Option
from telegram_ui.editor.kinds.choices import Many, OneOf, Related, Switch, names_of
from telegram_ui.editor.kinds.numbers import Minutes, MinutesList, Money, Number
from telegram_ui.editor.kinds.words import Line, Texts, in_tongue

__all__ = [
    "Kind",
    "Line",
    "Many",
    "Minutes",
    "MinutesList",
    "Money",
    "NotUnderstood",
    "Number",
    "OneOf",
    "Option",
    "Related",
    "Switch",
    "Texts",
    "in_tongue",
    "names_of",
]
