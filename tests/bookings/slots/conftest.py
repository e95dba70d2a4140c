import pytest

from bookings.models import Company


@pytest.fixture
def no_notice(db: None) -> None:
    """Visits may be booked up to the last minute, for 60 days."""
    Company.objects.current()
    Company.objects.update(min_notice_minutes=0, horizon_days=60)
