"""Inputs of names and texts in each language, each with a word on which it is."""

from typing import Any

from django.conf import settings
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
