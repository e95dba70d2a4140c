"""Telegram counts text in UTF-16 code units."""

_FIRST_ASTRAL = "\U00010000"


def utf16_length(text: str) -> int:
    if text.isascii() or max(text) < _FIRST_ASTRAL:
        return len(text)
    return len(text) + sum(character >= _FIRST_ASTRAL for character in text)


def utf16_slice(text: str, offset: int, length: int) -> str:
    """The part of ``text`` at a UTF-16 offset; a half of a surrogate pair is dropped."""
    data = text.encode("utf-16-le")[offset * 2 : (offset + length) * 2]
    return data.decode("utf-16-le", "ignore")
