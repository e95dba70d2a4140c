"""A row's values at a moment, for telling what a change changed."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Field, ManyToManyField, Model
from django.db.models.fields.files import FieldFile
from i18nfield.strings import LazyI18nString

#: They change by themselves, or say nothing that the entry of the audit does not say.
_UNTOLD = frozenset({"updated_at", "last_login", "last_used_at", "folded"})


def values_of(row: Model) -> dict[str, Any]:
    """By attribute: own fields (relations as ids), and many-to-many relations as lists of ids in order."""
    told: dict[str, Any] = {
        field.attname: comparable(getattr(row, field.attname))
        for field in row._meta.concrete_fields  # noqa: SLF001 - Django's documented name
        if field.name not in _UNTOLD
    }
    for field in plain_relations(type(row)):
        told[field.name] = sorted(getattr(row, field.name).values_list("pk", flat=True)) if row.pk else []
    return told


def comparable(value: Any) -> Any:
    """Equal for what is the same: texts without the languages in which they say nothing, ids in order and once, files
    by their names.
    """
    if isinstance(value, FieldFile):
        return value.name or ""
    if isinstance(value, LazyI18nString):
        told = value.data
        return {code: text for code, text in told.items() if text} if isinstance(told, Mapping) else told or {}
    return sorted(set(value)) if isinstance(value, list) and all(isinstance(one, int) for one in value) else value


def plain_relations(model: type[Model]) -> "list[ManyToManyField[Any, Any]]":
    """Many-to-many relations that are nothing but pairs; those with a model between them have rows of their own.

    Django's permissions are left out: roles decide here.
    """
    return [
        field
        for field in model._meta.many_to_many  # noqa: SLF001 - Django's documented name
        if field.remote_field.through._meta.auto_created and field.related_model._meta.app_label != "auth"  # type: ignore[union-attr]  # noqa: SLF001 - a relation of ours
    ]


def field_of(model: type[Model], attribute: str) -> "Field[Any, Any] | ManyToManyField[Any, Any]":
    """The field behind ``category_id`` or ``locations``. Raises KeyError."""
    fields = {field.attname: field for field in model._meta.concrete_fields}  # noqa: SLF001 - Django's documented name
    return {**fields, **{field.name: field for field in plain_relations(model)}}[attribute]
