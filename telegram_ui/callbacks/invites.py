"""Buttons of invitations to the team."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from telegram_ui.callbacks.fields import DraftId, Id, IdOrNone


class NewInvite(CallbackData, prefix="vn"):
    """A new link: as that specialist, 0 as an admin. ``draft`` is the question's: pressed twice, it makes one link."""

    draft: DraftId
    specialist_id: IdOrNone


class InviteAct(StrEnum):
    OPEN = "open"
    REVOKE = "revoke"


class OnInvite(CallbackData, prefix="vo"):
    invite_id: Id
    act: InviteAct
