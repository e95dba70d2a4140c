"""What a chat shows: text and buttons, ready to be sent or edited in."""

from dataclasses import dataclass

from aiogram.types import InlineKeyboardMarkup


@dataclass(frozen=True, slots=True)
class Screen:
    """``name`` tells two screens apart; ``keep``: the text stays in the chat for good (a receipt) and only loses its buttons."""

    name: str
    text: str
    keyboard: InlineKeyboardMarkup | None = None
    keep: bool = False

    def with_notice(self, notice: str) -> "Screen":
        """The same screen under a short explanation of what has just happened."""
        return Screen(self.name, f"{notice}\n\n{self.text}" if notice else self.text, self.keyboard, self.keep)
