"""Whether a row may be as it is: what its model says, told field by field."""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import BaseConstraint, CheckConstraint, Model, UniqueConstraint
from django.utils import translation
from django.utils.translation import gettext as _

from bookings.services.resources.refusals import InvalidFields
from bookings.services.resources.snapshot import field_of


def check(row: Model, *, changed: Collection[str], unknown: Collection[str] = ()) -> None:
    """Ask the model's validators about the ``changed`` attributes, and its constraints about the whole row.

    What is wrong with a field that nobody touched does not stand in the way of changing another. Of a row that is not
    whole yet, the attributes that are still ``unknown`` are left out, and what hangs on them.

    Raises:
        InvalidFields: by attribute, everything that is wrong. What is wrong about several together is told of each of
            them that was touched; ``said`` has it once, under "".
    """
    touched = {field_of(type(row), attribute).name for attribute in changed}
    rest = {field.name for field in row._meta.fields} - touched  # noqa: SLF001 - Django's documented name
    missing = {field_of(type(row), attribute).name for attribute in unknown}
    with translation.override("en"):
        errors = _wrong(row, rest, missing)
    if errors:
        # Sentences are made in the language that is active, so they are asked for once more.
        said = _wrong(row, rest, missing, together=True)
        raise InvalidFields(_by_attribute(type(row), errors), said=_by_attribute(type(row), said))


def _wrong(
    row: Model, rest: Collection[str], missing: Collection[str], *, together: bool = False
) -> dict[str, list[str]]:
    found = _found(partial(row.clean_fields, exclude=set(rest)))
    # As full_clean does: what is wrong by itself need not be said to go with nothing, too.
    asks = [lambda: row.validate_unique({*found, *missing})]
    if not missing:
        asks.insert(0, row.clean)
    for ask in asks:
        for name, sentences in _found(ask).items():
            found.setdefault(name, []).extend(sentences)
    for fields, sentences in _broken(row, {*found, *missing}):
        names = [] if together and len(fields) > 1 else [name for name in fields if name not in rest] or fields
        for name in names or [NON_FIELD_ERRORS]:
            found.setdefault(name, []).extend(sentences)
    return found


def _broken(row: Model, exclude: set[str]) -> Iterator[tuple[list[str], list[str]]]:
    """The fields of each constraint that does not hold, and what to say of it: its name is for developers alone."""
    for model, constraints in row.get_constraints():
        for constraint in constraints:
            said = _found(partial(constraint.validate, model, row, exclude=exclude))
            if not said:
                continue
            names = _fields_of(constraint)
            (sentences,) = said.values()
            is_nameless = constraint.violation_error_message == constraint.default_violation_error_message
            if is_nameless and isinstance(constraint, CheckConstraint):
                sentences = [_("These values do not go together.") if len(names) > 1 else _("This cannot be.")]
            yield names, sentences


def _fields_of(constraint: BaseConstraint) -> list[str]:
    if isinstance(constraint, CheckConstraint):
        return sorted(constraint.condition.referenced_base_fields)  # type: ignore[union-attr]  # conditions are Qs
    return list(constraint.fields) if isinstance(constraint, UniqueConstraint) else []


def _found(ask: Callable[[], None]) -> dict[str, list[str]]:
    """Sentences by field, in the active language."""
    try:
        ask()
    except ValidationError as error:
        by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        return {name: list(sentences) for name, sentences in by_field.items()}
    return {}


def _by_attribute(model: type[Model], found: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Each sentence once."""
    attributes = {field.name: field.attname for field in model._meta.concrete_fields}  # noqa: SLF001 - Django's documented name
    return {
        "" if name == NON_FIELD_ERRORS else attributes.get(name, name): list(dict.fromkeys(sentences))
        for name, sentences in found.items()
    }
