"""Weekly hours: a day set at once, whatever rows that takes."""

from datetime import date, time
from typing import Any

import pytest

from bookings.exceptions import HoursReversed, InvalidValue, NotAllowed, NotFound
from bookings.models import AuditEntry, WorkingHours
from bookings.queries.working_week import seasons_of, working_week
from bookings.read_models import ALWAYS
from bookings.services.resources.refusals import RowChanged
from bookings.services.working_week import move_season, set_working_days
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


SUMMER = (date(2026, 6, 1), date(2026, 8, 31))
AUTUMN = (date(2026, 9, 1), None)


def seasons(salon: Salon) -> dict[Any, list[tuple[Any, ...]]]:
    week = working_week(actor=salon.as_admin, location_id=salon.location.pk)
    return {period: hours(salon, period=period) for period in seasons_of(week)}


def test_a_period_has_a_week_of_its_own(salon: Salon) -> None:
    always = hours(salon)

    set_days(salon, {0: [MORNING], 5: [EVENING]}, period=AUTUMN)
    set_days(salon, {0: [EVENING]}, period=SUMMER)
    set_days(salon, {5: []}, period=AUTUMN)

    closed: list[Any] = [()] * 6
    assert seasons(salon) == {SUMMER: [(EVENING,), *closed], AUTUMN: [(MORNING,), *closed]}
    assert list(seasons(salon)) == [SUMMER, AUTUMN]
    assert hours(salon) == always


def test_the_days_of_a_period_change_with_all_its_hours(salon: Salon) -> None:
    set_days(salon, {0: [MORNING, EVENING], 2: [MORNING]}, period=SUMMER)
    moved: dict[str, Any] = {"actor": salon.as_admin, "location_id": salon.location.pk, "period": SUMMER}
    AuditEntry.objects.all().delete()

    for _twice in range(2):
        move_season(**moved, to=AUTUMN)

    assert {period: week[0] for period, week in seasons(salon).items()} == {AUTUMN: (MORNING, EVENING)}
    assert entries() == ["updated"] * 3


def test_two_periods_do_not_become_one(salon: Salon) -> None:
    set_days(salon, {0: [MORNING]}, period=SUMMER)
    set_days(salon, {0: [MORNING]}, period=AUTUMN)
    moved: dict[str, Any] = {"actor": salon.as_admin, "location_id": salon.location.pk}

    for period, to in ((SUMMER, AUTUMN), (SUMMER, ALWAYS), (ALWAYS, AUTUMN)):
        with pytest.raises(InvalidValue) as refused:
            move_season(**moved, period=period, to=to)
        assert refused.value.details["field"] == "period"
    move_season(**moved, period=SUMMER, to=SUMMER)
    assert list(seasons(salon)) == [SUMMER, AUTUMN]
    with pytest.raises(NotAllowed):
        move_season(actor=salon.as_client, location_id=salon.location.pk, period=SUMMER, to=AUTUMN)
    with pytest.raises(NotFound):
        move_season(actor=salon.as_admin, location_id=999_999, period=SUMMER, to=AUTUMN)


def test_what_somebody_else_has_changed_is_not_overwritten(salon: Salon) -> None:
    set_days(salon, {0: [MORNING]})

    with pytest.raises(RowChanged):
        set_days(salon, {0: [EVENING]}, seen={0: [EVENING]})

    assert hours(salon)[0] == (MORNING,)
    set_days(salon, {0: [EVENING]}, seen={0: [MORNING]})
    assert hours(salon)[0] == (EVENING,)


def test_hours_of_a_night_are_meant(salon: Salon) -> None:
    before, night = hours(salon), (time(18), time(2))

    with pytest.raises(HoursReversed):
        set_days(salon, {1: [], 0: [MORNING, night]})

    assert hours(salon) == before
    set_days(salon, {0: [MORNING, night], 1: [(time(14), time(0))]}, over_midnight=True)
    assert hours(salon)[:2] == [(MORNING, night), ((time(14), time(0)),)]
    over = WorkingHours.objects.filter(specialist=None, weekday__lt=2).order_by("weekday", "starts_at")
    assert list(over.values_list("over_midnight", flat=True)) == [False, True, False]
    set_days(salon, {0: [MORNING, EVENING]})
    assert not over.filter(over_midnight=True).exists()


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
