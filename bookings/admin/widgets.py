"""Inputs of names and texts in each language, each with a word on which it is; and of rows that are looked up."""

from typing import Any

from django.conf import settings
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from i18nfield.forms import I18nTextarea, I18nTextInput


class _Labelled:
    enabled_locales: list[str]

    def format_output(self, rendered_widgets: list[str], id_: str | None) -> SafeString:
        names = dict(settings.LANGUAGES)
        rows = (
            (code, names[code], mark_safe(widget))  # noqa: S308 - rendered by Django's own widget just now
            for code, widget in zip(self.enabled_locales, rendered_widgets, strict=True)
        )
        inputs = format_html_join("", '<label class="i18n-row"><span title="{1}">{0}</span>{2}</label>', rows)
        return format_html('<div class="i18n-form-group" id="{}">{}</div>', id_ or "", inputs)


class TextInLanguages(_Labelled, I18nTextInput):  # type: ignore[misc]  # the package has no types
    """One line a language."""


class TextareaInLanguages(_Labelled, I18nTextarea):  # type: ignore[misc]
    """Several lines a language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "attrs": {"rows": 4, **(kwargs.get("attrs") or {})}})


_FIRST_TOO_LARGE = 2**63


def is_key(model: type[Model], text: object) -> bool:
    """Whether a row of ``model`` might have that primary key."""
    try:
        key = model._meta.pk.to_python(text)  # noqa: SLF001 - Django's documented name
    except ValidationError:
        return False
    return not isinstance(key, int) or abs(key) < _FIRST_TOO_LARGE


class KnownAutocomplete(AutocompleteSelect):
    """Shows what was chosen before, where that can be a row at all; Django's own asks the database for anything."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        model = self.field.remote_field.model
        possible = [one for one in value if one in self.choices.field.empty_values or is_key(model, one)]
        return super().optgroups(name, possible, attr)
