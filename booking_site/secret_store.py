"""Development secrets, made once under the data folder and kept between starts."""

import json
import os
import secrets
from pathlib import Path

FILE_NAME = "secrets.json"


def development_secrets(data_dir: Path) -> dict[str, str]:
    """Return the secrets of ``data_dir``, creating them (mode 0600) on the first call.

    Two processes may call this at once: the file appears whole by a hard link, and whoever comes second reads it.
    """
    path = data_dir / FILE_NAME
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        fresh = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "TELEGRAM_WEBHOOK_SECRET": secrets.token_urlsafe(32),
            "FLOWER_PASSWORD": secrets.token_urlsafe(12),
            "ADMIN_PASSWORD": secrets.token_urlsafe(12),
        }
        draft = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(fresh, file)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first; its file is the one to read
        finally:
            draft.unlink()
    return stored_secrets(data_dir)


def stored_secrets(data_dir: Path) -> dict[str, str]:
    """The secrets that ``data_dir`` already has; none where there is no file."""
    path = data_dir / FILE_NAME
    if not path.exists():
        return {}
    stored: dict[str, str] = json.loads(path.read_text())
    return stored
