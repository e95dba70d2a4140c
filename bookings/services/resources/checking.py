"""Whether a row may be as it is: what its model says, told field by field."""

from collections.abc import Callable, Collection, Mapping
from functools import partial

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model
from django.utils import translation

from bookings.services.resources.refusals import InvalidFields
from bookings.services.resources.snapshot import field_of


def check(row: Model, *, changed: Collection[str]) -> None:
    """Ask the model's validators about the ``changed`` attributes, and its constraints about the whole row.

    What is wrong with a field that nobody touched does not stand in the way of changing another.

    Raises:
        InvalidFields: by attribute, everything that is wrong; "" where it belongs to no single one.
    """
    touched = {field_of(type(row), attribute).name for attribute in changed}
    rest = {field.name for field in row._meta.fields} - touched  # noqa: SLF001 - Django's documented name
    with translation.override("en"):
        errors = _wrong(row, rest)
    if errors:
        # Sentences are made in the language that is active, so they are asked for once more.
        raise InvalidFields(_by_attribute(type(row), errors), said=_by_attribute(type(row), _wrong(row, rest)))


def _wrong(row: Model, rest: Collection[str]) -> dict[str, list[str]]:
    found = _found(partial(row.clean_fields, exclude=set(rest)))
    # As full_clean does: what is wrong by itself need not be said to go with nothing, too.
    for ask in (
        row.clean,
        partial(row.validate_unique, set(found)),
        partial(row.validate_constraints, set(found)),
    ):
        for name, sentences in _found(ask).items():
            found.setdefault(name, []).extend(sentences)
    return found


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
