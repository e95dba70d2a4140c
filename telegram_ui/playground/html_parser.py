"""Telegram's HTML parse mode: tags to entities, errors in the server's wording (td/telegram/MessageEntity.cpp)."""

import re
import sys
from dataclasses import dataclass, field

from telegram_ui.playground.errors import ApiError, JsonDict, bad_request
from telegram_ui.playground.links import check_link, mentioned_user
from telegram_ui.playground.utf16 import utf16_length

_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-zA-Z]+));?")
_SURROGATES = range(0xD800, 0xE000)
_SPECIAL = re.compile(r"[<&]")
_START = re.compile(r"<([^\s>]*)")
_ATTRIBUTE_NAME = re.compile(r"[^\s=>/\"']*")
_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
_SPACES = re.compile(r"\s*")
_END_TAG = re.compile(r"</([^\s>]*)\s*")

#: Tags that need no attribute, and the entity each makes.
_SIMPLE = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler",
}  # fmt: skip
_TAGS = {*_SIMPLE, "a", "tg-emoji", "tg-time", "pre", "code", "blockquote"}


@dataclass(slots=True)
class _Open:
    tag: str
    offset: int
    begin: int
    attributes: dict[str, str]


@dataclass(slots=True)
class _Result:
    parts: list[str] = field(default_factory=list)
    length: int = 0
    entities: list[JsonDict] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)

    def add(self, text: str) -> None:
        if text:
            self.parts.append(text)
            self.length += utf16_length(text)


def _error(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")


def _bytes(text: str, position: int) -> int:
    return len(text[:position].encode())


def decode_reference(match: re.Match[str]) -> str:
    """The character a reference stands for, or the reference itself where Telegram knows none."""
    hexadecimal, decimal, name = match.groups()
    if name:
        return _NAMED.get(name, match[0])
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if code == 0 or code >= sys.maxunicode:
        return match[0]
    if code in _SURROGATES:
        raise _error(
            "text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return chr(code)


def parse_html(text: str) -> tuple[str, list[JsonDict]]:
    """Split ``text`` into plain text and entities with UTF-16 offsets.

    Raises:
        ApiError: 400 "can't parse entities: …" with Telegram's reason and byte offset.
    """
    if not _SPECIAL.search(text):
        return text, []
    result = _Result()
    position = 0
    while special := _SPECIAL.search(text, position):
        result.add(text[position : special.start()])
        position = special.start()
        if text[position] == "&":
            reference = _REFERENCE.match(text, position)
            result.add(decode_reference(reference) if reference else "&")
            position = reference.end() if reference else position + 1
        elif text.startswith("</", position):
            position = _close(text, position, result)
        else:
            position = _open(text, position, result)
    result.add(text[position:])
    if result.open:
        raise _error(f'can\'t find end tag corresponding to start tag "{result.open[-1].tag}"')
    for entity in result.entities:
        if entity["type"] == "code":
            entity.pop("language", None)
    result.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return "".join(result.parts), result.entities


def _open(text: str, begin: int, result: _Result) -> int:
    start = _START.match(text, begin)
    assert start is not None  # noqa: S101 - the caller stands on "<"
    tag, position = start[1].lower(), start.end()
    if position >= len(text):
        raise _error(f"unclosed start tag at byte offset {_bytes(text, begin)}")
    if tag not in _TAGS:
        raise _error(f'unsupported start tag "{tag}" at byte offset {_bytes(text, begin)}')
    attributes: dict[str, str] = {}
    while True:
        position = _skip_spaces(text, position)
        if text.startswith(">", position):
            break
        position = _attribute(text, position, begin, tag, attributes)
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise _error(f'tag "span" must have class "tg-spoiler" at byte offset {_bytes(text, begin)}')
    result.open.append(_Open(tag, result.length, len(result.parts), attributes))
    return position + 1


def _skip_spaces(text: str, position: int) -> int:
    spaces = _SPACES.match(text, position)
    return spaces.end() if spaces else position


def _attribute(text: str, position: int, begin: int, tag: str, into: dict[str, str]) -> int:
    match = _ATTRIBUTE_NAME.match(text, position)
    name = match[0] if match else ""
    if not name:
        raise _error(f'empty attribute name in the tag "{tag}" at byte offset {_bytes(text, begin)}')
    position = _skip_spaces(text, position + len(name))
    unclosed = _error(f'unclosed start tag "{tag}" at byte offset {_bytes(text, begin)}')
    if position >= len(text):
        raise unclosed
    if text[position] != "=":
        into[name] = ""
        return position
    position = _skip_spaces(text, position + 1)
    if position >= len(text):
        raise unclosed
    if text[position] in "\"'":
        end = text.find(text[position], position + 1)
        if end < 0 or end + 1 >= len(text):
            raise _error(f"unclosed start tag at byte offset {_bytes(text, begin)}")
        into[name] = _REFERENCE.sub(decode_reference, text[position + 1 : end])
        return end + 1
    token = _TOKEN.match(text, position)
    value = token[0] if token else ""
    end = position + len(value)
    if end >= len(text) or not (text[end].isspace() or text[end] == ">"):
        raise _error(f"unexpected end of name token at byte offset {_bytes(text, position)}")
    into[name] = value.lower()
    return end


def _close(text: str, begin: int, result: _Result) -> int:
    if not result.open:
        raise _error(f"unexpected end tag at byte offset {_bytes(text, begin)}")
    match = _END_TAG.match(text, begin)
    if match is None or not text.startswith(">", match.end()):
        raise _error(f"unclosed end tag at byte offset {_bytes(text, begin)}")
    opened, name = result.open[-1], match[1].lower()
    if name not in {"", opened.tag}:
        raise _error(
            f'unmatched end tag at byte offset {_bytes(text, begin)}, expected "</{opened.tag}>", found "</{name}>"'
        )
    result.open.pop()
    length = result.length - opened.offset
    if length:
        entity = _entity(opened, "".join(result.parts[opened.begin :]), result)
        if entity:
            result.entities.append({**entity, "offset": opened.offset, "length": length})
    return match.end() + 1


def _entity(opened: _Open, inner: str, result: _Result) -> JsonDict | None:
    attributes = opened.attributes
    if opened.tag in _SIMPLE:
        return {"type": _SIMPLE[opened.tag]}
    if opened.tag == "a":
        return _link(attributes.get("href") or inner)
    if opened.tag == "blockquote":
        return {"type": "expandable_blockquote" if "expandable" in attributes else "blockquote"}
    if opened.tag == "tg-emoji":
        if not attributes.get("emoji-id", "").isdigit():
            raise _error("invalid custom emoji identifier specified")
        return {"type": "custom_emoji", "custom_emoji_id": attributes["emoji-id"]}
    if opened.tag == "tg-time":
        unix = attributes.get("unix", "")
        if not unix.isdigit():
            return None
        return {"type": "date_time", "unix_time": int(unix), "date_time_format": attributes.get("format", "")}
    return _code(opened, result)


def _link(address: str) -> JsonDict | None:
    user_id = mentioned_user(address)
    if user_id is not None:
        return {"type": "text_mention", "user": {"id": user_id, "is_bot": False, "first_name": ""}}
    url, _reason = check_link(address)
    return {"type": "text_link", "url": url} if url else None


def _code(opened: _Open, result: _Result) -> JsonDict | None:
    """``<pre><code class="language-x">`` is one entity with a language, not two."""
    language = opened.attributes.get("class", "")
    language = language.removeprefix("language-") if language.startswith("language-") else ""
    last = result.entities[-1] if result.entities else None
    same = last is not None and last["offset"] == opened.offset and last["length"] == result.length - opened.offset
    if opened.tag == "code":
        return {"type": "code", "language": language} if language else {"type": "code"}
    if last is not None and same and last["type"] == "code":
        result.entities.pop()
        return {"type": "pre", "language": last["language"]} if last.get("language") else {"type": "pre"}
    return {"type": "pre"}
