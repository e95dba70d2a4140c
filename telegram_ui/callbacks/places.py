"""Buttons that lead to a screen, or nowhere."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from telegram_ui.callbacks.fields import Word


class Place(StrEnum):
    """Screens that can be reached from anywhere."""

    HOME = "home"
    BOOK = "book"
    BOOKINGS = "mine"
    PAST = "past"
    PROFILE = "me"
    LANGUAGE = "lang"
    NAME = "name"
    PHONE = "phone"
    PHOTO = "photo"
    WISHES = "wishes"
    QUIET = "quiet"
    DATA = "data"
    FORGET = "forget"
    ABOUT = "about"
    MANAGE = "manage"
    DAY = "day"
    CLASHES = "clashes"
    STATISTICS = "stats"
    TEAM = "team"
    CAMPAIGNS = "campaigns"
    NEW_CAMPAIGN = "newcamp"
    LETTERS = "letters"
    LINE = "line"
    INVITE_SPECIALIST = "invspec"
    INVITE_ADMIN = "invadm"
    CLIENTS = "clients"
    MY_DAY = "myday"
    NEW_CLIENT = "newcli"


class GoTo(CallbackData, prefix="g"):
    place: Place


class Idle(CallbackData, prefix="z"):
    """A cell that is there to be read; a press explains it."""

    hint: Word
