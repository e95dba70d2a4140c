"""Who asks, and their profile."""

import json
from typing import Any

from bookings.enums import Role, Scope
from tests.bookings.api.callers import with_init_data, with_key, with_token
from tests.bookings.api.conftest import Answer, problem_of
from tests.bookings.conftest import Salon


def test_who_i_am(salon: Salon) -> None:
    me = with_init_data(salon.anna_user).get("/api/v1/me").json()
    assert (me["id"], me["role"], me["specialist_id"], me["kind"]) == (
        salon.anna_user.pk, Role.SPECIALIST, salon.anna.pk, "tg_client",
    )  # fmt: skip
    key = with_key(salon.admin, [Scope.PEOPLE_READ]).get("/api/v1/me").json()
    assert (key["role"], key["scopes"]) == ("admin", ["people:read"])


def test_i_change_my_profile(salon: Salon) -> None:
    client = with_token(salon.client)

    def change(**body: Any) -> Answer:
        return client.patch("/api/v1/me", json.dumps(body), content_type="application/json")

    me = change(name="Анна Ким", phone="8 (999) 123-45-67", language="ru").json()
    assert (me["name"], me["phone"], me["language"]) == ("Анна Ким", "+79991234567", "ru")
    assert change(language="en").json()["name"] == "Анна Ким"
    refused = change(name="", language="ru")
    assert (refused.status_code, problem_of(refused)["code"]) == (422, "invalid_contact")
    assert client.get("/api/v1/me").json()["language"] == "en"
    assert change(role="admin").status_code == 422
