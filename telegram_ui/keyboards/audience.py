"""Buttons of the audience of a campaign: its conditions, and the values of one."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup
from django.utils.translation import gettext as _

from notifications.campaigns.audience import Audience
from telegram_ui.callbacks import AskCondition, CampaignAct, OnCampaign, SetCondition
from telegram_ui.editor.audience import value_of
from telegram_ui.editor.look import Look
from telegram_ui.editor.module import Field
from telegram_ui.keyboards.campaigns import back_to
from telegram_ui.keyboards.editor import NOTHING, ticked
from telegram_ui.keyboards.rows import Row, button, fitted, markup, menu_button
from telegram_ui.views.audience import plain_value
from telegram_ui.views.format import short

#: Letters of a condition with its value, on a button of its own.
_WIDTH = 32


def conditions(campaign_id: int, asked: Audience, fields: Sequence[Field], look: Look) -> InlineKeyboardMarkup:
    rows = [
        [
            button(
                short(f"{field.label}: {plain_value(asked, field, look)}", _WIDTH),
                AskCondition(campaign_id=campaign_id, field=field.code),
            )
        ]
        for field in fields
    ]
    return markup(rows, back_to(campaign_id).inline_keyboard)


def values(campaign_id: int, asked: Audience, field: Field, look: Look) -> InlineKeyboardMarkup:
    """What can be ticked or chosen, and how to ask for nothing."""
    now = value_of(asked, field)
    options = [
        button(
            ticked(field, option),
            SetCondition(campaign_id=campaign_id, field=field.code, code=option.code),
        )
        for option in field.kind.options(now, look)
    ]
    clear: Row = []
    if field.none and now not in (None, []):
        clear = [button(f"✖️ {field.none}", SetCondition(campaign_id=campaign_id, field=field.code, code=NOTHING))]
    back = button(_("‹ Back"), OnCampaign(campaign_id=campaign_id, act=CampaignAct.AUDIENCE))
    return markup(fitted(options), [clear, [back, menu_button()]])
