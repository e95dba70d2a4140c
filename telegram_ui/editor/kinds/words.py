"""Texts: of one line, of several, in every language, with placeholders."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _, ngettext
from i18nfield.strings import LazyI18nString

from telegram_ui.editor.kinds.base import Kind, NotUnderstood
from telegram_ui.editor.look import Look
from telegram_ui.views.format import language, plain

#: Characters of a long text on a card; the question shows it whole.
_EXCERPT = 200


@dataclass(frozen=True, slots=True)
class Line(Kind):
    """``prose``: line breaks stay. ``markup``: HTML of Telegram, shown as it is written."""

    prose: bool = False
    markup: bool = False

    @property
    def is_markup(self) -> bool:
        return self.markup

    def show(self, value: Any, look: Look) -> str:
        return escape(_cut(str(value or "")), quote=False)

    def read(self, text: str, old: Any, look: Look) -> str:
        return _fitting(text, look, prose=self.prose)

    def empty(self, old: Any, look: Look) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Texts(Kind):
    """A text in every language: one is asked for at a time, the others stay."""

    prose: bool = False

    @property
    def in_tongues(self) -> bool:
        return True

    def show(self, value: Any, look: Look) -> str:
        return escape(_cut(plain(value)), quote=False) if _told(value) else ""

    def read(self, text: str, old: Any, look: Look) -> LazyI18nString:
        return LazyI18nString({**_told(old), look.tongue or language(): _fitting(text, look, prose=self.prose)})

    def empty(self, old: Any, look: Look) -> LazyI18nString:
        return LazyI18nString({**_told(old), look.tongue or language(): ""})

    def dump(self, value: Any) -> dict[str, str]:
        return _told(value)

    def load(self, told: Any) -> LazyI18nString:
        return LazyI18nString(dict(told or {}))


def in_tongue(value: Any, tongue: str) -> str:
    """The text in that very language, or nothing."""
    return _told(value).get(tongue, "")


def _told(value: Any) -> dict[str, str]:
    """By language, what there is; a text that was never told apart is everybody's."""
    data = value.data if isinstance(value, LazyI18nString) else value
    if isinstance(data, Mapping):
        return {str(code): str(text) for code, text in data.items() if text}
    return {code: str(data) for code, _name in settings.LANGUAGES} if data else {}


def _fitting(text: str, look: Look, *, prose: bool) -> str:
    said = text.strip() if prose else " ".join(text.split())
    longest = look.bounds.longest
    if longest is not None and len(said) > longest:
        raise NotUnderstood(
            ngettext(
                "That text is too long: %(count)d character at most.",
                "That text is too long: %(count)d characters at most.",
                longest,
            )
            % {"count": longest}
        )
    if not said:
        raise NotUnderstood(_("Type it in one message."))
    return said


def _cut(text: str) -> str:
    return text if len(text) <= _EXCERPT else text[: _EXCERPT - 1].rstrip() + "…"
