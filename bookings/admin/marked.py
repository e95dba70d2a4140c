"""Nobody writes over what somebody else has changed since the page was opened."""

import json
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from bookings.admin.typed import ModelAdmin
from bookings.services.resources.reading import mark_of
from bookings.services.resources.snapshot import values_of

if TYPE_CHECKING:
    _AnyAdmin = ModelAdmin[Any]
else:
    _AnyAdmin = object

#: A hidden input of the page: what each field said when it was opened, as marks in JSON.
READ = "_read"


class Marked(_AnyAdmin):
    """In front of a ModelAdmin. A page that is saved says what it was opened with; where a field says something else by
    then, nothing is saved. Whoever sends no marks (a script) saves as ever.
    """

    change_form_template = "bookings/admin/change_form.html"

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        return _compared(super().get_form(request, obj, change=change, **kwargs))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        if request.method != "POST" or found is None:
            return found
        # Of two pages that are saved at the same moment, the second compares with what the first has written.
        list(type(found)._base_manager.select_for_update().filter(pk=found.pk).values_list("pk"))  # noqa: SLF001 - Django's documented name
        return super().get_object(request, object_id, from_field)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row, form = context.get("original"), context["adminform"].form
        if row is not None:
            # A page that comes back with errors was still opened when it was opened.
            context["read_marks"] = request.POST.get(READ) or json.dumps(marks(row, form.fields))
        return super().render_change_form(request, context, *args, **kwargs)


def marks(row: Model, names: Any) -> dict[str, str]:
    """By the name of a form's field: what tells one value from another."""
    values = values_of(row)
    of_field = {name: name if name in values else f"{name}_id" for name in names}
    return {name: mark_of(values, [attribute]) for name, attribute in of_field.items() if attribute in values}


def _compared(form_class: Any) -> Any:
    class Compared(form_class):  # type: ignore[misc]  # made when it runs
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            # Cleaning puts what was typed into the row.
            self._now = marks(self.instance, self.fields) if self.is_bound and self.instance.pk else {}

        def clean(self) -> Any:
            cleaned = super().clean()
            then = _read(self.data.get(READ, ""))
            changed = [name for name, mark in self._now.items() if then.get(name, mark) != mark]
            if changed:
                fields = get_text_list([str(self.fields[name].label or name) for name in changed], _("and"))
                self.add_error(
                    None,
                    _("Somebody else has changed this since the page was opened: %(fields)s. Open it again first.")
                    % {"fields": fields},
                )
            return cleaned

    return Compared


def _read(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
