"""Fields that several modules have."""

from django.utils.translation import gettext_lazy as _

from telegram_ui.editor.kinds import Number, Texts
from telegram_ui.editor.module import Field

NAME = Field("name", _("Name"), Texts(), ("name",))
POSITION = Field(
    "pos", _("Place in lists"), Number(), ("position",), hint=_("Lists begin with the lowest number.")
)
