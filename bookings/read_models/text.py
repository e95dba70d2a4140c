"""A text in every language."""

from typing import TypeAlias

from i18nfield.strings import LazyI18nString

Text: TypeAlias = LazyI18nString
