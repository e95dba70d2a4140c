"""Pages of campaigns: each shows what is there, calls one service, and puts its refusal in words."""

import csv
import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views import View

from booking_site.lib import clock
from bookings.admin.bookings.forms import next_half_hour
from bookings.admin.door import local_text
from bookings.admin.typed import ModelAdmin
from bookings.exceptions import BookingError, NotFound
from bookings.models import Location
from notifications.admin.campaigns.forms import AudienceForm, CampaignForm, ScheduleForm, initial_of
from notifications.admin.campaigns.words import audience_in_words, explain
from notifications.admin.parts import actor_of, badge, bubble
from notifications.campaigns import control, drafts, queries
from notifications.campaigns.content import body_of
from notifications.campaigns.read_models import CampaignCard, Progress
from notifications.campaigns.troubles import trouble_in_words
from notifications.events import CampaignStatus, Channel, DeliveryState
from notifications.exceptions import InvalidCampaign
from notifications.messages import Message
from notifications.models import Campaign

#: Refusals of buttons name the whole list: they are shown where it begins.
_FIRST_BUTTON = "button1_kind"


def zone_here() -> str:
    """The clock that schedules are set by: that of the first location."""
    location = Location.objects.filter(is_active=True).order_by("pk").first()
    return location.timezone if location else "UTC"


class CampaignPage(View):
    #: Given to ``as_view``, which accepts only what the class has.
    model_admin: ModelAdmin[Any] = None  # type: ignore[assignment]

    def may(self, request: HttpRequest, *, change: bool) -> None:
        check = self.model_admin.has_change_permission if change else self.model_admin.has_view_permission
        if not check(request):
            raise PermissionDenied

    def card(self, request: HttpRequest, campaign_id: int) -> CampaignCard:
        try:
            return queries.get_campaign(actor=actor_of(request), campaign_id=campaign_id)
        except NotFound:
            raise Http404 from None
        except BookingError as refusal:
            raise PermissionDenied from refusal

    def page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        common = {**self.model_admin.admin_site.each_context(request), "opts": self.model_admin.opts}
        return TemplateResponse(request, f"admin/notifications/campaign/{template}.html", {**common, **context})


def to_campaign(campaign_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:notifications_campaign_change", args=[campaign_id]))


class ComposeView(CampaignPage):
    """A new campaign, or one that has not begun."""

    def get(self, request: HttpRequest, campaign_id: int | None = None) -> HttpResponse:
        self.may(request, change=True)
        card = self.card(request, campaign_id) if campaign_id else None
        initial = initial_of(card) if card else {"roles": ["client"]}
        form = CampaignForm(initial={**initial, "idempotency_key": secrets.token_hex(12)})
        return self._show(request, form, card)

    def post(self, request: HttpRequest, campaign_id: int | None = None) -> HttpResponse:
        self.may(request, change=True)
        card = self.card(request, campaign_id) if campaign_id else None
        form = CampaignForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                saved = self._save(request, form, campaign_id)
            except BookingError as refusal:
                form.add_error(_field_of(refusal, form), explain(refusal))
            else:
                messages.success(request, _("The campaign was saved."))
                return to_campaign(saved.id)
        return self._show(request, form, card)

    def _save(self, request: HttpRequest, form: CampaignForm, campaign_id: int | None) -> CampaignCard:
        actor, key = actor_of(request), f"admin:{form.cleaned_data['idempotency_key']}"
        if campaign_id is None:
            return drafts.create_campaign(actor=actor, draft=form.draft(), idempotency_key=key)
        return drafts.update_campaign(
            actor=actor, campaign_id=campaign_id, draft=form.draft(),
            expected_version=form.cleaned_data["version"], idempotency_key=key,
        )  # fmt: skip

    def _show(self, request: HttpRequest, form: CampaignForm, card: CampaignCard | None) -> HttpResponse:
        if not (card and card.has_photo):
            del form.fields["without_photo"]
        return self.page(
            request, "compose", form=form, card=card, title=card.name if card else _("New campaign"),
            count_url=reverse("admin:notifications_campaign_count"),
        )  # fmt: skip


def _field_of(refusal: BookingError, form: CampaignForm) -> str | None:
    field = str(refusal.details.get("field", "")) if isinstance(refusal, InvalidCampaign) else ""
    name = {"buttons": _FIRST_BUTTON}.get(field, field.removeprefix("audience."))
    return name if name in form.fields else None


class CountView(CampaignPage):
    """How many people the conditions of a form mean, while they are being chosen."""

    def post(self, request: HttpRequest) -> HttpResponse:
        self.may(request, change=True)
        form = AudienceForm(request.POST)
        try:
            if not form.is_valid():
                return JsonResponse({"text": _("This audience cannot be.")})
            count = queries.count_audience(actor=actor_of(request), audience=form.audience())
        except BookingError as refusal:
            return JsonResponse({"text": explain(refusal)})
        return JsonResponse({"text": count_in_words(count.total, count.by_channel, count.by_language)})


def count_in_words(total: int, by_channel: Mapping[str, int], by_language: Mapping[str, int]) -> str:
    parts = [f"{Channel(channel).label}: {people}" for channel, people in sorted(by_channel.items())]
    parts += [f"{language}: {people}" for language, people in sorted(by_language.items())]
    return _("Reaches %(total)d now") % {"total": total} + (f" ({', '.join(parts)})" if parts else "")


class CampaignView(CampaignPage):
    """A campaign: what it says, to whom, what can be done with it, and how far it is."""

    def get(self, request: HttpRequest, campaign_id: int) -> HttpResponse:
        self.may(request, change=False)
        return self.show(request, campaign_id, None)

    def show(self, request: HttpRequest, campaign_id: int, schedule: ScheduleForm | None) -> HttpResponse:
        card, actor, zone = self.card(request, campaign_id), actor_of(request), zone_here()
        campaign = Campaign.objects.get(pk=campaign_id)
        begun = card.started_at is not None
        soon = next_half_hour(clock.now(), ZoneInfo(zone))
        return self.page(
            request, "campaign", card=card, title=card.name, zone=zone, begun=begun,
            state=badge(card.status, str(CampaignStatus(card.status).label)), trouble=trouble_in_words(card.trouble),
            previews=[(name, bubble(Message.from_json(body_of(campaign, code)))) for code, name in _LANGUAGES],
            audience=audience_in_words(card.audience),
            count=None if begun else queries.count_audience(actor=actor, audience=card.audience),
            scheduled=local_text(card.scheduled_at, zone) if card.scheduled_at else "",
            schedule=schedule or ScheduleForm(initial={"day": soon.date(), "time": soon.time()}),
            steps=_STEPS.get(card.status, ()) if self.model_admin.has_change_permission(request) else (),
            can_edit=card.status in drafts.EDITABLE and self.model_admin.has_change_permission(request),
            key=secrets.token_hex(12),
            progress=progress_in_words(queries.progress(actor=actor, campaign_id=campaign_id)) if begun else None,
        )  # fmt: skip


_LANGUAGES = (("ru", "Русский"), ("en", "English"))
_ACTS: Mapping[str, tuple[Callable[..., Any], Any]] = {
    "test": (drafts.send_test, gettext_lazy("A test message is on its way to you.")),
    "start": (control.start_campaign, gettext_lazy("The campaign has begun.")),
    "pause": (control.pause_campaign, gettext_lazy("The campaign is paused.")),
    "resume": (control.resume_campaign, gettext_lazy("The campaign goes on.")),
    "cancel": (control.cancel_campaign, gettext_lazy("The campaign was cancelled.")),
}
_LABELS: Mapping[str, Any] = {
    "test": gettext_lazy("Send me a test"),
    "start": gettext_lazy("Start now"),
    "pause": gettext_lazy("Pause"),
    "resume": gettext_lazy("Go on"),
    "cancel": gettext_lazy("Cancel the campaign"),
}
#: Status → what can be done, with the words of its button, and whether it is asked twice.
_STEPS: Mapping[str, list[tuple[str, Any, bool]]] = {
    status: [(name, _LABELS[name], name in ("start", "cancel")) for name in names]
    for status, names in {
        CampaignStatus.DRAFT: ("test", "start", "cancel"),
        CampaignStatus.SCHEDULED: ("test", "start", "cancel"),
        CampaignStatus.MATERIALISING: ("pause", "cancel"),
        CampaignStatus.RUNNING: ("pause", "cancel"),
        CampaignStatus.PAUSED: ("test", "resume", "cancel"),
    }.items()
}


class ActView(CampaignPage):
    """One step of a campaign, by the button that was pressed."""

    def post(self, request: HttpRequest, campaign_id: int) -> HttpResponse:
        self.may(request, change=True)
        act = _ACTS.get(request.POST.get("act", ""))
        if act is None:
            raise Http404
        service, done = act
        try:
            key = request.POST.get("key")
            service(
                actor=actor_of(request), campaign_id=campaign_id, idempotency_key=f"admin:{key}" if key else None
            )  # fmt: skip
        except NotFound:
            raise Http404 from None
        except BookingError as refusal:
            messages.error(request, explain(refusal))
        else:
            messages.success(request, str(done))
        return to_campaign(campaign_id)


class ScheduleView(CampaignView):
    def post(self, request: HttpRequest, campaign_id: int) -> HttpResponse:
        self.may(request, change=True)
        self.card(request, campaign_id)
        taken_back, form = "never" in request.POST, ScheduleForm(request.POST)
        at = None if taken_back or not form.is_valid() else form.at(ZoneInfo(zone_here()))
        if not taken_back and form.errors:
            return self.show(request, campaign_id, form)
        try:
            control.schedule_campaign(actor=actor_of(request), campaign_id=campaign_id, at=at)
        except BookingError as refusal:
            form.add_error(None, explain(refusal))
            return self.show(request, campaign_id, form)
        messages.success(
            request, _("It is not scheduled any more.") if taken_back else _("The campaign is scheduled.")
        )
        return to_campaign(campaign_id)


class ProgressView(CampaignPage):
    def get(self, request: HttpRequest, campaign_id: int) -> HttpResponse:
        self.may(request, change=False)
        self.card(request, campaign_id)
        told = queries.progress(actor=actor_of(request), campaign_id=campaign_id)
        return JsonResponse(progress_in_words(told))


def progress_in_words(told: Progress) -> dict[str, Any]:
    """What the page shows, and asks for again while the campaign moves."""
    states = [(state, told.by_state[state]) for state in DeliveryState.values if told.by_state.get(state)]
    return {
        "status": told.status,
        "percent": round(100 * told.settled / told.total) if told.total else 0,
        "count": _("%(settled)d of %(total)d") % {"settled": told.settled, "total": told.total},
        "rate": _("%(rate).1f a second") % {"rate": told.rate} if told.rate else "",
        "left": _("about %(time)s left") % {"time": _duration(told.seconds_left)} if told.seconds_left else "",
        "states": [
            {"state": state, "label": str(DeliveryState(state).label), "rows": rows} for state, rows in states
        ],
    }


def _duration(seconds: int | None) -> str:
    minutes, rest = divmod(seconds or 0, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class _Echo:
    def write(self, line: str) -> str:
        return line


class FailuresView(CampaignPage):
    """Who was not reached, and why, as CSV: row by row, however many there are."""

    def get(self, request: HttpRequest, campaign_id: int) -> StreamingHttpResponse | HttpResponse:
        self.may(request, change=False)
        self.card(request, campaign_id)
        rows = queries.failures(actor=actor_of(request), campaign_id=campaign_id)
        response = StreamingHttpResponse(_csv(rows), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="campaign-{campaign_id}-failures.csv"'
        return response


def _csv(rows: Iterator[tuple[Any, ...]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"  # spreadsheets take the file for UTF-8 by it
    yield str(writer.writerow(("user_id", "telegram_id", "name", "channel", "state", "reason", "error")))
    for row in rows:
        yield str(writer.writerow([_harmless(value) for value in row]))


def _harmless(value: Any) -> Any:
    """A name that a spreadsheet would take for a formula is taken for a text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
