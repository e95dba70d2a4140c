"""What is filled in to compose a campaign, and to set its time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bookings.admin.bookings.forms import WhenForm
from bookings.enums import Language, Role
from bookings.models import Location, Service, Tag
from notifications.campaigns.audience import MOST_DAYS, Audience
from notifications.campaigns.content import BOOK, LABEL_LIMIT, LINK, MOST_BUTTONS, Button
from notifications.campaigns.drafts import Draft
from notifications.campaigns.read_models import CampaignCard
from notifications.models.campaign import NAME_LIMIT

_YES_OR_NO = [("", _("does not matter")), ("yes", _("yes")), ("no", _("no"))]


class AudienceForm(forms.Form):
    """The conditions by themselves: the page counts their people while they are chosen."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=[choice for choice in Role.choices if choice[0] != Role.SYSTEM],
        widget=forms.CheckboxSelectMultiple,
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=Language.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("none chosen: all"),
    )
    locations = forms.ModelMultipleChoiceField(
        Location.objects.all(),
        label=_("Have been at"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    services = forms.ModelMultipleChoiceField(
        Service.objects.all(), label=_("Have had"), required=False, widget=forms.SelectMultiple(attrs={"size": 5})
    )
    visited_within_days = forms.IntegerField(
        label=_("Came within the last … days"), required=False, min_value=1, max_value=MOST_DAYS
    )
    not_visited_for_days = forms.IntegerField(
        label=_("Have not come for … days"), required=False, min_value=1, max_value=MOST_DAYS
    )
    tags = forms.ModelMultipleChoiceField(
        Tag.objects.all(),
        label=_("Have one of the tags"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("none chosen: with any tags, or none"),
        error_messages={"invalid_choice": _("A tag was removed: take its tick away.")},
    )
    has_push = forms.ChoiceField(label=_("Subscribed browser"), choices=_YES_OR_NO, required=False)

    def audience(self) -> Audience:
        """Raises InvalidCampaign. For a valid form."""
        chosen = self.cleaned_data
        return Audience.from_json(
            {
                "roles": chosen["roles"],
                "languages": chosen["languages"],
                "location_ids": [place.pk for place in chosen["locations"]],
                "service_ids": [service.pk for service in chosen["services"]],
                "visited_within_days": chosen["visited_within_days"],
                "not_visited_for_days": chosen["not_visited_for_days"],
                "tag_ids": [tag.pk for tag in chosen["tags"]],
                "has_push": {"yes": True, "no": False}.get(chosen["has_push"]),
            }
        )


class CampaignForm(AudienceForm):
    """The whole campaign. ``version``: as the form's reader saw it; empty for a new one."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LIMIT, help_text=_("only you see it"))
    text_ru = forms.CharField(label=_("Text, Russian"), required=False, widget=forms.Textarea(attrs={"rows": 7}))
    text_en = forms.CharField(
        label=_("Text, English"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("Tags of Telegram: b, i, u, s, a href, code, pre, blockquote, tg-spoiler. "
                    "Who reads a language without a text gets the other one."),
    )  # fmt: skip
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
        help_text=_("JPEG or PNG, up to 10 MB. A text under a photo has at most 1,024 characters."),
    )
    without_photo = forms.BooleanField(label=_("Take the photo away"), required=False)
    is_paid = forms.BooleanField(
        label=_("Paid broadcast"),
        required=False,
        help_text=_("Up to 1,000 messages a second; Telegram charges Stars for each."),
    )
    idempotency_key = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._keep_removed_tags()
        for number in range(1, MOST_BUTTONS + 1):
            self.fields |= _button_fields(number)

    def _keep_removed_tags(self) -> None:
        """Left out, a removed tag would make a campaign for nobody one for everybody as soon as it is saved."""
        tags: Any = self.fields["tags"]
        offered = list(tags.choices)
        posted = self.data.getlist("tags") if isinstance(self.data, QueryDict) else []
        chosen = {*self.initial.get("tags", ()), *(int(one) for one in posted if one.isascii() and one.isdigit())}
        gone = chosen - {value.value for value, _label in offered}
        tags.choices = [*offered, *((pk, _("a removed tag")) for pk in sorted(gone))]

    @property
    def groups(self) -> list[tuple[Any, list[Any]]]:
        """Headings with their fields, for the page."""
        buttons = [name for name in self.fields if name.startswith("button")]
        plan: list[tuple[Any, list[str]]] = [
            (_("Message"), ["name", "text_ru", "text_en", "photo", "without_photo"]),
            (_("Buttons"), buttons),
            (_("Audience"), list(AudienceForm.base_fields)),
            (_("Sending"), ["is_paid"]),
        ]
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in plan]

    def draft(self) -> Draft:
        """Raises InvalidCampaign. For a valid form."""
        chosen = self.cleaned_data
        photo = chosen.get("photo")
        return Draft(
            name=chosen["name"],
            text_ru=chosen["text_ru"],
            text_en=chosen["text_en"],
            buttons=[button for number in range(1, MOST_BUTTONS + 1) if (button := _button(chosen, number))],
            audience=self.audience(),
            is_paid=chosen["is_paid"],
            photo=photo.read() if photo else None,
            without_photo=bool(chosen.get("without_photo")),
        )


def _button_fields(number: int) -> dict[str, forms.Field]:
    title = {"number": number}
    return {
        f"button{number}_kind": forms.ChoiceField(
            label=_("Button %(number)d") % title,
            required=False,
            choices=[("", _("none")), (BOOK, _("leads to booking")), (LINK, _("opens an address"))],
        ),
        f"button{number}_ru": forms.CharField(
            label=_("its words, Russian"), required=False, max_length=LABEL_LIMIT
        ),
        f"button{number}_en": forms.CharField(
            label=_("its words, English"), required=False, max_length=LABEL_LIMIT
        ),
        f"button{number}_service": forms.ModelChoiceField(
            Service.objects.filter(is_active=True),
            label=_("of the service"),
            required=False,
            empty_label=_("any service"),
        ),
        f"button{number}_url": forms.CharField(label=_("address"), required=False, help_text="https://…"),
    }


def _button(chosen: Mapping[str, Any], number: int) -> Button | None:
    kind = chosen[f"button{number}_kind"]
    if not kind:
        return None
    label = {code: chosen[f"button{number}_{code}"] for code in Language.values}
    if kind == LINK:
        return Button(LINK, label, url=chosen[f"button{number}_url"])
    service = chosen[f"button{number}_service"]
    return Button(BOOK, label, service_id=service.pk if service else None)


def initial_of(card: CampaignCard) -> dict[str, Any]:
    """The form's fields as the campaign has them."""
    audience = card.audience
    told: dict[str, Any] = {
        "name": card.name, "text_ru": card.text_ru, "text_en": card.text_en, "is_paid": card.is_paid,
        "version": card.version, "roles": audience.roles, "languages": audience.languages,
        "locations": audience.location_ids, "services": audience.service_ids,
        "visited_within_days": audience.visited_within_days,
        "not_visited_for_days": audience.not_visited_for_days,
        "tags": audience.tag_ids,
        "has_push": {True: "yes", False: "no"}.get(audience.has_push, "") if audience.has_push is not None else "",
    }  # fmt: skip
    for number, button in enumerate(card.buttons, start=1):
        told |= {
            f"button{number}_kind": button.kind,
            f"button{number}_url": button.url,
            f"button{number}_service": button.service_id,
            **{f"button{number}_{code}": button.label.get(code, "") for code in Language.values},
        }
    return told


class ScheduleForm(WhenForm):
    """A day and an hour of the business's own clock."""

    def at(self, zone: ZoneInfo) -> datetime | None:
        return self.starts_at(zone)
