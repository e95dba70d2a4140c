"""What holds for the rows of every entity, because they share one pattern."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

import notifications.entities
from bookings.api.crud.fields import is_money
from bookings.api.crud.resource import Resource
from bookings.api.manage import catalogue, invites, marketing, people, records, schedule, visits
from bookings.api.manage.company import COMPANY
from bookings.services.resources import entities
from bookings.services.resources.entity import Entity
from notifications.api import manage
from notifications.api.campaigns import CAMPAIGNS
from tests.bookings.api.callers import with_key
from tests.bookings.api.conftest import problem_of
from tests.bookings.api.manage.conftest import Manager, filled
from tests.bookings.conftest import NOW, make_salon

RESOURCES: list[Resource[Any]] = [
    *(
        resource
        for module in (catalogue, schedule, people, visits, marketing, records, manage)
        for resource in module.RESOURCES
    ),
    invites.INVITES,
    CAMPAIGNS,
]
#: By operations of their own.
WRITTEN_OTHERWISE = frozenset({"invites", "campaigns"})


@pytest.fixture(scope="module")
def full(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Manager]:
    """Made once, because here rows are only read; the last one out undoes them."""
    with time_machine.travel(NOW, tick=False), django_db_blocker.unblock(), transaction.atomic():
        salon = make_salon()
        yield filled(Manager(with_key(salon.admin), salon))
        transaction.set_rollback(True)


def text_of(value: Any) -> str:
    """As it is written in a query; of an instant, its UTC."""
    return str(value["utc"] if isinstance(value, dict) else value)


def test_every_entity_has_its_resource() -> None:
    declared = {
        value.name
        for module in (entities, notifications.entities)
        for value in vars(module).values()
        if isinstance(value, Entity)
    }
    assert declared == {resource.entity.name for resource in (*RESOURCES, COMPANY, manage.POLICY)}
    assert len(declared) >= 23


def test_whatever_may_be_set_is_shown() -> None:
    hidden = {
        resource.noun: missing
        for resource in (*RESOURCES, COMPANY, manage.POLICY)
        if (
            missing := {*resource.entity.writable, *resource.entity.fixed}
            - {one.attribute for one in resource.exposed}
        )
    }
    assert hidden == {}


def a_list_is_as_the_documentation_says(resource: Resource[Any], full: Manager) -> None:
    items = full.items(resource.noun)

    assert len(items) >= 3
    for item in items:
        assert list(item) == list(resource.by_name)
        resource.row_type.model_validate(item)


def money_stands_next_to_its_currency(resource: Resource[Any], full: Manager) -> None:
    money = [name for name in resource.fields if is_money(resource.entity.model, name)]
    if money:
        names = list(resource.by_name)
        assert names.index("currency") == names.index(money[-1]) + 1
        assert {item["currency"] for item in full.items(resource.noun)} == {"EUR"}


def pages_give_every_row_once_in_every_order(resource: Resource[Any], full: Manager) -> None:
    everything = {item["id"]: item for item in full.items(resource.noun, limit=200)}
    for order in resource.orders:
        for sign in ("", "-"):
            seen: list[dict[str, Any]] = []
            after: dict[str, Any] = {}
            while True:
                page = full.get(resource.noun, {"order": sign + order, "limit": 2, **after}).json()
                seen += page["items"]
                if page["next"] is None:
                    break
                after = {"after": page["next"]}
            ids = [item["id"] for item in seen]
            assert sorted(ids) == sorted(everything)
            keys = [
                (text_of(item[order]) if isinstance(item[order], dict) else item[order], item["id"])
                for item in seen
            ]
            assert keys == sorted(keys, reverse=bool(sign), key=lambda key: (_number(key[0]), key[1]))


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, str) and value.replace(".", "").isdigit() else value


def filters_give_the_rows_that_fit_and_no_others(resource: Resource[Any], full: Manager) -> None:
    everything = full.items(resource.noun, limit=200)
    for name in resource.filters:
        for value in {item[name] for item in everything if item[name] not in (None, "")}:
            fitting = [item["id"] for item in everything if item[name] == value]
            asked = str(value).lower() if isinstance(value, bool) else value
            assert sorted(item["id"] for item in full.items(resource.noun, limit=200, **{name: asked})) == sorted(
                fitting
            ), (name, value)


def ranges_begin_with_from_and_end_short_of_before(resource: Resource[Any], full: Manager) -> None:
    everything = full.items(resource.noun, limit=200)
    for name in resource.ranges:
        values = sorted({text_of(item[name]) for item in everything}, key=_number)
        first, last = values[0], values[-1]
        low = full.items(resource.noun, limit=200, **{f"{name}_from": last})
        high = full.items(resource.noun, limit=200, **{f"{name}_before": last})
        assert {text_of(item[name]) for item in low} == {last}
        assert len(low) + len(high) == len(everything)
        assert len(full.items(resource.noun, limit=200, **{f"{name}_from": first})) == len(everything)


def a_row_reads_alike_alone_and_in_the_list(resource: Resource[Any], full: Manager) -> None:
    item = full.items(resource.noun)[0]
    answer = full.get(f"{resource.noun}/{item['id']}")

    assert answer.json() == item
    assert full.get(f"{resource.noun}/{item['id']}", **{"If-None-Match": answer["ETag"]}).status_code == 304
    assert problem_of(full.get(f"{resource.noun}/999999"))["code"] == "not_found"


def a_list_costs_as_many_queries_whatever_its_length(resource: Resource[Any], full: Manager) -> None:
    full.items(resource.noun)  # the key's use is written down once a minute
    counts = []
    for limit in (1, 200):
        with CaptureQueriesContext(connection) as queries:
            full.items(resource.noun, limit=limit)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 5


def what_cannot_be_asked_is_named(resource: Resource[Any], full: Manager) -> None:
    for query in (
        {"limit": 0}, {"limit": 201}, {"limit": "many"}, {"order": "password"}, {"no_such_filter": 1},
        {"after": "nonsense"}, {"after": "WyJpZCIsMSwxXQ=="[:-1]}, {"after": "bnVsbA=="}, {"after": "W10="},
    ):  # fmt: skip
        answer = full.get(resource.noun, query)
        assert answer.status_code == 422, query
        (name,) = query
        assert [error["name"] for error in problem_of(answer)["errors"]] == [name]
    for row_id in ("0", "-1", "x", str(2**63)):
        assert full.get(f"{resource.noun}/{row_id}").status_code == 422, row_id


def no_cursor_breaks_a_list(resource: Resource[Any], full: Manager) -> None:
    values: list[Any] = [
        0, 2**63, 1e300, True, "\x00", "\ud800", "NaN", "1E400", "-1E-400", [], None, "1" * 400,
        "0001-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    ]  # fmt: skip
    pks: list[Any] = [2**63, "\x00", None, 1e300]
    hostile = [*((value, 1) for value in values), *((1, pk) for pk in pks)]
    for order in resource.orders:
        for value, pk in hostile:
            after = urlsafe_b64encode(json.dumps([order, value, pk]).encode()).decode()
            answer = full.get(resource.noun, {"order": order, "after": after})
            assert answer.status_code in (200, 422), (order, value, pk)
            assert answer.status_code == 422 or value not in ("\x00", "\ud800"), "PostgreSQL takes neither"


def what_is_only_read_knows_no_other_method(resource: Resource[Any], full: Manager) -> None:
    if resource.is_written or resource.entity.removable or resource.noun in WRITTEN_OTHERWISE:
        return
    item = full.items(resource.noun)[0]
    for answer in (
        full.post(resource.noun, {}), full.patch(f"{resource.noun}/{item['id']}", {}),
        full.delete(f"{resource.noun}/{item['id']}"),
    ):  # fmt: skip
        assert problem_of(answer)["code"] == "method_not_allowed"


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.noun)
@pytest.mark.django_db
def test_every_resource_keeps_to_the_pattern(resource: Resource[Any], full: Manager) -> None:
    for check in (
        a_list_is_as_the_documentation_says,
        money_stands_next_to_its_currency,
        pages_give_every_row_once_in_every_order,
        filters_give_the_rows_that_fit_and_no_others,
        ranges_begin_with_from_and_end_short_of_before,
        a_row_reads_alike_alone_and_in_the_list,
        a_list_costs_as_many_queries_whatever_its_length,
        what_cannot_be_asked_is_named,
        no_cursor_breaks_a_list,
        what_is_only_read_knows_no_other_method,
    ):
        check(resource, full)
