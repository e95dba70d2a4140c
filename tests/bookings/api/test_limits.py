"""How much an address may ask without a login."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client, RequestFactory, override_settings

from booking_site.lib import redis_client
from booking_site.lib.rate_limiter import Limit
from booking_site.settings.security import networks
from booking_site.supervisor.ports import free_port
from bookings.api.limits import address_of
from tests.bookings.api.conftest import problem_of

pytestmark = pytest.mark.django_db
PATH = "/api/v1/problems"


@pytest.fixture
def three_at_once() -> Iterator[None]:
    """And then one in 100 seconds: none comes back while a test runs."""
    with override_settings(API_LIMITS={**settings.API_LIMITS, "public": Limit(3, 0.01)}):
        yield


@pytest.mark.usefixtures("three_at_once")
def test_the_quota_is_told_and_then_enforced() -> None:
    client = Client()
    answers = [client.get(PATH) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert {answer["RateLimit-Policy"] for answer in answers} == {'"public";q=3;w=300'}
    assert [answer["RateLimit"] for answer in answers] == [
        '"public";r=2;t=100',
        '"public";r=1;t=200',
        '"public";r=0;t=300',
        '"public";r=0;t=300',
    ]
    assert problem_of(answers[3])["code"] == "rate_limited"
    assert 95 <= int(answers[3]["Retry-After"]) <= 100


@pytest.mark.usefixtures("three_at_once")
def test_each_address_has_a_quota_of_its_own() -> None:
    for _ in range(4):
        last = Client(REMOTE_ADDR="203.0.113.5").get(PATH)
    assert last.status_code == 429
    assert Client(REMOTE_ADDR="203.0.113.6").get(PATH).status_code == 200


@pytest.mark.usefixtures("three_at_once")
def test_unknown_paths_and_unchanged_answers_count_too() -> None:
    client = Client()
    etag = client.get(PATH)["ETag"]
    statuses = [
        client.get(PATH, headers={"If-None-Match": etag}).status_code,
        client.get("/api/nothing").status_code,
        client.get(PATH, headers={"If-None-Match": etag}).status_code,
    ]
    assert statuses == [304, 404, 429]


@pytest.mark.usefixtures("three_at_once")
def test_the_rest_of_the_site_is_not_limited() -> None:
    client = Client()
    for _ in range(4):
        client.get(PATH)
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert "RateLimit" not in answer


def test_without_redis_reads_go_on() -> None:
    with override_settings(REDIS_URL=f"redis://127.0.0.1:{free_port()}/0"):
        answer = Client().get("/api/v1/locations")
    assert answer.status_code == 200
    assert "RateLimit" not in answer


def test_a_bucket_is_kept_no_longer_than_it_takes_to_fill() -> None:
    Client(REMOTE_ADDR="203.0.113.5").get(PATH)
    assert 0 < redis_client.client().pttl("rl:api:public:203.0.113.5") <= 2000


@pytest.mark.parametrize(
    ("remote", "forwarded", "counted"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),  # nobody we know: not believed
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),  # the client wrote 1.2.3.4 itself
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),  # two proxies
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, rubbish", "10.0.0.1"),
        ("::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:9::1", "", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.5", "", "203.0.113.5"),
        ("", "198.51.100.1", "unknown"),
    ],
)
def test_who_is_counted(remote: str, forwarded: str, counted: str) -> None:
    request = RequestFactory().get(PATH, REMOTE_ADDR=remote, headers={"X-Forwarded-For": forwarded})
    with override_settings(TRUSTED_PROXIES=networks("10.0.0.0/8, ::1")):
        assert address_of(request) == counted
