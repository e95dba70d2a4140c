"""A resource as it is declared, and the types that follow from the declaration."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db.models import NOT_PROVIDED, Model, QuerySet
from pydantic import BaseModel, Field, create_model

from bookings.api.crud.fields import Exposed, exposed
from bookings.api.inputs import Input
from bookings.services.resources.entity import Entity

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Resource(Generic[M]):
    """``noun`` (plural, as in the address) and ``one`` name it; ``entity`` says what may be written and by whom.

    ``fields`` are shown, in this order, as attributes of the row. ``zone`` is the lookup of the time zone, where rows
    have a location: ``location__timezone``. ``filters`` are attributes to be equal to, ``lookups`` filters by another
    name; ``ranges`` are attributes with a from and a before. ``search`` are attributes in which ``q`` is looked for.
    ``orders`` are attributes to sort by, never empty in a row; the first is the default, with ``-`` the other way.
    ``also`` are fields that are worked out; ``refusals`` codes of what the entity's steps may refuse;
    ``also_called`` gives fields by what refusals of services call them, where that is no attribute;
    ``fill`` is called before a list is read.
    """

    noun: str
    one: str
    tag: str
    entity: Entity[M]
    fields: Sequence[str]
    orders: Sequence[str]
    filters: Sequence[str] = ()
    lookups: Mapping[str, tuple[str, Any]] = field(default_factory=dict)
    ranges: Sequence[str] = ()
    search: Sequence[str] = ()
    zone: str = ""
    related: Sequence[str] = ()
    also: Sequence[Exposed] = ()
    refusals: Sequence[str] = ()
    also_called: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    fill: Callable[[], object] = lambda: None
    can_create: bool = True
    can_delete: bool = True

    @property
    def title(self) -> str:
        """Name of the row's type in the documentation."""
        return "Managed" + "".join(word.title() for word in self.one.split("_"))

    @property
    def is_written(self) -> bool:
        return bool(self.entity.writable)

    @cached_property
    def exposed(self) -> tuple[Exposed, ...]:
        ours = (exposed(self.entity.model, name, zoned=bool(self.zone)) for name in self.fields)
        return (*ours, *self.also)

    @cached_property
    def by_name(self) -> Mapping[str, Exposed]:
        return {one.name: one for one in self.exposed}

    @cached_property
    def row_type(self) -> type[BaseModel]:
        """What is answered. It describes; answers are put together by ``told`` and not validated again."""
        return _made(
            self.title, {one.name: (one.out, Field(description=one.about or None)) for one in self.exposed}
        )

    @cached_property
    def page_type(self) -> type[BaseModel]:
        rows: Any = list[self.row_type]  # type: ignore[name-defined]  # a type made when it runs
        after = Field(description="`after` of the next page; null on the last one")
        return _made(f"{self.title}Page", {"items": (rows, ...), "next": (str | None, after)})

    @cached_property
    def new_type(self) -> type[BaseModel]:
        allowed = {*self.entity.writable, *self.entity.fixed}
        return _made(
            f"{self.title}New",
            {one.name: (one.write, _at_creation(one)) for one in self.exposed if one.attribute in allowed},
        )

    @cached_property
    def change_type(self) -> type[BaseModel]:
        """Nothing is required; what is not given stays."""
        return _made(
            f"{self.title}Change",
            {
                one.name: (one.write, Field(default_factory=lambda: None, description=one.about or None))
                for one in self.exposed
                if one.attribute in self.entity.writable
            },
        )

    def values(self, given: BaseModel) -> dict[str, Any]:
        """What was given, by attribute, as services take it."""
        return {
            self.by_name[name].attribute: None
            if getattr(given, name) is None
            else self.by_name[name].to_value(getattr(given, name))
            for name in given.model_fields_set
        }

    def rows(self, visible: QuerySet[M]) -> QuerySet[M]:
        """With everything that ``told`` looks at, in as many queries whatever the number of rows."""
        found = visible.select_related(
            *self.related, *([self.zone.rpartition("__")[0]] if "__" in self.zone else [])
        )
        many = [one.attribute for one in self.exposed if one.name.endswith("_ids")]
        return found.prefetch_related(*many) if many else found

    def told(self, row: M) -> dict[str, Any]:
        zone = self._zone_of(row)
        return {one.name: one.read(row, zone) for one in self.exposed}

    def _zone_of(self, row: Any) -> str:
        if not self.zone:
            return ""
        for step in self.zone.split("__"):
            row = getattr(row, step)
        return str(row)


def _made(title: str, fields: dict[str, Any]) -> type[BaseModel]:
    """A type that takes no other fields than these."""
    return create_model(title, __base__=Input, **fields)


def _at_creation(one: Exposed) -> Any:
    if one.required:
        return Field(description=one.about or None)
    if one.default is NOT_PROVIDED:
        return Field(default_factory=lambda: None, description=one.about or None)
    return Field(default=one.default, description=one.about or None)
