"""Buttons of invitations to the team."""

from collections.abc import Sequence
from urllib.parse import urlencode

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from django.utils.translation import gettext as _

from bookings.enums import InviteState
from bookings.read_models import InviteCard, Vacancy
from telegram_ui.callbacks import GoTo, InviteAct, NewInvite, NewRow, OnInvite, Place
from telegram_ui.keyboards.rows import Row, button, fitted, in_rows, markup, menu_button
from telegram_ui.views.format import short


def _last(back: Place) -> Row:
    return [button(_("‹ Back"), GoTo(place=back)), menu_button()]


def page(cards: Sequence[InviteCard]) -> InlineKeyboardMarkup:
    numbers = [
        button(str(number), OnInvite(invite_id=card.id, act=InviteAct.OPEN))
        for number, card in enumerate(cards, start=1)
    ]
    new: Row = [
        button(_("➕ A specialist"), GoTo(place=Place.INVITE_SPECIALIST)),
        button(_("➕ An admin"), GoTo(place=Place.INVITE_ADMIN)),
    ]
    return markup(in_rows(numbers, 5), [new, _last(Place.MANAGE)])


def specialists(draft: str, found: Sequence[Vacancy]) -> InlineKeyboardMarkup:
    names = [button(short(each.name), NewInvite(draft=draft, specialist_id=each.specialist_id)) for each in found]
    add: Row = [] if found else [button(_("➕ New specialist"), NewRow(module="sp"))]
    return markup(fitted(names), [add, _last(Place.TEAM)])


def ask_admin(draft: str) -> InlineKeyboardMarkup:
    return markup([[button(_("🔑 Make the link"), NewInvite(draft=draft, specialist_id=0))], _last(Place.TEAM)])


def made(invite: InviteCard, link: str, text: str) -> InlineKeyboardMarkup:
    share = "https://t.me/share/url?" + urlencode({"url": link, "text": text})
    send: Row = [InlineKeyboardButton(text=_("↗️ Send it on"), url=share)]
    return markup([send, *_revoke(invite), _last(Place.TEAM)])


def card(invite: InviteCard) -> InlineKeyboardMarkup:
    return markup(_revoke(invite) if invite.state == InviteState.OPEN else [], [_last(Place.TEAM)])


def _revoke(invite: InviteCard) -> list[Row]:
    return [[button(_("✖️ Take it back"), OnInvite(invite_id=invite.id, act=InviteAct.REVOKE))]]
