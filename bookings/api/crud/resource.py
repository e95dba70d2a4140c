"""A resource as it is declared, and the types that follow from the declaration."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db.models import NOT_PROVIDED, Model, QuerySet, Subquery
from pydantic import BaseModel, Field, create_model

from bookings.api.crud.fields import Exposed, exposed, is_money
from bookings.api.inputs import Input
from bookings.models import Company
from bookings.services.resources.entity import Entity

M = TypeVar("M", bound=Model)

_CURRENCY, _COMPANY_S = "currency", "company_currency"


@dataclass(frozen=True)
class Resource(Generic[M]):
    """``noun`` (plural, as in the address) and ``one`` name it; ``entity`` says what may be written and by whom.

    ``fields`` are shown, in this order, as attributes of the row. ``zone`` is the lookup of the time zone, where rows
    have a location: ``location__timezone``; ``currency`` that of the currency of money, where rows do not have it
    themselves and it is not the company's. ``filters`` are attributes to be equal to, ``lookups`` filters by another
    name; ``ranges`` are attributes with a from and a before. ``search`` are attributes in which ``q`` is looked for.
    ``orders`` are attributes to sort by, never empty in a row; the first is the default, with ``-`` the other way.
    ``also`` are fields that are worked out; ``once`` (by name, with what they are) are told by the answer alone that made
    them; ``refusals`` codes of what the entity's steps may refuse;
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
    currency: str = ""
    related: Sequence[str] = ()
    also: Sequence[Exposed] = ()
    once: Mapping[str, str] = field(default_factory=dict)
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
        ours = [exposed(self.entity.model, name, zoned=bool(self.zone)) for name in self.fields]
        money = [place for place, name in enumerate(self.fields) if is_money(self.entity.model, name)]
        if money and _CURRENCY not in self.fields:
            ours.insert(money[-1] + 1, self._currency())
        return (*ours, *self.also)

    @property
    def _is_of_company(self) -> bool:
        """Whether money is told in the currency of the company."""
        return not self.currency and any(one.attribute == _COMPANY_S for one in self.exposed)

    def _currency(self) -> Exposed:
        """Stands next to the last amount of a row that has none of its own."""
        return Exposed(
            name=_CURRENCY,
            attribute=self.currency or _COMPANY_S,
            out=str,
            read=lambda row, _zone: _along(row, self.currency) if self.currency else _company_s(row),
            about="ISO 4217" if self.currency else "ISO 4217: that of the company",
        )

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
    def issued_type(self) -> type[BaseModel]:
        """The row, and what is told this once."""
        if not self.once:
            return self.row_type
        fields: dict[str, Any] = {
            name: (str | None, Field(description=about)) for name, about in self.once.items()
        }
        return create_model(f"{self.title}Issued", __base__=self.row_type, **fields)

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
        beside = (lookup.rpartition("__")[0] for lookup in (self.zone, self.currency))
        found = visible.select_related(*self.related, *filter(None, beside))
        if self._is_of_company:
            found = found.annotate(**{_COMPANY_S: Subquery(Company.objects.values(_CURRENCY)[:1])})
        many = [one.attribute for one in self.exposed if one.name.endswith("_ids")]
        return found.prefetch_related(*many) if many else found

    def told(self, row: M) -> dict[str, Any]:
        zone = self._zone_of(row)
        return {one.name: one.read(row, zone) for one in self.exposed}

    def _zone_of(self, row: Any) -> str:
        return _along(row, self.zone) if self.zone else ""


def _along(row: Any, lookup: str) -> str:
    for step in lookup.split("__"):
        row = getattr(row, step)
    return str(row)


def _company_s(row: Any) -> str:
    """Read with the row, or for the one that is held under a lock."""
    return str(getattr(row, _COMPANY_S, None) or Company.objects.current().currency)


def _made(title: str, fields: dict[str, Any]) -> type[BaseModel]:
    """A type that takes no other fields than these."""
    return create_model(title, __base__=Input, **fields)


def _at_creation(one: Exposed) -> Any:
    if one.required:
        return Field(description=one.about or None)
    if one.default is NOT_PROVIDED:
        return Field(default_factory=lambda: None, description=one.about or None)
    return Field(default=one.default, description=one.about or None)
