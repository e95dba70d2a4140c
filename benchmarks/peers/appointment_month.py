"""A month of free times as ``django-appointment`` computes it: ``get_available_slots_for_staff`` for each day of each
of its staff members, and the union of what they give for "any of them".

Reads ``{"folder", "first", "days", "opens", "closes", "runs", "booked": [[who, date, start, end], …]}`` (wall-clock
texts) from standard input and writes ``{"ms": [...], "starts": [...]}``. SQLite, as the benchmark it stands beside.
"""

import json
import logging
import sys
import time
from datetime import date, time as clock_time, timedelta
from typing import Any

import django
from django.conf import settings


def configure(folder: str) -> None:
    logging.disable(logging.CRITICAL)
    settings.configure(
        SECRET_KEY="a measurement needs no secret",  # noqa: S106
        USE_TZ=True,
        TIME_ZONE="Europe/Berlin",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{folder}/peer.sqlite3"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "phonenumber_field",
            "appointment",
        ],
    )
    django.setup()


def fill(wanted: dict[str, Any]) -> tuple[Any, list[Any]]:
    """The service of an hour on a grid of 15 minutes, its staff with their working hours, and their appointments."""
    from appointment.models import (  # noqa: PLC0415 - needs settings
        Appointment,
        AppointmentRequest,
        Service,
        StaffMember,
        WorkingHours,
    )
    from django.contrib.auth.models import User  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", run_syncdb=True, verbosity=0)
    opens, closes = clock_time.fromisoformat(wanted["opens"]), clock_time.fromisoformat(wanted["closes"])
    service = Service.objects.create(name="Haircut", duration=timedelta(hours=1), price=50)
    client = User.objects.create(username="client")
    staff = {}
    for who in sorted({row[0] for row in wanted["booked"]}):
        member = StaffMember.objects.create(
            user=User.objects.create(username=f"staff{who}"), slot_duration=15, lead_time=opens, finish_time=closes,
            appointment_buffer_time=0, work_on_saturday=True, work_on_sunday=True,
        )  # fmt: skip
        member.services_offered.add(service)
        for day_of_week in range(7):
            WorkingHours.objects.create(
                staff_member=member, day_of_week=day_of_week, start_time=opens, end_time=closes
            )
        staff[who] = member
    requests = AppointmentRequest.objects.bulk_create(
        AppointmentRequest(
            date=date.fromisoformat(day), start_time=clock_time.fromisoformat(starts),
            end_time=clock_time.fromisoformat(ends), service=service, staff_member=staff[who],
        )
        for who, day, starts, ends in wanted["booked"]
    )  # fmt: skip
    Appointment.objects.bulk_create(
        Appointment(client=client, appointment_request=request, id_request=str(n))
        for n, request in enumerate(requests)
    )
    return service, list(staff.values())


def month(wanted: dict[str, Any], service: Any, staff: list[Any]) -> set[str]:
    from appointment.services import get_available_slots_for_staff  # noqa: PLC0415
    from appointment.utils.date_time import get_weekday_num  # noqa: PLC0415

    first = date.fromisoformat(wanted["first"])
    starts: set[str] = set()
    for day in (first + timedelta(days=n) for n in range(wanted["days"])):
        day_of_week = get_weekday_num(day.strftime("%A"))
        for member in staff:
            slots = get_available_slots_for_staff(day, member, day_of_week, service)
            starts.update(slot.isoformat() for slot in slots)
    return starts


def main() -> None:
    wanted = json.load(sys.stdin)
    configure(wanted["folder"])
    service, staff = fill(wanted)
    taken: list[float] = []
    starts: set[str] = set()
    for _ in range(wanted["runs"]):
        began = time.perf_counter()
        starts = month(wanted, service, staff)
        taken.append((time.perf_counter() - began) * 1000)
    json.dump({"ms": taken, "starts": sorted(starts)}, sys.stdout)


if __name__ == "__main__":
    main()
