"""What a chat shows: text and buttons, ready to be sent or edited in."""

from dataclasses import dataclass, replace

from aiogram.types import InlineKeyboardMarkup


@dataclass(frozen=True, slots=True)
class Screen:
    """``name`` tells two screens apart; ``keep``: the text stays in the chat for good (a receipt) and only loses its buttons.

    ``photo``: a picture (PNG) that ``text``, at most 1024 characters then, stands under.
    """

    name: str
    text: str
    keyboard: InlineKeyboardMarkup | None = None
    keep: bool = False
    photo: bytes = b""

    def with_notice(self, notice: str) -> "Screen":
        """The same screen under a short explanation of what has just happened."""
        return replace(self, text=f"{notice}\n\n{self.text}") if notice else self
