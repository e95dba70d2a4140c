"""What a model's field is in the API: its types, and how it is read from a row and handed to a service."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import NOT_PROVIDED, ManyToManyField
from django.utils import translation
from i18nfield.fields import I18nCharField, I18nTextField
from i18nfield.strings import LazyI18nString
from pydantic import AfterValidator, Field, StringConstraints

from bookings.api.times import Clock, Day, Instant, Moment, clock_text, moment
from bookings.api.values import NO_NUL, GivenTexts, Id, Money, Texts, texts
from bookings.services.resources.snapshot import field_of

#: Reads a value, ready for JSON, from a row; the zone is that of the row's location, where it has one.
Read = Callable[[Any, str], Any]

#: What the databases hold of each kind.
_RANGES: dict[type, tuple[int, int]] = {
    models.PositiveSmallIntegerField: (0, 32_767),
    models.PositiveIntegerField: (0, 2_147_483_647),
    models.BigIntegerField: (-(2**63), 2**63 - 1),
}
#: Of texts that the model sets no limit to.
_LONGEST_TEXT = 5_000
_MONEY_PLACES = 2
_I18N = (I18nCharField, I18nTextField)


@dataclass(frozen=True, slots=True)
class Exposed:
    """``attribute`` is what services call it. ``write`` is ``None`` for what only can be read."""

    name: str
    attribute: str
    out: Any
    read: Read
    write: Any = None
    to_value: Callable[[Any], Any] = lambda value: value
    required: bool = False
    #: Shown in the documentation where it can be.
    default: Any = NOT_PROVIDED
    about: str = ""


def exposed(model: type[models.Model], attribute: str, *, zoned: bool) -> Exposed:
    """The field as the API has it; ``zoned`` where rows have a location, whose clocks tell instants, too."""
    field = field_of(model, attribute)
    if isinstance(field, ManyToManyField):
        return Exposed(
            name=f"{field.name.removesuffix('s')}_ids",
            attribute=attribute,
            out=list[int],
            read=lambda row, _zone: sorted(one.pk for one in getattr(row, attribute).all()),
            write=Annotated[list[Id], Field(max_length=200)],
            about=_about(field),
        )
    out, write, convert, to_value = _types(field, zoned=zoned)
    if field.null:
        out, write = out | None, None if write is None else write | None
        read = _read_nullable(attribute, convert)
    else:
        read = _read(attribute, convert)
    return Exposed(
        name=attribute,
        attribute=attribute,
        out=out,
        read=read,
        write=write,
        to_value=to_value,
        required=not (field.null or field.blank or field.has_default()),
        default=_shown_default(field),
        about=_about(field),
    )


def is_money(model: type[models.Model], attribute: str) -> bool:
    field = field_of(model, attribute)
    return isinstance(field, models.DecimalField) and field.decimal_places == _MONEY_PLACES


def _read(attribute: str, convert: Read | None) -> Read:
    if convert is None:
        return lambda row, _zone: getattr(row, attribute)
    return lambda row, zone: convert(getattr(row, attribute), zone)


def _read_nullable(attribute: str, convert: Read | None) -> Read:
    if convert is None:
        return lambda row, _zone: getattr(row, attribute)
    return lambda row, zone: None if (value := getattr(row, attribute)) is None else convert(value, zone)


def _same(value: Any) -> Any:
    return value


def _types(field: Any, *, zoned: bool) -> tuple[Any, Any, Read | None, Callable[[Any], Any]]:  # noqa: C901, PLR0912 - one line for each kind of field
    """Type out, type in, how the row's value becomes JSON, how what came in becomes the row's value."""
    match field:
        case models.ForeignKey():
            return int, Id, None, _same
        case I18nCharField() | I18nTextField():
            return Texts, _texts_in(field), lambda value, _zone: vars(texts(value)), _to_i18n
        case models.BooleanField():
            return bool, bool, None, _same
        case models.DecimalField() if field.decimal_places == _MONEY_PLACES:
            return Money, _decimal_in(field), lambda value, _zone: f"{value:.2f}", _same
        case models.DecimalField():
            return float, _decimal_in(field), lambda value, _zone: float(value), _same
        case models.AutoField() | models.BigAutoField() | models.OneToOneField():
            return int, Id, None, _same
        case models.IntegerField():
            low, high = _limits(field, *_RANGES.get(type(field), _RANGES[models.PositiveIntegerField]))
            return int, Annotated[int, Field(ge=low, le=high)], None, _same
        case models.DateTimeField() if zoned:
            return Moment, Instant, lambda value, zone: vars(moment(value, zone)), _same
        case models.DateTimeField():
            return datetime, Instant, lambda value, _zone: value.astimezone(UTC), _same
        case models.DateField():
            return date, Day, None, _same
        case models.TimeField():
            return Clock, Clock, lambda value, _zone: clock_text(value), time.fromisoformat
        case models.JSONField():
            return Any, None, None, _same
        case _ if field.choices:
            words = literal(_words(field))
            # The first line of a history comes from no status.
            return (literal(["", *_words(field)]) if field.blank else words), words, None, _same
        case _:
            return str, _text_in(field), None, _same


def _words(field: Any) -> list[str]:
    return [str(value) for value, _label in field.choices]


def literal(words: Iterable[str]) -> Any:
    """The type of one of these ``words``."""
    kind: Any = Literal
    return kind[tuple(words)]


def _texts_in(field: Any) -> Any:
    limit = field.max_length or _LONGEST_TEXT

    def fits(given: GivenTexts) -> GivenTexts:
        if max(len(given.ru), len(given.en)) > limit:
            raise ValueError(f"at most {limit} characters in each language")
        if not field.blank and not (given.ru.strip() or given.en.strip()):
            raise ValueError("one language at least says something")
        return given

    return Annotated[GivenTexts, AfterValidator(fits)]


def _to_i18n(given: GivenTexts) -> LazyI18nString:
    return LazyI18nString({"ru": given.ru.strip(), "en": given.en.strip()})


def _text_in(field: Any) -> Any:
    limit = field.max_length or _LONGEST_TEXT
    return Annotated[
        str, StringConstraints(max_length=limit, min_length=0 if field.blank else 1, strip_whitespace=True, pattern=NO_NUL)
    ]  # fmt: skip


def _decimal_in(field: Any) -> Any:
    whole = Decimal(10) ** (field.max_digits - field.decimal_places)
    low, high = _limits(field, -whole, whole)
    bounds: dict[str, Any] = {"gt" if low == -whole else "ge": low, "lt" if high == whole else "le": high}
    return Annotated[Decimal, Field(max_digits=field.max_digits, decimal_places=field.decimal_places, **bounds)]


def _limits(field: Any, low: Any, high: Any) -> tuple[Any, Any]:
    """The narrowest of the database's range and the validators of the model; words with numbers are a range, too."""
    ours = [one for one in field._validators if isinstance(one, BaseValidator)]  # noqa: SLF001 - without the database's
    lows = [one.limit_value for one in ours if isinstance(one, MinValueValidator)]
    highs = [one.limit_value for one in ours if isinstance(one, MaxValueValidator)]
    if field.choices:
        numbers = [value for value, _label in field.choices]
        lows, highs = [*lows, min(numbers)], [*highs, max(numbers)]
    return max([low, *lows]), min([high, *highs])


def _shown_default(field: Any) -> Any:
    if field.default is NOT_PROVIDED:
        return None if field.null else NOT_PROVIDED
    is_plain = isinstance(field.default, bool | int | str | Decimal) and not isinstance(field, _I18N)
    return field.default if is_plain else NOT_PROVIDED


def _about(field: Any) -> str:
    with translation.override("en"):
        said = [str(field.verbose_name)[:1].upper() + str(field.verbose_name)[1:]]
        if isinstance(field, models.IntegerField) and field.choices:
            said.append(", ".join(f"{value} {label}" for value, label in field.choices))
        if field.help_text:
            said.append(str(field.help_text))
    return ": ".join(said)
