"""People who do anything at all, against the whole system: the small form of ``make chaos ONLY=monkey``."""

import pytest

from benchmarks.registry import entries
from benchmarks.runner import run_in_a_process

pytestmark = [pytest.mark.system, pytest.mark.timeout(200)]


def test_every_act_is_answered_and_the_rules_hold() -> None:
    """A press or a text without an answer, a dead letter, a leak or a broken invariant ends the run without lines."""
    answer = run_in_a_process(entries("short")["monkey"])

    assert answer["broken"] == []
    assert [line["name"] for line in answer["lines"]] == ["monkey"]
