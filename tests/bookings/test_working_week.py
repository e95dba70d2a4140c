"""Weekly hours: a day set at once, whatever rows that takes."""

from datetime import date, time
from typing import Any

import pytest

from bookings.exceptions import InvalidValue, NotAllowed, NotFound
from bookings.models import AuditEntry, WorkingHours
from bookings.queries.working_week import working_week
from bookings.services.resources.refusals import RowChanged
from bookings.services.working_week import set_working_days
from tests.bookings.conftest import Salon

MORNING, EVENING = (time(9), time(13)), (time(14), time(18))
SEASON = {"valid_from": date(2026, 6, 1), "valid_to": None}


def hours(salon: Salon, **changes: Any) -> list[tuple[Any, ...]]:
    week = working_week(actor=salon.as_admin, location_id=salon.location.pk, **changes)
    return [day.spans for day in week]


def set_days(salon: Salon, days: dict[int, list[Any]], **changes: Any) -> None:
    wanted = {"actor": salon.as_admin, "location_id": salon.location.pk, "days": days}
    set_working_days(**{**wanted, **changes})


def entries() -> list[str]:
    return list(AuditEntry.objects.filter(entity="working_hours").order_by("pk").values_list("action", flat=True))


def test_days_get_their_hours_and_the_others_stay(salon: Salon) -> None:
    before = hours(salon)

    set_days(salon, {0: [EVENING, MORNING], 6: []})

    assert hours(salon)[0] == (MORNING, EVENING)
    assert hours(salon)[6] == ()
    assert hours(salon)[1:6] == before[1:6]
    assert entries() == ["updated", "created", "deleted"]


def test_of_a_person_at_the_place_alone(salon: Salon) -> None:
    before = hours(salon)

    set_days(salon, {0: [MORNING]}, specialist_id=salon.anna.pk)

    assert hours(salon, specialist_id=salon.anna.pk)[0] == (MORNING,)
    assert hours(salon) == before


def test_the_same_once_more_changes_and_audits_nothing(salon: Salon) -> None:
    set_days(salon, {0: [MORNING]})
    AuditEntry.objects.all().delete()

    set_days(salon, {0: [MORNING]})

    assert entries() == []


def test_hours_of_a_season_stay(salon: Salon) -> None:
    row = WorkingHours.objects.filter(location=salon.location, specialist=None, weekday=0).first()
    assert row is not None
    WorkingHours.objects.create(location=salon.location, weekday=0, starts_at=time(8), ends_at=time(20), **SEASON)

    set_days(salon, {0: []})

    [season] = working_week(actor=salon.as_admin, location_id=salon.location.pk)[0].seasonal
    assert (season.span, season.valid_from) == ((time(8), time(20)), date(2026, 6, 1))


def test_what_somebody_else_has_changed_is_not_overwritten(salon: Salon) -> None:
    set_days(salon, {0: [MORNING]})

    with pytest.raises(RowChanged):
        set_days(salon, {0: [EVENING]}, seen={0: [EVENING]})

    assert hours(salon)[0] == (MORNING,)
    set_days(salon, {0: [EVENING]}, seen={0: [MORNING]})
    assert hours(salon)[0] == (EVENING,)


@pytest.mark.parametrize(
    "days", [{7: [MORNING]}, {0: [(time(9), time(15)), EVENING]}, {0: [(time(22), time(6)), (time(23), time(1))]}]
)
def test_no_such_day_and_overlapping_hours_are_refused_whole(salon: Salon, days: dict[int, list[Any]]) -> None:
    before = hours(salon)

    with pytest.raises(InvalidValue):
        set_days(salon, {1: [], **days})

    assert hours(salon) == before


def test_only_admins_set_them_and_places_must_be_there(salon: Salon) -> None:
    with pytest.raises(NotAllowed):
        set_days(salon, {0: []}, actor=salon.as_anna)
    with pytest.raises(NotFound):
        set_days(salon, {0: []}, location_id=999_999)
    with pytest.raises(NotFound):
        working_week(actor=salon.as_admin, location_id=salon.location.pk, specialist_id=999_999)
