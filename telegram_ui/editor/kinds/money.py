"""Currencies."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from babel.numbers import get_currency_name
from django.utils.translation import gettext as _

from telegram_ui.editor.kinds.base import Kind, NotUnderstood, Option
from telegram_ui.editor.look import Look
from telegram_ui.views.format import locale

_OFFERED = ("RUB", "EUR", "USD", "KZT", "BYN", "GEL", "AMD", "TRY", "GBP")


@dataclass(frozen=True, slots=True)
class Currency(Kind):
    """An ISO 4217 code; whether it is one, the model says."""

    def show(self, value: Any, look: Look) -> str:
        return escape(f"{value} ({get_currency_name(str(value), locale=locale())})", quote=False) if value else ""

    def ask(self, look: Look) -> str:
        return _("Choose, or type the three letters of another currency: CHF.")

    def read(self, text: str, old: Any, look: Look) -> str:
        code = text.strip().upper()
        if not re.fullmatch(r"[A-Z]{3}", code):
            raise NotUnderstood(_("That is no currency."))
        return code

    def options(self, value: Any, look: Look) -> Sequence[Option]:
        return [Option(code, code, code == value) for code in _OFFERED]

    def pick(self, code: str, old: Any, look: Look) -> str:
        return self.read(code, old, look)
