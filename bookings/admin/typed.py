"""Django's admin classes, generic for the type checker and at run time alike, and with an input per language."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin, TabularInline
    from django.contrib.auth.admin import UserAdmin
    from django.forms import ModelForm
else:
    from django import forms
    from django.contrib import admin
    from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
    from i18nfield.fields import I18nCharField, I18nTextField

    from bookings.admin.widgets import KnownAutocomplete, TextareaInLanguages, TextInLanguages

    class _Generic:
        # The admin puts its own text inputs where these know the languages.
        formfield_overrides = {
            I18nCharField: {"widget": TextInLanguages},
            I18nTextField: {"widget": TextareaInLanguages},
        }

        def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
            if db_field.name in self.get_autocomplete_fields(request):
                kwargs.setdefault("widget", KnownAutocomplete(db_field, self.admin_site))
            return super().formfield_for_foreignkey(db_field, request, **kwargs)

        def __class_getitem__(cls, _of: Any) -> type:
            return cls

    class ModelAdmin(_Generic, admin.ModelAdmin):
        """``admin.ModelAdmin``."""

        class Media:
            css = {"all": ("bookings/admin.css",)}

    class TabularInline(_Generic, admin.TabularInline):
        """``admin.TabularInline``."""

    class UserAdmin(_Generic, DjangoUserAdmin):
        """``auth.admin.UserAdmin``."""

        class Media:
            css = {"all": ("bookings/admin.css",)}

    class ModelForm(_Generic, forms.ModelForm):
        """``forms.ModelForm``, for annotations."""


__all__ = ["ModelAdmin", "ModelForm", "TabularInline", "UserAdmin"]
