"""What a chat shows: text and buttons, ready to be sent or edited in."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from aiogram.types import InlineKeyboardMarkup


@dataclass(frozen=True, slots=True)
class Picture:
    """``content`` gives the bytes, in a thread; ``None`` where they are gone by now.

    ``key`` is the same for the same picture and no other, "" for one that nobody will see again: Telegram keeps what it
    was sent once, and is told its name from then on.
    """

    content: Callable[[], bytes | None]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """``name`` tells two screens apart; ``keep``: the text stays in the chat for good (a receipt) and only loses its buttons.

    ``asks``: a question of yes or no, which words answer as well (see ``keyboards.answers``).
    ``picture``: what ``text``, at most 1024 characters then, stands under.
    """

    name: str
    text: str
    keyboard: InlineKeyboardMarkup | None = None
    keep: bool = False
    picture: Picture | None = None
    asks: bool = False

    def with_notice(self, notice: str) -> "Screen":
        """The same screen under a short explanation of what has just happened."""
        return replace(self, text=f"{notice}\n\n{self.text}") if notice else self
