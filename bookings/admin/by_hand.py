"""What people, or programs, write into addresses and forms by hand: it is refused like any other mistake."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import DateTimeField, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext

from bookings.admin.typed import ModelAdmin
from bookings.admin.widgets import is_key
from bookings.planned_days import FIRST_DAY, LAST_DAY

if TYPE_CHECKING:
    _AnyAdmin = ModelAdmin[Any]
else:
    _AnyAdmin = object


@contextmanager
def _as_incorrect() -> Iterator[None]:
    """What no database and no calendar takes is a filter that cannot be."""
    try:
        yield
    except (ValueError, OverflowError) as error:
        raise IncorrectLookupParameters(error) from error


class Rows(ChangeList):
    """The list, which leads back to itself from filters that cannot be: Django's own breaks in the year 9999."""

    def get_filters(self, request: HttpRequest) -> Any:
        year = self.get_filters_params().get(f"{self.date_hierarchy}__year")
        with _as_incorrect():
            if year and not FIRST_DAY.year <= int(year[-1]) <= LAST_DAY.year:
                raise ValueError(year)
            return super().get_filters(request)

    def get_results(self, request: HttpRequest) -> None:
        with _as_incorrect():
            super().get_results(request)


class ByHand(_AnyAdmin):
    """Pages that stand whatever their addresses and forms hold."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Rows

    # The stub knows an argument that this Django has not.
    def response_action(  # type: ignore[override]
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        if not all(is_key(self.model, one) for one in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            nothing = "Items must be selected in order to perform actions on them. No items have been changed."
            self.message_user(request, gettext(nothing), level="WARNING")
            return HttpResponseRedirect(request.get_full_path())
        return super().response_action(request, queryset)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Moments are left to the form: its two inputs do not take the one text that an address holds."""
        moments = {one.name for one in self.opts.get_fields() if isinstance(one, DateTimeField)}
        given = super().get_changeform_initial_data(request)
        return {name: value for name, value in given.items() if name not in moments}
