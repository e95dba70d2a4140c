"""Pages of rows that hold a token: whoever makes one sees it once, nobody sees it again, and it is revoked, not deleted."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from bookings.admin.door import actor_of
from bookings.admin.pages import TitledAdmin
from bookings.admin.typed import ModelAdmin, ModelForm


class ShownOnceAdmin(TitledAdmin):
    """``fields`` are the form of a new one, ``kept_fields`` what the page of one that is there tells."""

    kept_fields: Sequence[str] = ()
    #: Extends ``shown_once.html`` and shows the token.
    once_template = ""

    def issue(self, request: HttpRequest, form: ModelForm[Any]) -> tuple[int, str]:
        """Make what the form asks for; return the row's id and its token."""
        raise NotImplementedError

    def once(self, token: str) -> dict[str, Any]:
        """What ``once_template`` needs beside the row (``made``): the ``title``, and the token in whatever shape."""
        raise NotImplementedError

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj is None else self.kept_fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else self.get_fields(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who is no admin hands out no tokens, whatever Django's own permissions say."""
        return super().has_add_permission(request) and actor_of(request).is_admin

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What somebody came in by stays readable."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Pages are read-only; revoking counts as changing."""
        return obj is None and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:  # noqa: FBT001 - Django's signature
        obj.pk, request.META[_TOKEN] = self.issue(request, form)
        obj.refresh_from_db()

    def response_add(
        self,
        request: HttpRequest,
        obj: Any,
        post_url_continue: str | None = None,
    ) -> HttpResponse:
        return shown_once(request, self, self.once_template, made=obj, **self.once(request.META[_TOKEN]))


def shown_once(request: HttpRequest, model_admin: ModelAdmin[Any], template: str, **more: Any) -> HttpResponse:
    """The one page that shows a token: not a message, which would travel in a cookie. ``template`` extends
    ``shown_once.html`` and shows ``more``: the row that was ``made``, the ``title``, the token.
    """
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "media": model_admin.media,
        **more,
    }
    page = TemplateResponse(request, template, context)
    page["Cache-Control"] = "no-store"
    return page


#: Where the token waits between being made and being shown, within one request.
_TOKEN = "bookings.shown_once"  # noqa: S105 - a name
