"""Locations, categories, services and specialists, for anybody."""

from decimal import Decimal

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from i18nfield.strings import LazyI18nString

from bookings.models import Booking, Company, Location, Specialist, SpecialistService
from bookings.services.reviews import leave_review
from bookings.services.specialist_photo import set_photo
from tests.bookings.api.conftest import Get, problem_of
from tests.bookings.conftest import HOUR, TOMORROW, Salon
from tests.factories import LocationFactory, ServiceFactory
from tests.pictures import picture


def both(russian: str, english: str) -> LazyI18nString:
    return LazyI18nString({"ru": russian, "en": english})


@pytest.fixture(autouse=True)
def named(salon: Salon) -> None:
    """Names that do not depend on which test came first."""
    salon.location.name, salon.location.address = both("Салон", "Salon"), both("Аллея, 1", "1 Alley")
    salon.location.latitude, salon.location.longitude = Decimal("52.520000"), Decimal("13.405000")
    salon.location.phone = "+4930123456"
    salon.location.save()
    salon.service.category.name = both("Волосы", "Hair")
    salon.service.category.save()
    salon.service.name, salon.service.description = both("Стрижка", "Haircut"), both("Ножницами", "With scissors")
    salon.service.save()
    salon.anna.name, salon.anna.bio = both("Анна", "Anna"), both("Мастер", "Stylist")
    salon.anna.save()
    salon.boris.name = both("Борис", "Boris")
    salon.boris.save()


def location_of(salon: Salon) -> dict[str, object]:
    return {
        "id": salon.location.pk,
        "name": {"ru": "Салон", "en": "Salon"},
        "address": {"ru": "Аллея, 1", "en": "1 Alley"},
        "zone": "Europe/Berlin",
        "phone": "+4930123456",
        "latitude": 52.52,
        "longitude": 13.405,
    }


def test_all_active_locations_are_listed(salon: Salon, get: Get) -> None:
    LocationFactory.create(is_active=False)
    answer = get("/locations")
    assert answer.status_code == 200
    assert answer.json() == {"items": [location_of(salon)]}


def test_one_location_looks_as_in_the_list(salon: Salon, get: Get) -> None:
    assert get(f"/locations/{salon.location.pk}").json() == location_of(salon)


def test_a_text_without_a_translation_is_given_in_the_language_it_has(salon: Salon, get: Get) -> None:
    Location.objects.update(name=LazyI18nString({"ru": "Только по-русски"}))
    name = get(f"/locations/{salon.location.pk}").json()["name"]
    assert name == {"ru": "Только по-русски", "en": "Только по-русски"}


def test_categories_come_with_the_number_of_their_services_there(salon: Salon, get: Get) -> None:
    answer = get(f"/locations/{salon.location.pk}/categories")
    category = {"id": salon.service.category_id, "name": {"ru": "Волосы", "en": "Hair"}, "service_count": 1}
    assert answer.json() == {"items": [category]}


def test_a_service_has_the_lowest_price_and_says_that_others_take_more(salon: Salon, get: Get) -> None:
    Company.objects.current()
    Company.objects.update(currency="EUR")
    offers = SpecialistService.objects.filter(specialist=salon.boris)
    offers.update(price=Decimal("40.50"), duration_minutes=45)
    assert get(f"/locations/{salon.location.pk}/services").json() == {
        "items": [
            {
                "id": salon.service.pk,
                "category_id": salon.service.category_id,
                "name": {"ru": "Стрижка", "en": "Haircut"},
                "description": {"ru": "Ножницами", "en": "With scissors"},
                "duration_minutes": 45,
                "price": "40.50",
                "price_varies": True,
                "currency": "EUR",
                "capacity": 1,
            }
        ]
    }


def test_services_are_narrowed_by_category(salon: Salon, get: Get) -> None:
    other = ServiceFactory.create()
    SpecialistService.objects.create(specialist=salon.anna, service=other)
    path = f"/locations/{salon.location.pk}/services"

    def ids(**query: int) -> list[int]:
        return [item["id"] for item in get(path, **query).json()["items"]]

    assert ids() == [salon.service.pk, other.pk]
    assert ids(category=other.category_id) == [other.pk]
    assert ids(category=999_999) == []


def rate(salon: Salon, rating: int) -> None:
    """A visit to Anna took place, and the client says how it was."""
    card = salon.book(TOMORROW + rating * HOUR)
    Booking.objects.filter(pk=card.id).update(status="done")
    leave_review(actor=salon.as_client, booking_id=card.id, rating=rating)


def test_specialists_come_with_their_own_price_duration_and_rating(salon: Salon, get: Get) -> None:
    offers = SpecialistService.objects.filter(specialist=salon.boris)
    offers.update(price=Decimal("70.00"), duration_minutes=90)
    rate(salon, 5)
    rate(salon, 4)
    path = f"/locations/{salon.location.pk}/services/{salon.service.pk}/specialists"
    assert get(path).json() == {
        "items": [
            {
                "id": salon.anna.pk,
                "name": {"ru": "Анна", "en": "Anna"},
                "bio": {"ru": "Мастер", "en": "Stylist"},
                "duration_minutes": 60,
                "price": "50.00",
                "currency": "EUR",
                "rating": 4.5,
                "review_count": 2,
                "photo_url": None,
            },
            {
                "id": salon.boris.pk,
                "name": {"ru": "Борис", "en": "Boris"},
                "bio": {"ru": "", "en": ""},
                "duration_minutes": 90,
                "price": "70.00",
                "currency": "EUR",
                "rating": None,
                "review_count": 0,
                "photo_url": None,
            },
        ]
    }


def test_a_photo_has_an_address_that_changes_with_it(salon: Salon, get: Get) -> None:
    path = f"/locations/{salon.location.pk}/services/{salon.service.pk}/specialists"
    photo = f"/specialists/{salon.anna.pk}/photo"
    assert problem_of(get(photo))["code"] == "not_found"
    addresses = []
    for _photo in range(2):
        set_photo(actor=salon.as_admin, specialist_id=salon.anna.pk, content=picture(200, 200))
        addresses.append(get(path).json()["items"][0]["photo_url"])
    assert all(address.startswith(f"{settings.PUBLIC_URL}/api/v1{photo}?v=") for address in addresses)
    assert addresses[0] != addresses[1]
    answer = get(photo, v=addresses[-1].rpartition("=")[2])
    assert (answer.status_code, answer["Content-Type"], answer.content[:2]) == (200, "image/jpeg", b"\xff\xd8")
    assert get(photo, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_of_who_left_and_of_uploads_that_were_lost_there_is_no_photo(salon: Salon, get: Get) -> None:
    name = set_photo(actor=salon.as_admin, specialist_id=salon.anna.pk, content=picture(200, 200))
    default_storage.delete(name)
    assert get(f"/specialists/{salon.anna.pk}/photo").status_code == 404
    Specialist.objects.update(is_active=False)
    assert get(f"/specialists/{salon.anna.pk}/photo").status_code == 404
    assert get("/specialists/0/photo").status_code == 422


@pytest.mark.parametrize("rest", ["", "/categories", "/services", "/services/1/specialists"])
def test_what_belongs_to_an_unknown_location_is_not_found(get: Get, rest: str) -> None:
    answer = get(f"/locations/999999{rest}")
    assert answer.status_code == 404
    assert problem_of(answer) == {
        "code": "not_found",
        "detail": "There is no such location",
        "details": {"location_id": 999999},
    }


def test_a_location_that_was_closed_is_not_found(salon: Salon, get: Get) -> None:
    Location.objects.update(is_active=False)
    assert get(f"/locations/{salon.location.pk}").status_code == 404


def test_specialists_of_a_service_that_is_not_given_there_are_not_found(salon: Salon, get: Get) -> None:
    elsewhere = ServiceFactory.create()
    answer = get(f"/locations/{salon.location.pk}/services/{elsewhere.pk}/specialists")
    assert answer.status_code == 404
    assert problem_of(answer) == {
        "code": "not_found",
        "detail": "The service is not given at the location",
        "details": {"location_id": salon.location.pk, "service_id": elsewhere.pk},
    }


@pytest.mark.parametrize("number", ["0", "-1", "abc", "1.5", str(2**63), "9" * 40])
def test_an_id_that_cannot_be_one_is_refused_with_its_name(get: Get, number: str) -> None:
    answer = get(f"/locations/{number}")
    assert answer.status_code == 422
    assert [(error["in"], error["name"]) for error in problem_of(answer)["errors"]] == [("path", "location_id")]
