"""Who may do what, row by row: first the table itself, then every service and query that asks it."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from bookings import policies
from bookings.actor import SYSTEM, Actor
from bookings.enums import BookingStatus, Door, Role
from bookings.exceptions import NotAllowed, NotFound
from bookings.models import Booking, Specialist
from bookings.policies import Action, Task
from bookings.queries.bookings import day_bookings, get_booking, past_bookings, specialist_day, upcoming_bookings
from bookings.services.cancel_booking import cancel_booking
from bookings.services.complete_booking import complete_booking, mark_no_show
from bookings.services.confirm_booking import confirm_booking
from bookings.services.confirm_coming import confirm_coming
from bookings.services.reassign_booking import reassign_booking
from bookings.services.reopen_booking import reopen_booking
from bookings.services.reschedule_booking import reschedule_booking
from bookings.services.reviews import leave_review
from tests.bookings.conftest import HOUR, TOMORROW, Salon, actor_of
from tests.factories import SpecialistFactory, SpecialistUserFactory

YES, NO, HIDDEN = "yes", NotAllowed, NotFound

#: role of the actor × what the booking is to them → action → answer
TABLE: dict[tuple[Role, str], dict[Action, Any]] = {
    (Role.CLIENT, "own"): {
        Action.VIEW: YES, Action.CREATE: YES, Action.CONFIRM: NO, Action.CANCEL: YES,
        Action.RESCHEDULE: YES, Action.REASSIGN: NO, Action.COMPLETE: NO, Action.NO_SHOW: NO,
        Action.REOPEN: NO,
        Action.REVIEW: YES, Action.COMING: YES,
    },
    (Role.CLIENT, "foreign"): dict.fromkeys(Action, HIDDEN),
    (Role.SPECIALIST, "in own calendar"): {
        **dict.fromkeys(Action, YES), Action.REASSIGN: NO, Action.REVIEW: NO,
    },
    (Role.SPECIALIST, "in a colleague's calendar"): dict.fromkeys(Action, HIDDEN),
    (Role.SPECIALIST, "own"): {
        Action.VIEW: YES, Action.CREATE: YES, Action.CONFIRM: NO, Action.CANCEL: YES,
        Action.RESCHEDULE: YES, Action.REASSIGN: NO, Action.COMPLETE: NO, Action.NO_SHOW: NO,
        Action.REOPEN: NO,
        Action.REVIEW: YES, Action.COMING: YES,
    },
    (Role.ADMIN, "foreign"): {**dict.fromkeys(Action, YES), Action.REVIEW: NO},
    (Role.SYSTEM, "foreign"): {**dict.fromkeys(Action, YES), Action.REVIEW: NO},
}  # fmt: skip

ROWS = [
    pytest.param(role, relation, action, answer, id=f"{role} {action} {relation}")
    for (role, relation), row in TABLE.items()
    for action, answer in row.items()
]


@pytest.mark.parametrize(("role", "relation", "action", "answer"), ROWS)
def test_the_table(role: Role, relation: str, action: Action, answer: Any) -> None:
    me, somebody = 1, 2
    my_calendar, a_colleague = 11, 12
    actor = Actor(
        role=role,
        door=Door.API,
        user_id=me,
        specialist_id=my_calendar if role == Role.SPECIALIST else None,
    )
    booking = {
        "client_id": me if relation == "own" else somebody,
        "specialist_ids": {my_calendar if relation == "in own calendar" else a_colleague},
    }

    if answer == YES:
        policies.require(actor, action, **booking)  # type: ignore[arg-type]
    else:
        with pytest.raises(answer):
            policies.require(actor, action, **booking)  # type: ignore[arg-type]


#: task → answers for: the client or specialist it is about, a stranger, an admin; and for nobody in particular
TASKS: dict[Task, tuple[Any, ...]] = {
    Task.WAIT: (YES, HIDDEN, YES),
    Task.TIME_OFF: (YES, HIDDEN, YES),
    Task.RUN_SESSION: (YES, HIDDEN, YES),
    Task.CALENDAR_FEED: (YES, HIDDEN, YES),
    Task.STATISTICS: (YES, HIDDEN, YES),
    Task.NOTES: (YES, HIDDEN, YES),
    Task.PORTRAIT: (YES, HIDDEN, YES),
    Task.CLOSE_PLACE: (NO, NO, YES),
    Task.MODERATE: (NO, NO, YES),
    Task.CAMPAIGN: (NO, NO, YES),
    Task.INVITE: (NO, NO, YES),
}


@pytest.mark.parametrize("task", Task)
def test_the_table_of_tasks(task: Task) -> None:
    me = Actor(role=Role.CLIENT, door=Door.API, user_id=1)
    anna = Actor(role=Role.SPECIALIST, door=Door.API, user_id=2, specialist_id=11)
    boris = Actor(role=Role.SPECIALIST, door=Door.API, user_id=3, specialist_id=12)
    admin = Actor(role=Role.ADMIN, door=Door.API, user_id=4)
    of_nobody = task in (Task.CLOSE_PLACE, Task.MODERATE, Task.CAMPAIGN, Task.INVITE)
    subject = {} if of_nobody else {"client_id": 1} if task is Task.WAIT else {"specialist_id": 11}
    first, stranger = (me, boris) if task is Task.WAIT else (anna, me)

    for actor, answer in zip((first, stranger, admin), TASKS[task], strict=True):
        if answer == YES:
            policies.require_task(actor, task, **subject)
        else:
            with pytest.raises(answer):
                policies.require_task(actor, task, **subject)


def test_a_client_with_somebodys_specialist_id_is_still_a_client() -> None:
    forged = Actor(role=Role.CLIENT, door=Door.API, user_id=1, specialist_id=11)

    with pytest.raises(NotFound):
        policies.require(forged, Action.VIEW, client_id=2, specialist_ids={11})
    with pytest.raises(NotFound):
        policies.require_calendar(forged, 11)


def test_an_actor_without_a_user_owns_nothing() -> None:
    nobody = Actor(role=Role.CLIENT, door=Door.API)

    with pytest.raises(NotFound):
        policies.require(nobody, Action.VIEW, client_id=0, specialist_ids=set())


SERVICES: dict[Action, Callable[..., object]] = {
    Action.VIEW: get_booking,
    Action.CONFIRM: confirm_booking,
    Action.CANCEL: cancel_booking,
    Action.RESCHEDULE: lambda **arguments: reschedule_booking(starts_at=TOMORROW + 4 * HOUR, **arguments),
    Action.REASSIGN: lambda **arguments: reassign_booking(specialist_id=Specialist.objects.last().pk, **arguments),  # type: ignore[union-attr]
    Action.REVIEW: lambda **arguments: leave_review(rating=5, **arguments),
    Action.COMING: confirm_coming,
    Action.COMPLETE: complete_booking,
    Action.NO_SHOW: mark_no_show,
    Action.REOPEN: reopen_booking,
}


@pytest.mark.parametrize("action", SERVICES)
@pytest.mark.parametrize("who", ["owner", "stranger", "specialist", "colleague", "admin", "system"])
def test_every_service_asks_the_table(
    salon: Salon, who: str, action: Action, frozen: time_machine.Traveller
) -> None:
    booking = salon.book()
    if action is Action.CONFIRM:
        Booking.objects.filter(pk=booking.id).update(status=BookingStatus.PENDING)
    if action in (Action.COMPLETE, Action.NO_SHOW, Action.REOPEN):
        frozen.move_to(TOMORROW + HOUR)
    if action is Action.REOPEN:
        booking = mark_no_show(actor=salon.as_admin, booking_id=booking.id)
    if action is Action.REVIEW:
        Booking.objects.filter(pk=booking.id).update(status=BookingStatus.DONE)
    colleague_user = SpecialistUserFactory.create()
    SpecialistFactory.create(user=colleague_user, at=[salon.location], gives=[salon.service])
    actors: dict[str, tuple[Actor, tuple[Role, str]]] = {
        "owner": (salon.as_client, (Role.CLIENT, "own")),
        "stranger": (actor_of(salon.stranger), (Role.CLIENT, "foreign")),
        "specialist": (salon.as_anna, (Role.SPECIALIST, "in own calendar")),
        "colleague": (actor_of(colleague_user), (Role.SPECIALIST, "in a colleague's calendar")),
        "admin": (salon.as_admin, (Role.ADMIN, "foreign")),
        "system": (SYSTEM, (Role.SYSTEM, "foreign")),
    }
    actor, row = actors[who]
    answer = TABLE[row][action]

    if answer == YES:
        SERVICES[action](actor=actor, booking_id=booking.id)
    else:
        with pytest.raises(answer):
            SERVICES[action](actor=actor, booking_id=booking.id)
        assert Booking.objects.get(pk=booking.id).version == booking.version


@pytest.mark.parametrize("action", SERVICES)
def test_a_booking_that_does_not_exist_is_not_found(salon: Salon, action: Action) -> None:
    with pytest.raises(NotFound):
        SERVICES[action](actor=salon.as_admin, booking_id=0)


def test_lists_of_a_client_are_for_them_and_admins(salon: Salon) -> None:
    for listing in (upcoming_bookings, past_bookings):
        listing(actor=salon.as_client, client_id=salon.client.pk)
        listing(actor=salon.as_admin, client_id=salon.client.pk)
        for other in (actor_of(salon.stranger), salon.as_anna):
            with pytest.raises(NotFound):
                listing(actor=other, client_id=salon.client.pk)


def test_who_reads_without_naming_a_calendar_reads_their_own_or_all() -> None:
    anna = Actor(role=Role.SPECIALIST, door=Door.API, user_id=2, specialist_id=11)
    unlinked = Actor(role=Role.SPECIALIST, door=Door.API, user_id=3)
    forged = Actor(role=Role.CLIENT, door=Door.API, user_id=1, specialist_id=11)

    assert policies.calendar_of(anna, None) == policies.calendar_of(anna, 11) == 11
    assert (policies.calendar_of(SYSTEM, None), policies.calendar_of(SYSTEM, 11)) == (None, 11)
    for actor, asked in ((anna, 12), (unlinked, None), (forged, None), (forged, 11)):
        with pytest.raises(NotFound):
            policies.calendar_of(actor, asked)


def test_a_calendar_is_for_its_specialist_and_admins(salon: Salon) -> None:
    day = TOMORROW.date()
    specialist_day(actor=salon.as_anna, specialist_id=salon.anna.pk, day=day)
    specialist_day(actor=salon.as_admin, specialist_id=salon.anna.pk, day=day)
    for other in (salon.as_client, salon.as_anna):
        with pytest.raises(NotFound):
            specialist_day(actor=other, specialist_id=salon.boris.pk, day=day)
    with pytest.raises(NotFound):
        day_bookings(actor=salon.as_client, location_id=None, date_from=day, date_to=day)
