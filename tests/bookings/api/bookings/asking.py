"""Requests about bookings."""

import json
from typing import Any

from django.test import Client

from tests.bookings.api.conftest import Answer
from tests.bookings.conftest import TOMORROW, Salon

BOOKINGS = "/api/v1/bookings"


def post(client: Client, path: str, body: object = None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(BOOKINGS + path, json.dumps(body or {}), content_type="application/json", headers=named)


def wanted(salon: Salon, **changes: Any) -> dict[str, Any]:
    items = [{"service_id": salon.service.pk, "specialist_id": salon.anna.pk}]
    return {"location_id": salon.location.pk, "items": items, "starts_at": TOMORROW.isoformat(), **changes}
