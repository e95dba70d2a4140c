"""Photos: sent, not typed."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from telegram_ui.editor.kinds.base import Kind, NotUnderstood
from telegram_ui.editor.look import Look


@dataclass(frozen=True, slots=True)
class Photo(Kind):
    """The value is the name of a stored file; a new one comes as bytes."""

    @property
    def is_photo(self) -> bool:
        return True

    def show(self, value: Any, look: Look) -> str:
        return _("there is one") if value else ""

    def ask(self, look: Look) -> str:
        return _("Send a photo.")

    def read(self, text: str, old: Any, look: Look) -> Any:
        raise NotUnderstood(_("Send it as a photo, please."))

    def empty(self, old: Any, look: Look) -> str:
        return ""
