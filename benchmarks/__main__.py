"""``python -m benchmarks bench|chaos [ONLY=name,…]``."""

import os
import sys
import tempfile
from pathlib import Path

import django

from booking_site.testing.system import clean_environment


def main(arguments: list[str]) -> int:
    """Run what is asked for. Returns the exit status."""
    if not arguments or arguments[0] not in {"bench", "chaos", "one"}:
        print("usage: python -m benchmarks bench|chaos [ONLY=name,name]", file=sys.stderr)
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "booking_site.settings")
    if arguments[0] == "one":
        return _one(arguments[1], arguments[2], Path(arguments[3]))
    with tempfile.TemporaryDirectory(prefix="booking-") as folder:
        # Only to read the list of names, with settings that touch nothing of a developer's.
        os.environ |= clean_environment(Path(folder))
        django.setup()
        from benchmarks.runner import run_all  # noqa: PLC0415 - the modules it imports need Django

        names = [argument.removeprefix("ONLY=") for argument in arguments[1:]]
        return run_all(arguments[0], [name for given in names for name in given.split(",") if name])


def _one(kind: str, name: str, answer: Path) -> int:
    django.setup()
    from benchmarks.runner import run_one  # noqa: PLC0415 - the modules it imports need Django

    run_one(kind, name, answer)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
