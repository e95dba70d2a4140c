"""Kinds of values."""

from telegram_ui.editor.kinds.base import Kind, NotUnderstood, Option
from telegram_ui.editor.kinds.choices import Many, OneOf, Related, SeveralOf, Switch, names_of
from telegram_ui.editor.kinds.money import Currency
from telegram_ui.editor.kinds.numbers import Discount, Minutes, MinutesList, Money, Number
from telegram_ui.editor.kinds.photos import Photo
from telegram_ui.editor.kinds.places import Point, Zone
from telegram_ui.editor.kinds.subjects import Subject
from telegram_ui.editor.kinds.times import Days, Hours, Instant, Stretch
from telegram_ui.editor.kinds.words import Line, Texts, in_tongue

__all__ = [
    "Currency",
    "Days",
    "Discount",
    "Hours",
    "Instant",
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
    "Photo",
    "Point",
    "Related",
    "SeveralOf",
    "Stretch",
    "Subject",
    "Switch",
    "Texts",
    "Zone",
    "in_tongue",
    "names_of",
]
