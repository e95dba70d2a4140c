"""Django's admin classes with the type parameters that the type checker knows and Django itself does not."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
    from django.forms import ModelForm
else:

    class _Generic:
        def __class_getitem__(cls, _model: Any) -> type:
            return cls

    class ModelAdmin(_Generic, admin.ModelAdmin):
        """``admin.ModelAdmin``."""

    class ModelForm(_Generic, forms.ModelForm):
        """``forms.ModelForm``."""


__all__ = ["ModelAdmin", "ModelForm"]
