"""Placeholders of texts: a closed list of names, nothing but names between the braces."""

from collections.abc import Mapping
from string import Formatter

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy

from notifications.markup import read

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


def validate_text(text: str) -> None:
    """Raise ValidationError unless every placeholder is known and plain and the HTML is what Telegram takes."""
    try:
        fields = [(name, spec, conversion) for _text, name, spec, conversion in Formatter().parse(text)]
    except ValueError:
        raise ValidationError(_("A brace has no partner; write {{ or }} for a brace itself.")) from None
    for name, spec, conversion in fields:
        if name is None:
            continue
        if name in PLACEHOLDERS and (spec or conversion):
            raise ValidationError(
                _("Nothing but the name stands between the braces: {%(name)s}."), params={"name": name}
            )
        if name not in PLACEHOLDERS:
            known = ", ".join(f"{{{known}}}" for known in PLACEHOLDERS)
            raise ValidationError(
                _("Unknown placeholder {%(name)s}. Known ones: %(known)s"), params={"name": name, "known": known}
            )
    validate_markup(text)


def validate_markup(text: str) -> None:
    """Raise ValidationError unless the HTML is what Telegram takes; braces are just braces.

    Its code is ``blank`` for a text of which nothing can be seen. No text at all is no problem of the markup.
    """
    markup = read(text)
    if markup.problem:
        raise ValidationError(
            _("HTML that Telegram does not take: %(problem)s"), params={"problem": markup.problem}, code="html"
        )
    if text and markup.is_blank:
        raise ValidationError(_("Nothing of this text can be seen."), code="blank")


def visible_length(text: str) -> int:
    """How long Telegram finds ``text``: without its tags, in UTF-16 units."""
    return read(text).length


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
