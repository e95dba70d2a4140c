"""Buttons of campaigns."""

from collections.abc import Sequence
from datetime import datetime

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from django.utils.translation import gettext as _

from notifications.campaigns.content import MOST_BUTTONS
from notifications.campaigns.read_models import CampaignCard
from notifications.events import CampaignStatus
from telegram_ui.callbacks import CampaignAct, CampaignsPage, GoTo, OnCampaign, Place, SendCampaign
from telegram_ui.keyboards.rows import Row, button, in_rows, markup, menu_button
from telegram_ui.views.campaigns import BEGUN, EDITABLE


def _on(campaign_id: int, act: CampaignAct, text: str) -> InlineKeyboardButton:
    return button(text, OnCampaign(campaign_id=campaign_id, act=act))


def page(cards: Sequence[CampaignCard], *, page: int, has_more: bool) -> InlineKeyboardMarkup:
    numbers = [_on(card.id, CampaignAct.OPEN, str(number)) for number, card in enumerate(cards, start=1)]
    leaf: Row = []
    if page > 0:
        leaf.append(button(_("‹ Later"), CampaignsPage(page=page - 1)))
    if has_more:
        leaf.append(button(_("Earlier ›"), CampaignsPage(page=page + 1)))
    new = [button(_("➕ New campaign"), GoTo(place=Place.NEW_CAMPAIGN))]
    back = [button(_("‹ Back"), GoTo(place=Place.MANAGE)), menu_button()]
    return markup(in_rows(numbers, 5), [leaf, new, back])


def to_be_sent() -> InlineKeyboardMarkup:
    return markup([[button(_("‹ Back"), GoTo(place=Place.CAMPAIGNS)), menu_button()]])


def back_to(campaign_id: int) -> InlineKeyboardMarkup:
    return markup([[_on(campaign_id, CampaignAct.OPEN, _("‹ Back")), menu_button()]])


def card(shown: CampaignCard) -> InlineKeyboardMarkup:
    def on(act: CampaignAct, text: str) -> InlineKeyboardButton:
        return _on(shown.id, act, text)

    rows: list[Row] = []
    if shown.status in EDITABLE:
        rows += _composing(shown)
    look = [on(CampaignAct.PREVIEW, _("👁 Preview")), on(CampaignAct.TEST, _("🧪 Send to me"))]
    rows.append(look)
    if shown.status in EDITABLE:
        rows.append([on(CampaignAct.ASK_START, _("▶️ Start now"))])
    if shown.status in (CampaignStatus.MATERIALISING, CampaignStatus.RUNNING):
        rows.append([on(CampaignAct.PAUSE, _("⏸ Pause"))])
    if shown.status == CampaignStatus.PAUSED:
        rows.append([on(CampaignAct.RESUME, _("▶️ Go on"))])
    if shown.status in BEGUN:
        rows[-1].append(on(CampaignAct.WATCH, _("📊 Follow")))
    if shown.status in (*EDITABLE, *BEGUN):
        rows.append([on(CampaignAct.ASK_CANCEL, _("✖️ Cancel the campaign"))])
    return markup(rows, [[button(_("‹ Back"), CampaignsPage(page=0)), menu_button()]])


def _composing(shown: CampaignCard) -> list[Row]:
    def on(act: CampaignAct, text: str) -> InlineKeyboardButton:
        return _on(shown.id, act, text)

    more: Row = []
    if len(shown.buttons) < MOST_BUTTONS:
        more += [on(CampaignAct.BUTTON, _("🔗 Link")), on(CampaignAct.BOOK, _("📅 “Book” button"))]
    less: Row = []
    if shown.buttons:
        less.append(on(CampaignAct.NO_BUTTON, _("🗑 Buttons")))
    if shown.has_photo:
        less.append(on(CampaignAct.NO_PHOTO, _("🗑 Photo")))
    when = [on(CampaignAct.AUDIENCE, _("👥 To whom")), on(CampaignAct.ASK_TIME, _("🗓 When"))]
    if shown.status == CampaignStatus.SCHEDULED:
        when.append(on(CampaignAct.NO_TIME, _("🗑 Time")))
    return [
        [on(CampaignAct.ASK_RU, _("✏️ Russian text")), on(CampaignAct.ASK_EN, _("✏️ English text"))],
        more,
        less,
        when,
    ]


def sure(shown: CampaignCard, at: datetime | None) -> InlineKeyboardMarkup:
    """The yes is to the campaign as it was shown, ``at`` that time or now."""
    data = SendCampaign(
        campaign_id=shown.id, version=shown.version, at=int(at.timestamp()) if at is not None else 0
    )
    yes = _("Yes, send it") if at is None else _("Yes, send it then")
    return markup([[button(yes, data)], [_on(shown.id, CampaignAct.OPEN, _("No, keep it"))]])


def sure_cancel(campaign_id: int) -> InlineKeyboardMarkup:
    yes, no = _("Yes, cancel it"), _("No, keep it")
    return markup([[_on(campaign_id, CampaignAct.CANCEL, yes)], [_on(campaign_id, CampaignAct.OPEN, no)]])
