"""Keys of requests that came before an upgrade are still answered after it."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from bookings.models import IdempotencyKey

BEFORE, AFTER = ("bookings", "0006_audit"), ("bookings", "0007_waitlist_promotions_reviews_series")


@pytest.mark.django_db(transaction=True)
def test_an_answer_survives_the_upgrade() -> None:
    last = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        old = MigrationExecutor(connection).migrate([BEFORE]).apps
        client = old.get_model("bookings", "User").objects.create(username="c")
        place = old.get_model("bookings", "Location").objects.create(name="x", timezone="UTC")
        booking = old.get_model("bookings", "Booking").objects.create(
            client=client, location=place, starts_at="2026-03-02T10:00Z", ends_at="2026-03-02T11:00Z"
        )
        old.get_model("bookings", "IdempotencyKey").objects.create(scope="s", key="k", booking=booking)
    finally:
        MigrationExecutor(connection).migrate(last)

    assert IdempotencyKey.objects.get().result_id == booking.pk
