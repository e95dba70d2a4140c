"""What every kind of value can do. Kinds are pure: what they need to know is in the ``Look``."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.translation import gettext as _

from telegram_ui.editor.look import Look


class NotUnderstood(Exception):
    """What was typed is not such a value; the text says what one looks like."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def not_understood() -> str:
    """Over the question, which says what to type."""
    return _("I did not understand that.")


@dataclass(frozen=True, slots=True)
class Option:
    """A value on a button. ``code`` is at most 20 letters and digits."""

    code: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """Texts that are returned are HTML, labels of options are plain.

    ``to``: the module whose rows the value refers to; ``tos`` are all of them. ``many``: picking changes the value and asks on.
    """

    to: str = ""
    many: bool = False

    @property
    def tos(self) -> tuple[str, ...]:
        return (self.to,) if self.to else ()

    @property
    def is_switch(self) -> bool:
        return False

    @property
    def is_place(self) -> bool:
        """Whether a place on the map can be sent for it."""
        return False

    @property
    def is_photo(self) -> bool:
        """Whether a photo is sent for it, and shown with the question."""
        return False

    @property
    def is_markup(self) -> bool:
        """Whether it is HTML of Telegram."""
        return False

    @property
    def in_tongues(self) -> bool:
        """Whether it is asked for in each language."""
        return False

    def show(self, value: Any, look: Look) -> str:
        """In one line, or as it is; empty for no value."""
        return "" if value in (None, "") else escape(str(value), quote=False)

    def ask(self, look: Look) -> str:
        """What to type or press, in a sentence."""
        return _("Type it in one message.")

    def read(self, text: str, old: Any, look: Look) -> Any:
        """The value that was typed. Raises NotUnderstood."""
        raise NotUnderstood(_("Please choose with a button."))

    def options(self, value: Any, look: Look) -> Sequence[Option]:
        return ()

    def pick(self, code: str, old: Any, look: Look) -> Any:
        """The value of an option. Raises NotUnderstood for one that is not on offer any more."""
        raise NotUnderstood(_("That is not on offer any more."))

    def empty(self, old: Any, look: Look) -> Any:
        """No value."""
        return None

    def dump(self, value: Any) -> Any:
        """Ready for JSON."""
        return value

    def load(self, told: Any) -> Any:
        return told
