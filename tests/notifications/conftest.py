"""Russian texts compiled from the sources, as ``make`` does before the first start."""

from pathlib import Path

import polib
import pytest

import notifications


@pytest.fixture(scope="session", autouse=True)
def compiled_texts() -> None:
    source = Path(notifications.__file__).parent / "locale/ru/LC_MESSAGES/django.po"
    compiled = source.with_suffix(".mo")
    if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
        polib.pofile(str(source)).save_as_mofile(str(compiled))
