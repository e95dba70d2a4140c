"""Work that failed for good: read why, give it back, or close it. One at a time or many."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from bookings.actor import Actor
from bookings.admin.door import explain
from bookings.admin.pages import ReadOnlyAdmin
from bookings.exceptions import BookingError
from notifications import dead_letters
from notifications.admin.parts import actor_of, badge, preformatted, pretty
from notifications.events import LetterState
from notifications.exceptions import CannotRequeue, LetterSettled
from notifications.models import DeadLetter

_ERROR_LENGTH = 90


def _why(refusal: BookingError) -> str:
    """In the active language; what nobody foresaw as it was told."""
    if isinstance(refusal, LetterSettled):
        return gettext("It was settled before: %(state)s.") % {
            "state": LetterState(str(refusal.details["state"])).label
        }
    if isinstance(refusal, CannotRequeue):
        return gettext("Nobody takes this work back: %(error)s") % {"error": refusal}
    return explain(refusal)


@admin.register(DeadLetter)
class DeadLetterAdmin(ReadOnlyAdmin):
    list_display = ("id", "shown_state", "source", "task", "short_error", "attempts", "created_at", "trace_id")
    list_filter = ("state", "source", "task", "created_at")
    search_fields = ("trace_id__exact", "error", "task")
    search_help_text = _("trace id, part of the error or of the task's name")
    actions = ("requeue", "discard")
    fields = (
        "shown_state", "source", "task", "shown_payload", "error", "shown_traceback", "trace_id", "attempts",
        "created_at", "resolved_at", "resolved_by",
    )  # fmt: skip
    readonly_fields = ("shown_state", "shown_payload", "shown_traceback")
    change_form_template = "admin/notifications/deadletter/change_form.html"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Settling counts as changing; the fields themselves are read-only."""
        return bool(request.user.has_perm("notifications.change_deadletter"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.fields

    @admin.action(description=_("Give back to work"), permissions=["change"])
    def requeue(self, request: HttpRequest, rows: QuerySet[DeadLetter]) -> None:
        done = self._settle(request, rows, dead_letters.requeue)
        if done:
            self.message_user(request, ngettext("%d letter requeued", "%d letters requeued", done) % done)

    @admin.action(description=_("Close without repeating"), permissions=["change"])
    def discard(self, request: HttpRequest, rows: QuerySet[DeadLetter]) -> None:
        done = self._settle(request, rows, dead_letters.discard)
        if done:
            self.message_user(request, ngettext("%d letter closed", "%d letters closed", done) % done)

    def _settle(self, request: HttpRequest, rows: QuerySet[DeadLetter], settle: Callable[..., None]) -> int:
        """Settle each letter by itself: one that refuses does not hold up the others."""
        actor: Actor = actor_of(request)
        done = 0
        for letter_id in rows.order_by("pk").values_list("pk", flat=True):
            try:
                settle(actor=actor, letter_id=letter_id)
                done += 1
            except BookingError as refusal:
                text = gettext("Letter %(id)s: %(why)s") % {"id": letter_id, "why": _why(refusal)}
                self.message_user(request, text, messages.ERROR)
        return done

    def response_change(self, request: HttpRequest, obj: DeadLetter) -> HttpResponse:
        one = DeadLetter.objects.filter(pk=obj.pk)
        if "_requeue" in request.POST:
            self.requeue(request, one)
        elif "_discard" in request.POST:
            self.discard(request, one)
        return HttpResponseRedirect(request.path)

    def save_model(self, request: HttpRequest, obj: DeadLetter, form: Any, change: Any) -> None:
        """Nothing to save: the buttons call services."""

    def log_change(self, request: HttpRequest, obj: DeadLetter, message: Any) -> Any:
        """The letter itself says who settled it."""

    @admin.display(description=_("state"), ordering="state")
    def shown_state(self, row: DeadLetter) -> SafeString:
        return badge(row.state, row.get_state_display())

    @admin.display(description=_("error"))
    def short_error(self, row: DeadLetter) -> str:
        return row.error if len(row.error) <= _ERROR_LENGTH else f"{row.error[:_ERROR_LENGTH]}…"

    @admin.display(description=_("payload"))
    def shown_payload(self, row: DeadLetter) -> SafeString:
        return pretty(row.payload)

    @admin.display(description=_("traceback"))
    def shown_traceback(self, row: DeadLetter) -> SafeString:
        return preformatted(row.traceback)
