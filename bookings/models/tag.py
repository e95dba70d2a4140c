"""Words by which admins sort their clients."""

import unicodedata
from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

NAME_LIMIT = 40


def clean_tag_name(name: str) -> str:
    """As it is stored: one line, single spaces, each letter written in one way."""
    return unicodedata.normalize("NFC", " ".join(name.split()))


def folded_name(name: str) -> str:
    """Equal for names that are one to people. The database's own ``LOWER`` is not asked: SQLite's knows no Cyrillic."""
    return unicodedata.normalize("NFC", clean_tag_name(name).casefold())


class Tag(models.Model):
    """Who has it is in ``User.tags``. Admins alone see and use tags; clients learn how many there are of theirs."""

    name = models.CharField(
        _("name"), max_length=NAME_LIMIT, help_text=_("Upper and lower case are the same. Clients never see it.")
    )
    #: Folding may make a letter three.
    folded = models.CharField(max_length=3 * NAME_LIMIT, unique=True, editable=False)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["folded"]

    def __str__(self) -> str:
        return self.name

    def clean_fields(self, exclude: Any = None) -> None:
        """Uniqueness is checked after this, so the name has its stored form by then."""
        self._fold()
        super().clean_fields(exclude=exclude)

    def validate_unique(self, exclude: Collection[str] | None = None) -> None:
        """Of the name as people read it, also where a form has no field for how it is folded."""
        left_out = {*(exclude or ())} - {"folded"}
        if "name" in left_out:
            left_out.add("folded")
        try:
            super().validate_unique(exclude=left_out)
        except ValidationError as error:
            if "folded" not in error.error_dict:
                raise
            raise ValidationError({"name": _("There is a tag with this name already.")}) from error

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._fold()
        super().save(*args, **kwargs)

    def _fold(self) -> None:
        self.name = clean_tag_name(self.name)
        self.folded = folded_name(self.name)
