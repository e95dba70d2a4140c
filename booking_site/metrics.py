"""Numbers for Prometheus, read from Redis and the database when asked.

Nothing is counted in a process's memory, so the answer is the same whichever web process gives it. A part of the
service adds its numbers with ``register_gauge`` in its ``AppConfig.ready``, or counts with ``increment``.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import redis
from django.conf import settings
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from booking_site.lib.redis_client import client

logger = logging.getLogger(__name__)

COUNTERS_KEY = "metrics:counters"
Reader = Callable[[], Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Gauge:
    """``read`` gives a value for each value of ``label``; under ``""`` when there is no label."""

    name: str
    documentation: str
    read: Reader
    label: str = ""


@dataclass(frozen=True, slots=True)
class Counter:
    """Counted with ``increment``; shown with 0 until then."""

    name: str
    documentation: str


_gauges: dict[str, Gauge] = {}
_counters: dict[str, Counter] = {}


def register_gauge(name: str, documentation: str, read: Reader, *, label: str = "") -> None:
    """Show ``booking_{name}``. ``read`` is called at each scrape, must be quick, and may raise: then it is left out."""
    _gauges[name] = Gauge(name, documentation, read, label)


def register_counter(name: str, documentation: str) -> None:
    """Show ``booking_{name}_total``."""
    _counters[name] = Counter(name, documentation)


def increment(name: str, amount: int = 1) -> None:
    """Count for all processes. Lost, with no error, while Redis is away: a number must not stop the work it counts.

    A Lua script on a hot path does the same with ``HINCRBY metrics:counters {name} {amount}``.
    """
    try:
        client().hincrby(COUNTERS_KEY, name, amount)
    except redis.RedisError as error:
        logger.debug("%s not counted: %s", name, error)


class _Collector:
    def collect(self) -> Iterator[Metric]:
        failed = 0
        for gauge in _gauges.values():
            family = GaugeMetricFamily(
                f"booking_{gauge.name}", gauge.documentation, labels=[gauge.label] if gauge.label else None
            )
            try:
                for label, value in gauge.read().items():
                    family.add_metric([label] if gauge.label else [], value)
            except Exception:  # whatever it reads from is down: the other numbers still matter
                logger.exception("metric %s not read", gauge.name)
                failed += 1
                continue
            yield family
        try:
            counted = client().hgetall(COUNTERS_KEY)
        except redis.RedisError:
            failed += 1
        else:
            yield from self._counters({str(name): str(value) for name, value in counted.items()})
        yield GaugeMetricFamily("booking_metrics_failed", "Numbers that could not be read.", value=failed)

    def _counters(self, counted: Mapping[str, str]) -> Iterable[Metric]:
        for counter in _counters.values():
            yield CounterMetricFamily(
                f"booking_{counter.name}", counter.documentation, value=float(counted.get(counter.name, 0))
            )


def render() -> bytes:
    """All registered numbers in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Collector())
    return generate_latest(registry)


def _queue_lengths() -> dict[str, float]:

    pipe = client().pipeline(transaction=False)
    for queue in settings.QUEUES:
        pipe.llen(queue)
    return dict(zip(settings.QUEUES, map(float, pipe.execute()), strict=True))


register_gauge("queue_messages", "Celery messages waiting, by queue.", _queue_lengths, label="queue")
