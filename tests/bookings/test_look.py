"""One look at the catalogue reads each list once."""

import pytest
from pytest_django import DjangoAssertNumQueries

from bookings.models import Location
from bookings.queries.catalog import list_locations, list_services
from bookings.queries.look import one_look
from tests.factories import LocationFactory

pytestmark = pytest.mark.django_db


def test_each_list_is_read_once_within_a_look(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    LocationFactory.create()
    with one_look(), django_assert_num_queries(1):
        assert list_locations() == list_locations()


def test_lists_of_different_places_are_different(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with one_look():
        list_services(location_id=1)
        with django_assert_num_queries(1):
            list_services(location_id=2)


def test_a_look_ends_with_its_block_and_not_with_one_inside_it() -> None:
    location = LocationFactory.create()

    @one_look()
    def inner() -> int:
        return len(list_locations())

    with one_look():
        assert inner() == 1
        Location.objects.filter(pk=location.pk).update(is_active=False)
        assert inner() == 1
    assert inner() == 0
