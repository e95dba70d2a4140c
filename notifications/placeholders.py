"""Placeholders of texts: a closed list of names, nothing but names between the braces."""

from collections.abc import Mapping
from html import unescape
from html.parser import HTMLParser
from string import Formatter

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy

#: Name → what it stands for, as the admin site explains it.
PLACEHOLDERS: Mapping[str, object] = {
    "details": gettext_lazy("all details, one on a line"),
    "service": gettext_lazy("services of the visit"),
    "specialist": gettext_lazy("specialist"),
    "date": gettext_lazy("day of the visit"),
    "time": gettext_lazy("time of the visit"),
    "old_date": gettext_lazy("day before the move"),
    "old_time": gettext_lazy("time before the move"),
    "location": gettext_lazy("name of the location"),
    "address": gettext_lazy("address of the location"),
    "price": gettext_lazy("price"),
    "client": gettext_lazy("name of the client"),
    "phone": gettext_lazy("phone of the client"),
    "reason": gettext_lazy("reason given"),
    "company": gettext_lazy("name of the company"),
    "booking": gettext_lazy("number of the booking"),
}

#: What Telegram renders; anything else it refuses, and the message with it.
_TAGS = frozenset({"b", "strong", "i", "em", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler"})


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)  # so that &lt; is told from a stray <
        self.open: list[str] = []
        self.shown: list[str] = []
        self.problem = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        allowed = {"href"} if tag == "a" else set()
        if tag not in _TAGS or {name for name, _value in attrs} - allowed:
            self.problem = self.problem or f"<{tag}>"
        self.open.append(tag)

    def handle_entityref(self, name: str) -> None:
        self.shown.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.shown.append(f"&#{name};")

    def handle_data(self, data: str) -> None:
        self.shown.append(data)
        if "<" in data:
            self.problem = self.problem or "<"

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.problem = self.problem or f"</{tag}>"


def validate_text(text: str) -> None:
    """Raise ValidationError unless every placeholder is known and plain and the HTML is what Telegram takes."""
    try:
        fields = [(name, spec, conversion) for _text, name, spec, conversion in Formatter().parse(text)]
    except ValueError:
        raise ValidationError(_("A brace has no partner; write {{ or }} for a brace itself.")) from None
    for name, spec, conversion in fields:
        if name is None:
            continue
        if name not in PLACEHOLDERS or spec or conversion:
            known = ", ".join(f"{{{known}}}" for known in PLACEHOLDERS)
            raise ValidationError(
                _("Unknown placeholder {%(name)s}. Known ones: %(known)s"), params={"name": name, "known": known}
            )
    validate_markup(text)


def validate_markup(text: str) -> None:
    """Raise ValidationError unless the HTML is what Telegram takes; braces are just braces."""
    tags = _read(text)
    problem = tags.problem or (f"<{tags.open[-1]}>" if tags.open else "")
    if problem:
        raise ValidationError(_("HTML that Telegram does not take: %(problem)s"), params={"problem": problem})


def visible_length(text: str) -> int:
    """How long Telegram finds ``text``: without its tags, in UTF-16 units."""
    return len(unescape("".join(_read(text).shown)).encode("utf-16-le")) // 2


def _read(text: str) -> _Tags:
    tags = _Tags()
    tags.feed(text)
    tags.close()
    return tags


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put ``values`` (already escaped) into ``text``. A placeholder without a value becomes empty.

    Text that was never validated is safe too: only plain names are looked up, everything else stays as it stands.
    """
    try:
        parsed = list(Formatter().parse(text))
    except ValueError:
        return text  # a brace without a partner in a text from before validation: shown as it stands
    filled: list[str] = []
    for literal, name, spec, conversion in parsed:
        filled.append(literal)
        if name is not None and name in PLACEHOLDERS and not spec and not conversion:
            filled.append(values.get(name, ""))
    return "".join(filled)
