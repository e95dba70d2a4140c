"""What a process pays for at its start."""

import subprocess
import sys

COUNT = """
import sys, django
django.setup()
import booking_site.urls, celery_app
celery_app.app.loader.import_default_modules()
print(sorted(name for name in ("aiogram", "aiohttp") if name in sys.modules))
"""


def test_web_beat_and_flower_start_without_the_bot_library() -> None:
    """Importing aiogram takes seconds of processor time; only those who talk to Telegram should spend them."""
    loaded = subprocess.run([sys.executable, "-c", COUNT], check=True, capture_output=True, text=True, timeout=60)

    assert loaded.stdout.strip() == "[]"
