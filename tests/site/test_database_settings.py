"""What DATABASE_URL turns into."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

SAYS = (
    "import json; from booking_site.settings import database as d;"
    " print(json.dumps([d.DATABASES['default']['OPTIONS'], d.DATABASE_PREPARES]))"
)


def options(url: str) -> Any:
    said = subprocess.run(
        [sys.executable, "-c", SAYS],
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return json.loads(said)


@pytest.mark.parametrize(("asked", "prepares"), [("", True), ("?prepare_threshold=none", False)])
def test_statements_are_planned_once_unless_a_pooler_stands_in_between(asked: str, prepares: bool) -> None:
    found, said = options(f"postgres://u@127.0.0.1:5432/name{asked}")
    assert (found["server_side_binding"], found["prepare_threshold"], said) == (True, None, prepares)
