"""How it went: visits, money, no-shows, occupancy."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from bookings.api.caller import caller_of
from bookings.api.openapi import responses
from bookings.api.times import Day
from bookings.api.values import Id, Texts, money, texts
from bookings.queries import statistics as queries
from bookings.queries.users import company
from bookings.read_models import Figures as FoundFigures, StatisticsRow

router = Router()


class GroupBy(StrEnum):
    NOTHING = "nothing"
    SPECIALIST = "specialist"
    SERVICE = "service"
    LOCATION = "location"
    DAY = "day"


class StatisticsQuery(Schema):
    date_from: Day
    date_to: Day = Field(description=f"Included; at most {queries.MAX_DAYS} days in all")
    location_id: Id | None = None
    specialist_id: Id | None = Field(default=None, description="A specialist has to name themselves")
    service_id: Id | None = None
    group_by: GroupBy = GroupBy.NOTHING


class Figures(Schema):
    visits: int = Field(description="That took place")
    booked: int = Field(description="All that were not cancelled")
    no_shows: int
    cancellations: int
    revenue: Decimal = Field(description="Of visits that took place", examples=["1250.00"])
    new_clients: int
    busy_minutes: int | None
    open_minutes: int | None
    occupancy: float | None = Field(
        ge=0,
        description="Busy of open time: 1 is all of it, more where staff work beyond their hours; null without open time",
    )


class Row(Figures):
    id: int | None = Field(description="Of the specialist, service or location; null with `group_by=day`")
    name: Texts | None
    day: date | None


class Statistics(Schema):
    currency: str = Field(description="Of all revenue here", examples=["EUR"])
    total: Figures
    rows: list[Row] = Field(description="The same by what `group_by` says")


_ROWS: Mapping[GroupBy, Callable[..., tuple[StatisticsRow, ...]]] = {
    GroupBy.NOTHING: lambda **_asked: (),
    GroupBy.SPECIALIST: queries.by_specialist,
    GroupBy.SERVICE: queries.by_service,
    GroupBy.LOCATION: queries.by_location,
    GroupBy.DAY: queries.by_day,
}


@router.get(
    "", response=Statistics, operation_id="get_statistics", summary="Statistics",
    openapi_extra=responses("not_found", "not_allowed", "invalid_request", "range_reversed", "range_too_long"),
)  # fmt: skip
def statistics(request: HttpRequest, query: Query[StatisticsQuery]) -> Statistics:
    """Of these dates, as each location counts days. Specialists see their own figures, admins all."""
    asked: dict[str, Any] = {
        "actor": caller_of(request).actor,
        "date_from": query.date_from,
        "date_to": query.date_to,
        "location_id": query.location_id,
        "specialist_id": query.specialist_id,
        "service_id": query.service_id,
    }
    total = queries.statistics(**asked)
    rows = _ROWS[query.group_by](**asked)
    return Statistics.model_construct(
        currency=company().currency,
        total=Figures(**_told(total)),
        rows=[
            Row(
                **_told(row.figures),
                id=row.id,
                name=None if row.name is None else texts(row.name),
                day=row.day,
            )
            for row in rows
        ],
    )


def _told(figures: FoundFigures) -> dict[str, Any]:
    return {
        "visits": figures.visits,
        "booked": figures.booked,
        "no_shows": figures.no_shows,
        "cancellations": figures.cancellations,
        "revenue": money(figures.revenue),
        "new_clients": figures.new_clients,
        "busy_minutes": figures.busy_minutes,
        "open_minutes": figures.open_minutes,
        "occupancy": figures.occupancy,
    }
