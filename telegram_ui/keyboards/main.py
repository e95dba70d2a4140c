"""The main menu: under the input field and in the live message."""

from aiogram.types import InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup
from django.conf import settings
from django.utils.translation import gettext as _, override

from bookings.enums import Role
from telegram_ui.callbacks import DropPhoto, GoTo, Place, Repeat, SetLanguage, StaffDay
from telegram_ui.keyboards.rows import Row, button, markup, menu_button
from telegram_ui.understanding import folded
from telegram_ui.views.home import LANGUAGE_NAMES


def anchor_labels() -> dict[Place, str]:
    """Labels of the reply keyboard in the active language."""
    return {Place.BOOK: _("📅 Book"), Place.BOOKINGS: _("🗂 My visits"), Place.HOME: _("☰ Menu")}


def place_of_label(text: str) -> Place | None:
    """What a press on the reply keyboard asks for, in whichever language it was sent; typed without the sign, too."""
    wanted = folded(text)
    for code, _name in settings.LANGUAGES:
        with override(code):
            for place, label in anchor_labels().items():
                if wanted == folded(label):
                    return place
    return None


def anchor() -> ReplyKeyboardMarkup:
    labels = anchor_labels()
    return ReplyKeyboardMarkup(
        keyboard=[[KeyboardButton(text=label) for label in labels.values()]],
        resize_keyboard=True,
        is_persistent=True,
    )


def home(
    *, role: str, specialist_id: int | None, today: int, repeat: tuple[int, str] | None
) -> InlineKeyboardMarkup:
    """``repeat``: the past booking that can be had again, and its label. ``today``: an ordinal."""
    rows: list[Row] = []
    if role == Role.ADMIN:
        rows.append([button(_("📋 Today's visits"), StaffDay(specialist_id=0, day=today))])
        rows.append([button(_("🛠 Manage"), GoTo(place=Place.MANAGE))])
    if specialist_id is not None:
        rows.append([button(_("📋 My day"), StaffDay(specialist_id=specialist_id, day=today))])
    rows.append([button(_("📅 Book a visit"), GoTo(place=Place.BOOK))])
    if repeat:
        rows.append([button(f"🔁 {repeat[1]}", Repeat(booking_id=repeat[0]))])
    rows.append([button(_("🗂 My visits"), GoTo(place=Place.BOOKINGS))])
    rows.append(
        [button(_("👤 Profile"), GoTo(place=Place.PROFILE)), button(_("ℹ️ About us"), GoTo(place=Place.ABOUT))]
    )
    return markup(rows)


def only_menu() -> InlineKeyboardMarkup:
    return markup([[menu_button()]])


def about() -> InlineKeyboardMarkup:
    return markup([[button(_("📅 Book a visit"), GoTo(place=Place.BOOK))], [menu_button()]])


def profile(*, has_portrait: bool) -> InlineKeyboardMarkup:
    """``has_portrait``: of somebody whom clients choose by their photo."""
    photo: Row = [button(_("🖼 My photo"), GoTo(place=Place.PHOTO))] if has_portrait else []
    return markup(
        [
            [button(_("✏️ Name"), GoTo(place=Place.NAME)), button(_("📱 Phone"), GoTo(place=Place.PHONE))],
            photo,
            [
                button(_("🌐 Language"), GoTo(place=Place.LANGUAGE)),
                button(_("🔔 Messages"), GoTo(place=Place.WISHES)),
            ],
            [button(_("🗄 My data"), GoTo(place=Place.DATA))],
            [menu_button()],
        ]
    )


def back_to_profile() -> InlineKeyboardMarkup:
    return markup([[button(_("‹ Back"), GoTo(place=Place.PROFILE))]])


def photo(mark: str) -> InlineKeyboardMarkup:
    """``mark``: of the photo that is shown, "" for none."""
    drop: Row = [button(_("🗑 Remove"), DropPhoto(mark=mark))] if mark else []
    return markup([drop, [button(_("‹ Back"), GoTo(place=Place.PROFILE))]])


def languages() -> InlineKeyboardMarkup:
    choices = [button(name, SetLanguage(language=code)) for code, name in LANGUAGE_NAMES.items()]
    return markup([choices, [button(_("‹ Back"), GoTo(place=Place.PROFILE))]])


def contact_labels() -> tuple[str, str]:
    return _("📱 Share my number"), _("‹ Back")


def contact() -> ReplyKeyboardMarkup:
    """Telegram offers the contact button only on a reply keyboard; it replaces the anchor until the answer comes."""
    share, back = contact_labels()
    return ReplyKeyboardMarkup(
        keyboard=[[KeyboardButton(text=share, request_contact=True)], [KeyboardButton(text=back)]],
        resize_keyboard=True,
        one_time_keyboard=True,
    )


def is_contact_back(text: str) -> bool:
    """Whether the text is the Back of the contact keyboard, in any language."""
    for code, _name in settings.LANGUAGES:
        with override(code):
            if text.strip() == contact_labels()[1]:
                return True
    return False
