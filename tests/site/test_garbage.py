"""Workers look for garbage seldom, and not in what they have loaded for good."""

import gc

from celery import signals

import celery_app
from booking_site.lib.garbage import spare_the_collector


def test_what_is_loaded_is_set_aside_and_the_rest_looked_at_less_often() -> None:
    before = gc.get_threshold()
    try:
        spare_the_collector()
        assert gc.get_threshold()[0] > before[0]
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.set_threshold(*before)


def test_every_worker_does_so_once_it_is_up() -> None:
    assert celery_app._spare_the_collector in [receiver() for _key, receiver in signals.worker_ready.receivers]
