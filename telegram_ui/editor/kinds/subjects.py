"""Whose calendar something is about: a place, a person, a room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bookings.enums import OverrideKind
from telegram_ui.editor.kinds.base import Kind, NotUnderstood, Option
from telegram_ui.editor.kinds.choices import names_of
from telegram_ui.editor.look import Look
from telegram_ui.understanding import read_name
from telegram_ui.views.format import plain, safe, short

#: A value: ids of location, specialist and room.
Whose = tuple[int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Subject(Kind):
    """Names are of the modules ``lo``, ``sp`` and ``rm``.

    A person is closed wherever they are, and open differently at one place; a room is only ever closed.
    """

    @property
    def tos(self) -> tuple[str, ...]:
        return "lo", "sp", "rm"

    def show(self, value: Any, look: Look) -> str:
        if value is None:
            return ""
        location, specialist, room = value
        found = [
            safe(look.options.get(code, {}).get(key, f"#{key}"))
            for code, key in (("sp", specialist), ("rm", room), ("lo", location))
            if key is not None
        ]
        return ", ".join(found)

    def ask(self, look: Look) -> str:
        return _("Choose, or type the name:")

    def read(self, text: str, old: Any, look: Look) -> Whose:
        known = dict(enumerate(_whose(look)))
        found = read_name(text, {number: _names(one, look) for number, one in known.items()})
        if found is None:
            raise NotUnderstood(_("There is none with that name. Please choose with a button."))
        return known[found]

    def options(self, value: Any, look: Look) -> Sequence[Option]:
        return [Option(_code(one), _label(one, look), one == value) for one in _whose(look)]

    def pick(self, code: str, old: Any, look: Look) -> Whose:
        for one in _whose(look):
            if _code(one) == code:
                return one
        raise NotUnderstood(_("That is not on offer any more."))

    def dump(self, value: Any) -> Any:
        return None if value is None else list(value)

    def load(self, told: Any) -> Any:
        return None if told is None else tuple(told)


def _offered(code: str, look: Look) -> Mapping[int, Any]:
    gone = look.archived.get(code, frozenset())
    return {key: name for key, name in look.options.get(code, {}).items() if key not in gone}


def _whose(look: Look) -> list[Whose]:
    places, people = _offered("lo", look), _offered("sp", look)
    found: list[Whose] = [(place, None, None) for place in places]
    if look.values.get("kind") == OverrideKind.OPEN:
        return found + [(place, person, None) for person in people for place in places]
    return (
        found + [(None, person, None) for person in people] + [(None, None, room) for room in _offered("rm", look)]
    )


def _code(whose: Whose) -> str:
    return ".".join(str(one or 0) for one in whose)


def _label(whose: Whose, look: Look) -> str:
    location, specialist, room = whose
    if room is not None:
        return f"🚪 {short(look.options['rm'][room])}"
    place = short(look.options["lo"][location], 30) if location is not None else ""
    if specialist is None:
        return f"📍 {place}"
    name = f"👤 {short(look.options['sp'][specialist], 20)}"
    return f"{name} · {short(place, 12)}" if place and len(look.options["lo"]) > 1 else name


def _names(whose: Whose, look: Look) -> tuple[str, ...]:
    """Of a person at a place both: only together they name one."""
    location, specialist, room = whose
    if specialist is not None and location is not None:
        person, place = look.options["sp"][specialist], look.options["lo"][location]
        both = f"{plain(person)} {plain(place)}"
        return (*names_of(person), both) if len(look.options["lo"]) == 1 else (both,)
    for code, key in (("rm", room), ("sp", specialist), ("lo", location)):
        if key is not None:
            return names_of(look.options[code][key])
    return ()
