"""People: role, language, ban, and what they booked."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from bookings.admin.archive import in_use
from bookings.admin.audited import Audited
from bookings.admin.door import actor_of, explain
from bookings.admin.each import each
from bookings.admin.pages import Titled
from bookings.admin.typed import UserAdmin
from bookings.exceptions import BookingError
from bookings.models import ClientNote, User
from bookings.services.resources.entities import USERS
from bookings.services.resources.people import require_rank
from bookings.services.resources.recording import recorded
from bookings.services.resources.snapshot import values_of
from bookings.services.resources.writing import update

admin.site.unregister(Group)


class NewPersonForm(AdminUserCreationForm):  # type: ignore[type-arg]  # generic for the type checker alone
    """Who never logs in here needs no name for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].required = False
        self.fields["username"].help_text = _("For those who enter this site; clients need none.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("set_usable_password") and not cleaned.get("username"):
            self.add_error("username", _("Whoever has a password needs a name to log in with."))
        return cleaned


@admin.register(User)
class PeopleAdmin(Titled, Audited, UserAdmin[User]):
    list_display = ("display_name", "phone", "tg_id", "role", "is_banned", "bot_blocked")
    list_filter = ("role", "tags", "language", "is_banned", "bot_blocked", "is_staff")
    search_fields = ("first_name", "last_name", "username", "tg_username", "phone", "tg_id")
    ordering = ("-id",)
    filter_horizontal = ("tags",)
    readonly_fields = ("last_login", "date_joined", "bookings_link", "notes")
    add_form = NewPersonForm
    actions = ["ban", "unban"]
    fieldsets = (
        (None, {"fields": (("first_name", "last_name"), "phone", "email", "language", "role", "bookings_link")}),
        (gettext_lazy("Telegram"), {"fields": ("tg_id", "tg_username", "bot_blocked", "is_banned")}),
        (
            gettext_lazy("Admin site"),
            {
                "fields": (
                    "username",
                    "password",
                    "is_active",
                    "is_staff",
                    "is_superuser",
                    "last_login",
                    "date_joined",
                )
            },
        ),
    )
    add_fieldsets = (
        (
            None,
            {"classes": ("wide",), "fields": ("first_name", "last_name", "phone", "language", "role")},
        ),
        (
            gettext_lazy("Admin site"),
            {"classes": ("wide",), "fields": ("username", "usable_password", "password1", "password2")},
        ),
    )

    @admin.display(description=gettext_lazy("name"), ordering="first_name")
    def display_name(self, user: User) -> str:
        return user.display_name

    @admin.display(description=gettext_lazy("bookings"))
    def bookings_link(self, user: User) -> str:
        url = reverse("admin:bookings_booking_changelist") + f"?client__id__exact={user.pk}"
        return format_html('<a href="{}">{}</a>', url, _("show bookings"))

    @admin.display(description=gettext_lazy("notes of the team, which the client does not see"))
    def notes(self, user: User) -> str:
        """Everybody of the team writes their own, in the bot or over the API."""
        kept = ClientNote.objects.filter(client=user.pk).select_related("author").order_by("-updated_at")
        return (
            format_html_join(
                mark_safe("<br>"), "<b>{}</b>: {}", ((note.author.display_name, note.text) for note in kept)
            )
            or "—"
        )

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Who is no admin and may look at people all the same reads neither tags nor the notes of others."""
        found = super().get_fieldsets(request, obj)
        if obj is None or not actor_of(request).is_admin:
            return found
        return (*found, (gettext_lazy("Tags and notes"), {"fields": ("tags", "notes")}))

    @admin.action(description=gettext_lazy("Ban"))
    def ban(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._set_banned(request, queryset.exclude(pk=request.user.pk or 0), banned=True)

    @admin.action(description=gettext_lazy("Lift the ban"))
    def unban(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._set_banned(request, queryset, banned=False)

    def _set_banned(self, request: HttpRequest, queryset: QuerySet[User], *, banned: bool) -> None:
        def told(count: int) -> str:
            return ngettext("%(count)d person changed.", "%(count)d people changed.", count) % {"count": count}

        def change(pk: int) -> None:
            update(actor=actor_of(request), entity=USERS, row_id=pk, values={"is_banned": banned})

        each(request, queryset.exclude(is_banned=banned), change, told)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002 - Django's name
        user = self.get_object(request, unquote(id))
        if user is not None:
            try:
                require_rank(actor_of(request), user, values_of(user))
            except BookingError as error:
                raise PermissionDenied(explain(error)) from error
        if user is None or request.method != "POST":
            return super().user_change_password(request, id, form_url)
        with transaction.atomic(), recorded(actor=actor_of(request), row=user):
            return super().user_change_password(request, id, form_url)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        user = self.get_object(request, object_id)
        if user is not None and (users := in_use(user)):
            text = _("%(name)s cannot be deleted (%(users)s). Ban them instead.")
            self.message_user(request, text % {"name": user, "users": users}, messages.ERROR)
            return HttpResponseRedirect(reverse("admin:bookings_user_change", args=[object_id]))
        return super().delete_view(request, object_id, extra_context)
