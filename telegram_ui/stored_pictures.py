"""Pictures of people: their photo as it is stored, else their initials."""

from functools import partial

from django.core.files.storage import default_storage

from telegram_ui.pictures import PAPERS
from telegram_ui.screen import Picture

#: Part of the keys of drawn pictures: raised when they are drawn otherwise.
_DRAWING = 1


def stored(name: str) -> Picture:
    """The photo under that name in the storage of uploads: another photo has another name."""
    return Picture(partial(_read, name), key=name)


def initials(name: str, number: int) -> Picture:
    """For who has no photo; ``number`` picks the colour."""
    letters = "".join(word[0] for word in name.split()[:2] if word[0].isalpha()).upper()
    paper = PAPERS[number % len(PAPERS)]
    return Picture(partial(_draw, letters, paper), key=f"initials:{_DRAWING}:{letters}:{paper}")


def _read(name: str) -> bytes | None:
    try:
        with default_storage.open(name) as file:
            return bytes(file.read())
    except FileNotFoundError:
        return None


def _draw(letters: str, paper: str) -> bytes:
    from telegram_ui.pictures.initials import draw  # noqa: PLC0415 - Pillow is loaded by who looks at a picture

    return draw(letters, paper)
