"""Messages to many: composed, tried, set going, held. Their photos are given in the bot and on the admin site."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Path, Router, Schema
from ninja.responses import Status
from pydantic import Field, StringConstraints, create_model
from pydantic.fields import FieldInfo

from bookings.api.caller import caller_of
from bookings.api.crud.operations import answer_row, check_if_match, mount
from bookings.api.crud.resource import Resource
from bookings.api.inputs import Input
from bookings.api.openapi import responses
from bookings.api.times import Instant
from bookings.api.values import GivenTexts, Id, IdempotencyKey, Text
from bookings.api.versions import IfMatch
from bookings.services.resources.refusals import InvalidFields
from notifications import entities
from notifications.campaigns import control, queries
from notifications.campaigns.audience import Audience
from notifications.campaigns.content import MOST_BUTTONS, Button
from notifications.campaigns.drafts import Draft, create_campaign, send_test, update_campaign
from notifications.campaigns.read_models import CampaignCard
from notifications.events import CampaignStatus
from notifications.exceptions import InvalidCampaign
from notifications.models.campaign import NAME_LIMIT

_TAG = "Campaigns"
_WRITTEN = ("bad_request", "invalid_request", "invalid_fields", "idempotency_conflict")
_HELD = ("not_found", "invalid_request", "idempotency_conflict", "wrong_campaign_status")

CAMPAIGNS = Resource(
    noun="campaigns",
    one="campaign",
    tag=_TAG,
    entity=entities.CAMPAIGNS,
    fields=(
        "id", "name", "text_ru", "text_en", "buttons", "audience", "is_paid", "status", "trouble", "scheduled_at",
        "started_at", "made_at", "finished_at", "total", "version", "trace_id", "created_by_id", "created_at",
    ),
    orders=("id",),
    filters=("status", "is_paid", "created_by_id"),
    ranges=("created_at",),
    search=("name",),
    about="Messages to many.",
)  # fmt: skip


class CampaignButton(Input):
    kind: Literal["link", "book"] = Field(description="`link` opens `url`, `book` begins a booking in the bot")
    label: GivenTexts
    url: Text = Field(default="", description="https, of a link")
    service_id: Id | None = Field(default=None, description="What is booked; null: anything")


class AudienceIn(Input):
    audience: dict[str, Any] = Field(
        default={},
        description="Conditions that hold together, as a campaign's row tells them: `roles` (clients where it is not "
        "given), `languages`, `location_ids`, `service_ids`, `tag_ids`, `visited_within_days`, `not_visited_for_days`, `has_push`",
    )


class NewCampaign(AudienceIn):
    name: Annotated[Text, StringConstraints(min_length=1, max_length=NAME_LIMIT)] = Field(
        description="Only the team reads it"
    )
    text_ru: Text = Field(default="", description="Telegram's HTML; one language at least")
    text_en: Text = ""
    buttons: list[CampaignButton] = Field(default=[], max_length=MOST_BUTTONS)
    is_paid: bool = Field(
        default=False, description="Up to 1,000 messages a second; Telegram charges Stars for each"
    )


def _bare(field: FieldInfo) -> Any:
    """The type of the field, without its default."""
    kind: Any = Annotated
    return kind[field.annotation, *field.metadata] if field.metadata else field.annotation


_CHANGES: dict[str, Any] = {
    "expected_version": (
        int | None,
        Field(
            default=None, ge=1, le=2**31 - 1, description="`version` of what you read: `stale_version` if it is another"
        ),
    ),
    **{
        name: (_bare(field), Field(default_factory=lambda: None, description=field.description))
        for name, field in NewCampaign.model_fields.items()
    },
}  # fmt: skip
#: What is not given stays.
CampaignChange: Any = create_model("ManagedCampaignChange", __base__=Input, **_CHANGES)


class Schedule(Input):
    scheduled_at: Instant | None = Field(description="Within the next year; null: not by itself any more")


class CampaignProgress(Schema):
    status: CampaignStatus
    trouble: str = Field(description="Why the service itself paused it")
    total: int = Field(description="Messages, once all are made")
    settled: int = Field(description="Messages to which nothing more happens")
    by_state: dict[str, int]
    rate: float = Field(description="Messages settled in a second of late")
    seconds_left: int | None = Field(description="null while nothing moves")


class AudienceSize(Schema):
    total: int
    by_channel: dict[str, int]
    by_language: dict[str, int]


class SentTest(Schema):
    delivery_id: int


router = Router(tags=[_TAG])
mount(router, CAMPAIGNS)


@contextmanager
def named() -> Iterator[None]:
    """What cannot be sent is told as everywhere, by its field."""
    try:
        yield
    except InvalidCampaign as error:
        raise InvalidFields({str(error.details["field"]): [str(error)]}) from error


def _draft(given: dict[str, Any], **kept: Any) -> Draft:
    buttons, audience = given.pop("buttons", None), given.pop("audience", None)
    if buttons is not None:
        kept["buttons"] = [Button.from_json(button) for button in buttons]
    if audience is not None:
        kept["audience"] = Audience.from_json(audience)
    return Draft(**{**kept, **given})


@router.post(
    "/campaigns", response={HTTPStatus.CREATED: CAMPAIGNS.row_type}, operation_id="create_managed_campaign",
    summary="Compose a campaign", openapi_extra=responses(*_WRITTEN, "not_found"),
)  # fmt: skip
def compose(request: HttpRequest, wanted: NewCampaign, idempotency_key: IdempotencyKey = None) -> HttpResponse:
    """A draft: nothing is sent before it is started or its time has come."""
    caller = caller_of(request)
    with named():
        card = create_campaign(
            actor=caller.actor,
            draft=_draft(wanted.model_dump()),
            idempotency_key=caller.idempotency_key(idempotency_key),
        )
    answer = answer_row(request, CAMPAIGNS, card.id, HTTPStatus.CREATED)
    answer["Location"] = f"{request.path}/{card.id}"
    return answer


@router.patch(
    "/campaigns/{row_id}", response=CAMPAIGNS.row_type, operation_id="update_managed_campaign",
    summary="Change a campaign that has not begun",
    openapi_extra=responses(*_WRITTEN, "not_found", "wrong_campaign_status", "stale_version", "precondition_failed"),
)  # fmt: skip
def change(
    request: HttpRequest, row_id: Path[Id], body: Body[CampaignChange], if_match: IfMatch = None
) -> HttpResponse:
    """What is not given stays as it is, the photo in any case; a scheduled one stays scheduled."""
    actor, given = caller_of(request).actor, body.model_dump(exclude_unset=True)
    seen = given.pop("expected_version", None)
    with named():
        # Read before the ETag is compared: what changes after that has another version when it is written.
        card = queries.get_campaign(actor=actor, campaign_id=row_id)
        check_if_match(request, CAMPAIGNS, row_id, if_match)
        kept = {name: getattr(card, name) for name in NewCampaign.model_fields}
        update_campaign(
            actor=actor, campaign_id=row_id, draft=_draft(given, **kept), expected_version=seen or card.version
        )
    return answer_row(request, CAMPAIGNS, row_id)


@router.post(
    "/campaigns/{row_id}/schedule", response=CAMPAIGNS.row_type, operation_id="schedule_managed_campaign",
    summary="Let a campaign begin by itself", openapi_extra=responses(*_WRITTEN, *_HELD),
)  # fmt: skip
def schedule(
    request: HttpRequest, row_id: Path[Id], wanted: Schedule, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    caller = caller_of(request)
    key = caller.idempotency_key(idempotency_key)
    with named():
        control.schedule_campaign(
            actor=caller.actor, campaign_id=row_id, at=wanted.scheduled_at, idempotency_key=key
        )
    return answer_row(request, CAMPAIGNS, row_id)


@router.post(
    "/campaigns/{row_id}/start", response=CAMPAIGNS.row_type, operation_id="start_managed_campaign",
    summary="Send a campaign now", openapi_extra=responses(*_HELD, "invalid_fields", "nobody_to_tell"),
)  # fmt: skip
def start(request: HttpRequest, row_id: Path[Id], idempotency_key: IdempotencyKey = None) -> HttpResponse:
    return _held(request, row_id, idempotency_key, control.start_campaign)


@router.post(
    "/campaigns/{row_id}/pause", response=CAMPAIGNS.row_type, operation_id="pause_managed_campaign",
    summary="Hold a campaign", openapi_extra=responses(*_HELD),
)  # fmt: skip
def pause(request: HttpRequest, row_id: Path[Id], idempotency_key: IdempotencyKey = None) -> HttpResponse:
    """Nothing of it is begun after two seconds."""
    return _held(request, row_id, idempotency_key, control.pause_campaign)


@router.post(
    "/campaigns/{row_id}/resume", response=CAMPAIGNS.row_type, operation_id="resume_managed_campaign",
    summary="Go on with a campaign", openapi_extra=responses(*_HELD),
)  # fmt: skip
def resume(request: HttpRequest, row_id: Path[Id], idempotency_key: IdempotencyKey = None) -> HttpResponse:
    """With exactly what is left."""
    return _held(request, row_id, idempotency_key, control.resume_campaign)


@router.post(
    "/campaigns/{row_id}/cancel", response=CAMPAIGNS.row_type, operation_id="cancel_managed_campaign",
    summary="Call a campaign off", openapi_extra=responses(*_HELD),
)  # fmt: skip
def cancel(request: HttpRequest, row_id: Path[Id], idempotency_key: IdempotencyKey = None) -> HttpResponse:
    """What has not been sent never is. A draft that is not wanted goes this way, too."""
    return _held(request, row_id, idempotency_key, control.cancel_campaign)


def _held(
    request: HttpRequest, row_id: int, idempotency_key: str | None, service: Callable[..., CampaignCard]
) -> HttpResponse:
    caller = caller_of(request)
    with named():
        service(actor=caller.actor, campaign_id=row_id, idempotency_key=caller.idempotency_key(idempotency_key))
    return answer_row(request, CAMPAIGNS, row_id)


@router.post(
    "/campaigns/{row_id}/test", response={HTTPStatus.ACCEPTED: SentTest}, operation_id="test_managed_campaign",
    summary="Try a campaign on oneself",
    openapi_extra=responses("not_found", "invalid_request", "idempotency_conflict", "nobody_to_tell"),
)  # fmt: skip
def try_on_oneself(
    request: HttpRequest, row_id: Path[Id], idempotency_key: IdempotencyKey = None
) -> Status[SentTest]:
    """To the caller alone, a key's owner, as it stands."""
    caller = caller_of(request)
    key = caller.idempotency_key(idempotency_key)
    sent = send_test(actor=caller.actor, campaign_id=row_id, idempotency_key=key)
    return Status(HTTPStatus.ACCEPTED, SentTest(delivery_id=sent))


@router.get(
    "/campaigns/{row_id}/progress", response=CampaignProgress, operation_id="get_managed_campaign_progress",
    summary="How far a campaign is", openapi_extra=responses("not_found", "invalid_request"),
)  # fmt: skip
def progress(request: HttpRequest, row_id: Path[Id]) -> CampaignProgress:
    found = queries.progress(actor=caller_of(request).actor, campaign_id=row_id)
    return CampaignProgress(
        status=CampaignStatus(found.status),
        trouble=found.trouble,
        total=found.total,
        settled=found.settled,
        by_state=dict(found.by_state),
        rate=found.rate,
        seconds_left=found.seconds_left,
    )


@router.post(
    "/campaigns/audience/count", response=AudienceSize, operation_id="count_managed_campaign_audience",
    summary="How many people an audience has", openapi_extra=responses("bad_request", "invalid_request", "invalid_fields"),
)  # fmt: skip
def count(request: HttpRequest, wanted: AudienceIn) -> AudienceSize:
    """Who can be reached and wants to be, as of now."""
    with named():
        found = queries.count_audience(
            actor=caller_of(request).actor, audience=Audience.from_json(wanted.audience)
        )
    return AudienceSize(total=found.total, by_channel=dict(found.by_channel), by_language=dict(found.by_language))
