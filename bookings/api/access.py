"""Who may call what: one table, asked before any operation runs. An operation without a row is refused.

The table lets callers through the door; what they may do with whose booking is for ``bookings.policies`` to say.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from ninja.errors import ValidationError
from ninja.utils import check_csrf

from bookings.api.access_rules import (
    Rule,
    admins,
    crud,
    everybody,
    people,
    persons,
    readable,
    site_only,
    staff,
)
from bookings.api.caller import Caller, CallerKind, caller_of
from bookings.api.problems import on_validation_error, problem_response
from bookings.enums import Scope

log = structlog.get_logger(__name__)

_SAFE_METHODS = frozenset({"GET", "HEAD"})
#: What ``WWW-Authenticate`` says (RFC 6750).
CHALLENGE = 'Bearer realm="booking"'


#: By operation id.
TABLE: Mapping[str, Rule] = {
    # The catalogue and free times
    "list_locations": everybody(),
    "get_location": everybody(),
    "list_categories": everybody(),
    "list_services": everybody(),
    "list_specialists": everybody(),
    "get_specialist_photo": everybody(),
    "list_open_sessions": everybody(),
    "day_slots": everybody(),
    "range_slots": everybody(),
    "month_slots": everybody(),
    "nearest_slots": everybody(),
    # Bookings
    "create_booking": people(Scope.BOOKINGS_WRITE),
    "list_bookings": people(Scope.BOOKINGS_READ),
    "get_booking": people(Scope.BOOKINGS_READ),
    "cancel_booking": people(Scope.BOOKINGS_WRITE),
    "reschedule_booking": people(Scope.BOOKINGS_WRITE),
    "confirm_coming": people(Scope.BOOKINGS_WRITE),
    "confirm_booking": staff(Scope.BOOKINGS_WRITE),
    "complete_booking": staff(Scope.BOOKINGS_WRITE),
    "mark_no_show": staff(Scope.BOOKINGS_WRITE),
    "reopen_booking": staff(Scope.BOOKINGS_WRITE),
    "reassign_booking": staff(Scope.BOOKINGS_WRITE),
    # Calendars
    "specialist_calendar": staff(Scope.BOOKINGS_READ),
    "location_calendar": staff(Scope.BOOKINGS_READ),
    "get_booking_file": people(Scope.BOOKINGS_READ),
    # The address is the permission.
    "get_calendar_feed": everybody(),
    "get_feed_address": staff(Scope.BOOKINGS_READ),
    "rotate_feed_address": staff(Scope.BOOKINGS_WRITE),
    # What the team remembers of clients
    "list_client_notes": staff(Scope.PEOPLE_READ),
    "write_client_note": staff(Scope.PEOPLE_WRITE),
    "remove_client_note": staff(Scope.PEOPLE_WRITE),
    # Days and hours off
    "list_time_off": staff(Scope.SCHEDULE_READ),
    "get_time_off": staff(Scope.SCHEDULE_READ),
    "add_time_off": staff(Scope.SCHEDULE_WRITE),
    "remove_time_off": staff(Scope.SCHEDULE_WRITE),
    # Group sessions
    "list_sessions": staff(Scope.BOOKINGS_READ),
    "get_session": staff(Scope.BOOKINGS_READ),
    "open_session": staff(Scope.BOOKINGS_WRITE),
    "cancel_session": staff(Scope.BOOKINGS_WRITE),
    # Recurring bookings
    "plan_series": people(Scope.BOOKINGS_READ),
    "create_series": people(Scope.BOOKINGS_WRITE),
    "get_series": people(Scope.BOOKINGS_READ),
    "cancel_series": people(Scope.BOOKINGS_WRITE),
    "get_statistics": staff(Scope.STATISTICS_READ),
    # The waitlist
    "list_waitlist": people(Scope.BOOKINGS_READ),
    "get_waitlist_entry": people(Scope.BOOKINGS_READ),
    "join_waitlist": people(Scope.BOOKINGS_WRITE),
    "leave_waitlist": people(Scope.BOOKINGS_WRITE),
    "decline_offer": people(Scope.BOOKINGS_WRITE),
    "accept_offer": people(Scope.BOOKINGS_WRITE),
    # Promotions and reviews
    "check_promotion": people(Scope.BOOKINGS_READ),
    "list_reviews": everybody(),
    "leave_review": people(Scope.BOOKINGS_WRITE),
    "get_review": people(Scope.BOOKINGS_READ),
    "reply_to_review": admins(Scope.MARKETING_WRITE),
    "hide_review": admins(Scope.MARKETING_WRITE),
    # Whoever asks
    "get_me": people(Scope.PEOPLE_READ),
    "update_me": persons(),
    "get_my_preferences": persons(),
    "set_my_preferences": persons(),
    "get_push_key": everybody(),
    "subscribe_to_push": persons(),
    "unsubscribe_from_push": persons(),
    # Logging in
    "request_code": everybody(),
    "create_token": everybody(),
    "revoke_token": Rule(frozenset({CallerKind.VISITOR})),
    "revoke_all_tokens": Rule(frozenset({CallerKind.VISITOR, CallerKind.TG_CLIENT})),
    # Management of rows
    "get_managed_company": admins(Scope.COMPANY_READ),
    "update_managed_company": admins(Scope.COMPANY_WRITE),
    **{
        name: rule
        for plural, singular in (
            ("locations", "location"),
            ("rooms", "room"),
            ("categories", "category"),
            ("services", "service"),
            ("specialists", "specialist"),
            ("specialist_services", "specialist_service"),
        )
        for name, rule in crud(
            f"managed_{plural}", f"managed_{singular}", read=Scope.CATALOG_READ, write=Scope.CATALOG_WRITE
        ).items()
    },
    **crud("managed_working_hours", "managed_working_hours", read=Scope.SCHEDULE_READ, write=Scope.SCHEDULE_WRITE),
    **crud(
        "managed_calendar_overrides",
        "managed_calendar_override",
        read=Scope.SCHEDULE_READ,
        write=Scope.SCHEDULE_WRITE,
    ),
    **crud("managed_users", "managed_user", read=Scope.PEOPLE_READ, write=Scope.PEOPLE_WRITE),
    **crud("managed_tags", "managed_tag", read=Scope.PEOPLE_READ, write=Scope.PEOPLE_WRITE),
    **readable("managed_bookings", "managed_booking", Scope.BOOKINGS_READ),
    **readable("managed_booking_items", "managed_booking_item", Scope.BOOKINGS_READ),
    **readable("managed_allocations", "managed_allocation", Scope.BOOKINGS_READ),
    **readable("managed_group_sessions", "managed_group_session", Scope.BOOKINGS_READ),
    **readable("managed_status_changes", "managed_status_change", Scope.BOOKINGS_READ),
    **readable("managed_booking_series", "managed_booking_series", Scope.BOOKINGS_READ),
    **readable("managed_waitlist_entries", "managed_waitlist_entry", Scope.BOOKINGS_READ),
    **crud("managed_promotions", "managed_promotion", read=Scope.MARKETING_READ, write=Scope.MARKETING_WRITE),
    **readable("managed_reviews", "managed_review", Scope.MARKETING_READ),
    **readable("managed_outbox_events", "managed_outbox_event", Scope.NOTIFICATIONS_READ),
    **readable("managed_deliveries", "managed_delivery", Scope.NOTIFICATIONS_READ),
    **readable("managed_campaigns", "managed_campaign", Scope.MARKETING_READ),
    "get_managed_campaign_progress": admins(Scope.MARKETING_READ),
    "count_managed_campaign_audience": admins(Scope.MARKETING_READ),
    **{
        f"{verb}_managed_campaign": admins(Scope.MARKETING_WRITE)
        for verb in ("create", "update", "schedule", "start", "pause", "resume", "cancel", "test")
    },
    **readable("managed_dead_letters", "managed_dead_letter", Scope.NOTIFICATIONS_READ),
    "requeue_managed_dead_letter": admins(Scope.NOTIFICATIONS_WRITE),
    "discard_managed_dead_letter": admins(Scope.NOTIFICATIONS_WRITE),
    **readable("managed_notification_settings", "managed_notification_setting", Scope.NOTIFICATIONS_READ),
    "update_managed_notification_setting": admins(Scope.NOTIFICATIONS_WRITE),
    "get_managed_notification_policy": admins(Scope.NOTIFICATIONS_READ),
    "update_managed_notification_policy": admins(Scope.NOTIFICATIONS_WRITE),
    **crud(
        "managed_ad_templates",
        "managed_ad_template",
        read=Scope.NOTIFICATIONS_READ,
        write=Scope.NOTIFICATIONS_WRITE,
    ),
    **readable("managed_push_subscriptions", "managed_push_subscription", Scope.NOTIFICATIONS_READ),
    "delete_managed_push_subscription": admins(Scope.NOTIFICATIONS_WRITE),
    **crud("managed_webhooks", "managed_webhook", read=Scope.NOTIFICATIONS_READ, write=Scope.NOTIFICATIONS_WRITE),
    "rotate_managed_webhook_secret": admins(Scope.NOTIFICATIONS_WRITE),
    **readable("managed_invites", "managed_invite", Scope.PEOPLE_READ),
    # Keys let nobody into the team.
    "create_managed_invite": site_only(),
    "revoke_managed_invite": site_only(),
    **readable("managed_audit_entries", "managed_audit_entry", Scope.AUDIT_READ),
    # Keys make no keys.
    "list_managed_api_keys": site_only(),
    "get_managed_api_key": site_only(),
    "create_managed_api_key": site_only(),
    "revoke_managed_api_key": site_only(),
    # The list of problems
    "list_problems": everybody(),
    "get_problem": everybody(),
}


@dataclass(frozen=True, slots=True)
class Denial:
    """Why not: a code of ``problems.KINDS``."""

    code: str
    detail: str = ""
    scope: Scope | None = None


def check(caller: Caller, operation_id: str) -> Denial | None:
    """Whether ``caller`` is let through to the operation; ``None`` when yes."""
    rule = TABLE.get(operation_id)
    if rule is None:
        log.error("operation_without_access_rule", operation=operation_id)
        return Denial("not_allowed")
    if caller.kind not in rule.kinds:
        if caller.kind is CallerKind.PUBLIC:
            return Denial("unauthenticated", "This needs a login")
        return Denial("not_allowed", f"Not for callers of the kind {caller.kind}")
    if caller.kind is CallerKind.API_KEY and rule.scope is not None and rule.scope not in caller.scopes:
        return Denial("insufficient_scope", f"The key lacks the scope {rule.scope}", rule.scope)
    return None


def guard(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Stands before every operation of the API; ``run`` is the bound method of a ``ninja.operation.Operation``."""
    operation: Any = run.__self__  # type: ignore[attr-defined]  # of the bound method
    operation_id: str = operation.operation_id or ""

    @wraps(run)
    def guarded(request: HttpRequest, **path: Any) -> HttpResponse:
        caller = caller_of(request)
        denial = check(caller, operation_id)
        if denial is not None:
            return _refused(request, denial)
        # A browser sends the session's cookie along with whatever page another site makes it ask for.
        if caller.kind is CallerKind.INTERNAL and request.method not in _SAFE_METHODS and check_csrf(request):
            return problem_response(request, "csrf_failed")
        unknown = _unknown(request, operation)
        if unknown is not None:
            return on_validation_error(request, unknown)
        return run(request, **path)

    return guarded


def _unknown(request: HttpRequest, operation: Any) -> ValidationError | None:
    """A filter with a slip in its name must not answer everything."""
    if not request.GET:
        return None
    models = [model for model in operation.models if model.__ninja_param_source__ == "query"]
    known = {name for model in models for name in model.__ninja_flatten_map__}
    many = {name for model in models for name in getattr(model, "__ninja_collection_fields__", ())}
    wrong = dict.fromkeys(set(request.GET) - known, "There is no such parameter")
    wrong |= {
        name: "Given more than once"
        for name, values in request.GET.lists()
        if name in known - many and len(values) > 1
    }
    said = [{"loc": ("query", name), "msg": wrong[name], "type": "extra"} for name in sorted(wrong)]
    return ValidationError(said) if said else None


def _refused(request: HttpRequest, denial: Denial) -> HttpResponse:
    if denial.scope is not None:
        challenge = f'{CHALLENGE}, error="insufficient_scope", scope="{denial.scope}"'
        return problem_response(
            request, denial.code, denial.detail, headers={"WWW-Authenticate": challenge},
            details={"scope": denial.scope},
        )  # fmt: skip
    headers = {"WWW-Authenticate": CHALLENGE} if denial.code == "unauthenticated" else None
    return problem_response(request, denial.code, denial.detail, headers=headers)
