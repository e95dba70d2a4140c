"""The files that measurements and chaos runs write have one shape, and keep what was not run again."""

import json
from pathlib import Path

import pytest

from benchmarks import report
from benchmarks.registry import Measurement, Outcome, Peer


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(
        report,
        "FILES",
        {"bench": (tmp_path / "results.json", "results"), "chaos": (tmp_path / "chaos.json", "scenarios")},
    )
    return tmp_path


def test_a_measurement_is_written_in_the_agreed_shape(files: Path) -> None:
    measured = Measurement(
        name="webhook.accept", value=2345.678, unit="per second", p50_ms=1.23456, p99_ms=9.87654,
        peer=Peer("in-memory handler", 1172.839), conditions="500 requests/s",
    )  # fmt: skip
    report.merge("bench", [measured.as_json()])
    written = json.loads((files / "results.json").read_text())
    assert set(written) == {"machine", "results"}
    assert set(written["machine"]) == {"cpu", "cores", "memory_gib", "os", "python"}
    assert written["results"] == [
        {
            "name": "webhook.accept", "value": 2346, "unit": "per second", "p50_ms": 1.235, "p99_ms": 9.877,
            "peer": {"name": "in-memory handler", "value": 1173}, "ratio": 2.0, "conditions": "500 requests/s",
        }
    ]  # fmt: skip


def test_a_chaos_outcome_is_written_in_the_agreed_shape(files: Path) -> None:
    outcome = Outcome(name="kill_workers", load="20,000 updates", faults="SIGKILL every 2 s", duplicated=3)
    report.merge("chaos", [outcome.as_json()])
    assert json.loads((files / "chaos.json").read_text()) == {
        "scenarios": [
            {
                "name": "kill_workers", "load": "20,000 updates", "faults": "SIGKILL every 2 s", "lost": 0,
                "reordered": 0, "duplicated": 3, "double_booked": 0, "recovery_s": None,
            }
        ]
    }  # fmt: skip


def test_names_that_were_not_run_are_kept(files: Path) -> None:
    for name, value in (("a", 1.0), ("b", 2.0), ("a", 3.0)):
        report.merge("bench", [Measurement(name=name, value=value, unit="ms", conditions="").as_json()])
    results = json.loads((files / "results.json").read_text())["results"]
    assert [(line["name"], line["value"]) for line in results] == [("a", 3), ("b", 2)]


@pytest.mark.parametrize(
    ("outcome", "broken"),
    [
        (Outcome(load="", faults="", duplicated=5), []),
        (Outcome(load="", faults="", lost=1, double_booked=2), ["lost 1", "double_booked 2"]),
    ],
)
def test_a_promise_that_is_broken_is_said(outcome: Outcome, broken: list[str]) -> None:
    assert outcome.broken_promises() == broken
