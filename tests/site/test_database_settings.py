"""What DATABASE_URL turns into."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

SAYS = "import json; from booking_site.settings.database import DATABASES as d; print(json.dumps(d['default']['OPTIONS']))"


def options(url: str) -> Any:
    said = subprocess.run(
        [sys.executable, "-c", SAYS],
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return json.loads(said)


@pytest.mark.parametrize(
    ("asked", "threshold"), [("", 2), ("?prepare_threshold=none", None), ("?prepare_threshold=7", 7)]
)
def test_statements_are_planned_once_unless_a_pooler_stands_in_between(asked: str, threshold: int | None) -> None:
    found = options(f"postgres://u@127.0.0.1:5432/name{asked}")
    assert (found["server_side_binding"], found["prepare_threshold"]) == (True, threshold)
