"""The HTML of messages, read as Telegram reads it: a few tags, each closed, and nothing else between angle brackets.

A parser of web pages forgives what Telegram refuses (comments, declarations, ``<b/>``, ``</ b>``), so none is used.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from html import unescape

#: UTF-16 units that one message may show.
TEXT_LIMIT = 4096
#: What Telegram renders; anything else it refuses, and the message with it.
_TAGS = frozenset({"b", "strong", "i", "em", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler"})
_TAG = re.compile(
    r"""<(?:(?P<opened>[a-z][a-z-]*)(?P<href>\s+href\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[a-z0-9.-]+))?\s*>"""
    r"|/(?P<closed>[a-z][a-z-]*)\s*>)",
    re.ASCII | re.IGNORECASE,
)
#: Telegram drops other links without a word, and a browser that shows a preview might run some of them.
_SCHEMES = frozenset({"http", "https", "tg", "ton"})
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.ASCII | re.IGNORECASE)
#: What browsers pass over in front of a scheme and within it.
_PASSED_OVER = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028\u2029\ufeff]")
#: What stands in the place of a tag and is none, as far as it helps to find it.
_NO_TAG = re.compile(r"<[^<>]{0,40}>?")
_NUMBER = re.compile(r"&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));?", re.ASCII | re.IGNORECASE)
_SURROGATES = range(0xD800, 0xE000)
#: Categories of characters that leave no mark: controls, formats (zero width), separators, marks without a letter.
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"})
#: Letters and symbols by name that are drawn as nothing.
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


@dataclass(slots=True)
class Markup:
    """``shown`` is what is left without tags, as it is read; ``problem`` the first thing Telegram would refuse."""

    shown: str = ""
    problem: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether a reader sees nothing at all; Telegram takes no such message."""
        return all(unicodedata.category(one) in _UNSEEN or one in _FILLERS for one in self.shown)

    @property
    def can_be_sent(self) -> bool:
        """Whether Telegram takes it as a message."""
        return not self.problem and not self.is_blank and self.length <= TEXT_LIMIT

    @property
    def length(self) -> int:
        """How long Telegram finds it, in UTF-16 units."""
        return len(self.shown.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(slots=True)
class _Reader:
    open: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    problem: str = ""

    def complain(self, problem: str) -> None:
        self.problem = self.problem or problem


def read(text: str) -> Markup:
    """What Telegram would make of ``text``."""
    reader, at = _Reader(), 0
    while (begin := text.find("<", at)) >= 0:
        reader.parts.append(text[at:begin])
        tag = _TAG.match(text, begin)
        if tag is None:
            no_tag = _NO_TAG.match(text, begin)
            reader.complain(no_tag[0] if no_tag else "<")
            at = begin + 1
        else:
            _take(tag, reader)
            at = tag.end()
    reader.parts.append(text[at:])
    if reader.open:
        reader.complain(f"<{reader.open[-1]}>")
    shown = "".join(reader.parts)
    for number in _NUMBER.finditer(shown):
        if (int(number[1], 16) if number[1] else int(number[2])) in _SURROGATES:
            reader.complain(number[0])
    return Markup(unescape(shown), reader.problem)


def _take(tag: re.Match[str], reader: _Reader) -> None:
    if tag["closed"]:
        name = tag["closed"].lower()
        if not reader.open or reader.open.pop() != name:
            reader.complain(f"</{name}>")
        return
    name = tag["opened"].lower()
    if name not in _TAGS or (tag["href"] and name != "a"):
        reader.complain(f"<{name}>")
    elif tag["href"] and not _leads_somewhere(tag["href"]):
        reader.complain(tag[0])
    reader.open.append(name)


def _leads_somewhere(href: str) -> bool:
    """Whether the address is of the web or of Telegram; without a scheme it is of the web."""
    address = _PASSED_OVER.sub("", unescape(href.partition("=")[2])).strip("\"'")
    scheme = _SCHEME.match(address)
    # A host with a port looks like a scheme, but has a dot.
    return scheme is None or "." in scheme[1] or scheme[1].lower() in _SCHEMES
