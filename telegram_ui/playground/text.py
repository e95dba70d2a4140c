"""From what a call says (text, parse_mode, entities) to what Telegram stores (plain text and entities)."""

import re
from dataclasses import dataclass

from telegram_ui.playground.autolinks import with_found
from telegram_ui.playground.errors import JsonDict, bad_request
from telegram_ui.playground.html_parser import parse_html
from telegram_ui.playground.utf16 import utf16_length, utf16_slice

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
_RAW_LIMIT = 1 << 15
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class FormattedText:
    text: str
    entities: list[JsonDict]

    def as_json(self, prefix: str = "") -> JsonDict:
        """Message fields: ``text``/``entities``, or ``caption``/``caption_entities``."""
        if not self.text:
            return {}
        name = prefix or "text"
        stored: JsonDict = {name: self.text}
        if self.entities:
            stored[f"{prefix}_entities" if prefix else "entities"] = self.entities
        return stored


def message_text(text: str, parse_mode: str | None, entities: list[JsonDict] | None) -> FormattedText:
    """The text of a message: never empty, at most 4096 UTF-16 units after parsing."""
    formatted = format_text(text, parse_mode, entities)
    if not formatted.text:
        raise bad_request("message text is empty")
    if utf16_length(formatted.text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return formatted


def caption_text(text: str | None, parse_mode: str | None, entities: list[JsonDict] | None) -> FormattedText:
    """A caption: may be empty, at most 1024 UTF-16 units after parsing."""
    formatted = format_text(text or "", parse_mode, entities)
    if utf16_length(formatted.text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    return formatted


def format_text(text: str, parse_mode: str | None, entities: list[JsonDict] | None) -> FormattedText:
    if len(text.encode()) > _RAW_LIMIT:
        raise bad_request("text is too long")
    text = _CONTROL.sub(" ", text.replace("\r", ""))
    mode = (parse_mode or "").lower()
    if mode == "html":
        plain, found = parse_html(text)
    elif mode in {"", "none"}:
        plain, found = text, _given_entities(text, entities)
    elif mode in {"markdown", "markdownv2"}:
        raise bad_request(f"the playground does not parse {parse_mode}; send HTML or entities")
    else:
        raise bad_request("unsupported parse_mode")
    plain, found = _trim(plain, found)
    return FormattedText(plain, with_found(plain, found))


def _given_entities(text: str, entities: list[JsonDict] | None) -> list[JsonDict]:
    length = utf16_length(text)
    kept = []
    for entity in entities or []:
        begin, end = int(entity["offset"]), int(entity["offset"]) + int(entity["length"])
        if begin < 0 or end > length or begin >= end:
            raise bad_request(f"entity beginning at UTF-16 offset {begin} ends after the end of the text")
        kept.append({name: value for name, value in entity.items() if value is not None})
    return sorted(kept, key=lambda entity: (entity["offset"], -entity["length"]))


def _trim(text: str, entities: list[JsonDict]) -> tuple[str, list[JsonDict]]:
    """Telegram strips white space around a text, and entities that stood on it alone."""
    stripped = text.strip()
    if stripped == text:
        return text, entities
    shift = utf16_length(text[: len(text) - len(text.lstrip())])
    length = utf16_length(stripped)
    kept = []
    for entity in entities:
        begin = max(entity["offset"] - shift, 0)
        end = min(entity["offset"] - shift + entity["length"], length)
        if end > begin:
            kept.append({**entity, "offset": begin, "length": end - begin})
    return stripped, kept


def command_of(text: str, entities: list[JsonDict]) -> str | None:
    """The bot command a text starts with, without its slash."""
    if entities and entities[0]["type"] == "bot_command" and entities[0]["offset"] == 0:
        return utf16_slice(text, 0, entities[0]["length"])[1:]
    return None
