"""Values that are chosen: yes or no, one of a few words, other rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.translation import gettext as _

from telegram_ui.editor.kinds.base import Kind, NotUnderstood, Option
from telegram_ui.editor.look import Look
from telegram_ui.understanding import read_name
from telegram_ui.views.format import plain, safe, short


@dataclass(frozen=True, slots=True)
class Switch(Kind):
    """Turned on the card itself; the button says what it is to become, so a second tap changes nothing."""

    @property
    def is_switch(self) -> bool:
        return True

    def show(self, value: Any, look: Look) -> str:
        return _("yes") if value else _("no")

    def options(self, value: Any, look: Look) -> Sequence[Option]:
        return [Option("1", _("Yes"), bool(value)), Option("0", _("No"), not value)]

    def pick(self, code: str, old: Any, look: Look) -> bool:
        if code not in ("0", "1"):
            raise NotUnderstood(_("That is not on offer any more."))
        return code == "1"


@dataclass(frozen=True, slots=True)
class OneOf(Kind):
    """``words``: labels by stored value, made when they are shown. ``number``: stored as numbers."""

    words: Callable[[], Mapping[Any, str]] = dict
    number: bool = False

    def show(self, value: Any, look: Look) -> str:
        return "" if value is None else escape(str(self.words().get(value, value)), quote=False)

    def ask(self, look: Look) -> str:
        return _("Choose:")

    def read(self, text: str, old: Any, look: Look) -> Any:
        known = dict(enumerate(self.words().items()))
        found = read_name(text, {number: (str(label),) for number, (_value, label) in known.items()})
        if found is None:
            raise NotUnderstood(_("Please choose with a button."))
        return known[found][0]

    def options(self, value: Any, look: Look) -> Sequence[Option]:
        return [Option(str(one), str(label), one == value) for one, label in self.words().items()]

    def pick(self, code: str, old: Any, look: Look) -> Any:
        for one in self.words():
            if str(one) == code:
                return one
        raise NotUnderstood(_("That is not on offer any more."))


@dataclass(frozen=True, slots=True)
class SeveralOf(OneOf):
    """Several of them: a list in the order of ``words``."""

    many: bool = True

    def show(self, value: Any, look: Look) -> str:
        return ", ".join(OneOf.show(self, one, look) for one in value or ())

    def ask(self, look: Look) -> str:
        return _("Tick what belongs to it:")

    def read(self, text: str, old: Any, look: Look) -> Any:
        found = OneOf.read(self, text, old, look)
        return self._with(old, found, wanted=found not in (old or ()))

    def options(self, value: Any, look: Look) -> Sequence[Option]:
        """The code says what is to become of it, so a second tap changes nothing."""
        chosen = set(value or ())
        return [
            Option(f"{'-' if one in chosen else '+'}{one}", str(label), one in chosen)
            for one, label in self.words().items()
        ]

    def pick(self, code: str, old: Any, look: Look) -> Any:
        return self._with(old, OneOf.pick(self, code[1:], old, look), wanted=code.startswith("+"))

    def empty(self, old: Any, look: Look) -> list[Any]:
        return []

    def _with(self, old: Any, one: Any, *, wanted: bool) -> list[Any]:
        chosen = {*(old or ()), one} if wanted else set(old or ()) - {one}
        return [each for each in self.words() if each in chosen]


@dataclass(frozen=True, slots=True)
class Related(Kind):
    """A row of the module ``to``, by its id."""

    def show(self, value: Any, look: Look) -> str:
        return "" if value is None else safe(look.options.get(self.to, {}).get(value, f"#{value}"))

    def ask(self, look: Look) -> str:
        return _("Choose, or type the name:")

    def read(self, text: str, old: Any, look: Look) -> int:
        found = read_name(text, {key: names_of(name) for key, name in look.options.get(self.to, {}).items()})
        if found is None:
            raise NotUnderstood(_("There is none with that name. Please choose with a button."))
        return found

    def options(self, value: Any, look: Look) -> Sequence[Option]:
        gone = look.archived.get(self.to, frozenset())
        return [
            Option(str(key), short(name), key == value)
            for key, name in look.options.get(self.to, {}).items()
            if key not in gone or key == value
        ]

    def pick(self, code: str, old: Any, look: Look) -> int:
        if not code.isdecimal() or int(code) not in look.options.get(self.to, {}):
            raise NotUnderstood(_("That is not on offer any more."))
        return int(code)


@dataclass(frozen=True, slots=True)
class Many(Related):
    """Several rows of the module ``to``: lists of ids. ``nobody`` is what none means."""

    many: bool = True
    nobody: Callable[[], str] = str

    def show(self, value: Any, look: Look) -> str:
        if not value:
            return self.nobody()
        names = look.options.get(self.to, {})
        return ", ".join(safe(names.get(one, f"#{one}")) for one in value)

    def ask(self, look: Look) -> str:
        meant = self.nobody()
        if not meant:
            return _("Tick what belongs to it:")
        return _("Tick what belongs to it. Nothing ticked means: %(meant)s.") % {"meant": meant}

    def read(self, text: str, old: Any, look: Look) -> Any:
        found = Related.read(self, text, old, look)
        return _with(old, found, wanted=found not in (old or []))

    def options(self, value: Any, look: Look) -> Sequence[Option]:
        """The code says what is to become of it, so a second tap changes nothing."""
        chosen, gone = set(value or ()), look.archived.get(self.to, frozenset())
        return [
            Option(f"{'-' if key in chosen else '+'}{key}", short(name), key in chosen)
            for key, name in look.options.get(self.to, {}).items()
            if key not in gone or key in chosen
        ]

    def pick(self, code: str, old: Any, look: Look) -> Any:
        return _with(old, Related.pick(self, code[1:], old, look), wanted=code.startswith("+"))

    def empty(self, old: Any, look: Look) -> list[int]:
        return []


def _with(old: Any, one: int, *, wanted: bool) -> list[int]:
    rest = {each for each in old or () if each != one}
    return sorted({*rest, one} if wanted else rest)


def names_of(name: Any) -> tuple[str, ...]:
    """A name in every language."""
    if isinstance(name, str):
        return (name,)
    return tuple({plain(name), *(str(name.localize(code)) for code in ("ru", "en"))})
