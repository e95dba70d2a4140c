"""A module of the editor, as it is declared."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bookings.services.resources.entity import Entity
from bookings.services.resources.reading import Row
from telegram_ui.editor.kinds import Kind, names_of
from telegram_ui.editor.look import Look
from telegram_ui.views.format import short

#: A text that is translated as it is shown.
Words: TypeAlias = Any
Values: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """``code`` stands in buttons. A value of several ``attributes`` is a tuple of theirs, or ``None`` for none.

    ``hint`` says more where it is asked for; ``none`` what it means to have no value: only then there may be none.
    ``fits``: whether a row with these values has it. ``fixed``: set as the row is made, not later.
    ``once``: no two rows of a list have the same. ``write`` is the service that sets it, where that is one of its own:
    called with ``actor``, ``row_id``, ``value`` and ``expect``.
    """

    code: str
    label: Words
    kind: Kind
    attributes: tuple[str, ...]
    hint: Words = ""
    none: Words = ""
    fits: Callable[[Values], bool] = lambda _values: True
    fixed: bool = False
    once: bool = False
    write: Callable[..., object] | None = None

    def of(self, values: Values) -> Any:
        if len(self.attributes) == 1:
            return values.get(self.attributes[0])
        told = tuple(values.get(name) for name in self.attributes)
        return None if all(one is None for one in told) else told

    def put(self, value: Any) -> dict[str, Any]:
        if len(self.attributes) == 1:
            return {self.attributes[0]: value}
        told = value if value is not None else (None,) * len(self.attributes)
        return dict(zip(self.attributes, told, strict=True))


@dataclass(frozen=True, slots=True)
class Link:
    """A button of a card that leads on: to the list of a module that belongs to this row, or wherever ``data`` says,
    which says ``None`` for a row that has no such button.
    """

    label: Words
    module: str = ""
    data: Callable[[Row], Any] | None = None


def _named(row: Row, _look: Look) -> str:
    return short(row.values["name"], 40)


def _names(row: Row, look: Look) -> tuple[str, ...]:
    """What a row may be called by who types: its name in each language."""
    name = row.values.get("name")
    return names_of(name) if name is not None else (_named(row, look),)


def _key(row: Row) -> str:
    return str(row.id)


def _nothing() -> None:
    """Most rows are there once they are made."""


@dataclass(frozen=True, slots=True)
class Module:
    """``code`` stands in buttons.

    ``asked``: fields asked for when one is made, in order. ``within``: the attribute that a list is of, and ``above``
    the module whose rows those are. ``opens``: the module of the list that a row leads to, instead of its card.
    ``where``: what else rows must be to be listed. ``touches``: whose visits a
    change of the row with that id (0: it is being made) may leave without their time, as ``affected_ids`` takes it.
    ``leaving``: what it means that a row is
    archived, where more than that it is not offered. ``titled``: the attribute by which other modules name its rows. ``single``: the id of the only row, which is shown
    instead of a list. ``needs``: what else than the name is needed of the rows of other modules, by their code;
    ``also``: other modules whose names are needed.
    ``key``: what its list in ``opens`` is called by; ``of``: the name of what a list is of. ``fill`` is called before rows are read, where they are made by the way.
    """

    code: str
    entity: Entity[Any]
    title: Words
    about: Words
    none: Words
    fields: Sequence[Field]
    emoji: str = ""
    new: Words = ""
    asked: Sequence[str] = ()
    added: Words = ""
    titled: str = "name"
    name: Callable[[Row, Look], str] = _named
    names: Callable[[Row, Look], tuple[str, ...]] = _names
    label: Callable[[Row, Look], str] | None = None
    order: Sequence[str] = ()
    within: str = ""
    above: str = ""
    opens: str = ""
    where: Callable[[Look], Values] = lambda _look: {}
    links: Sequence[Link] = field(default_factory=tuple)
    beside: Sequence[Link] = field(default_factory=tuple)
    notes: Callable[[Row, Look], Sequence[str]] = lambda _row, _look: ()
    leaving: Words = ""
    preview: Callable[[Row], str] | None = None
    touches: Callable[[int, Values], Mapping[str, int | None]] | None = None
    single: int | None = None
    needs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    also: Sequence[str] = ()
    key: Callable[[Row], str] = _key
    of: Callable[[str], str] | None = None
    fill: Callable[[], object] = _nothing

    def field(self, code: str) -> Field | None:
        return next((one for one in self.fields if one.code == code), None)

    def parent_of(self, values: Values) -> str:
        return str(values[self.within]) if self.within else ""

    def in_list(self, row: Row, look: Look) -> str:
        return (self.label or self.name)(row, look)

    def targets(self) -> tuple[str, ...]:
        """Codes of the modules whose names are needed to show its rows."""
        found = [code for one in self.fields for code in one.kind.tos]
        above = [self.above] if self.above and self.of is None else []
        return tuple(dict.fromkeys([*found, *above, *self.also]))
