"""Ending a child process: asked first, then made to."""

import subprocess
from typing import Any

PATIENCE = 10.0


def end(process: "subprocess.Popen[Any]", *, patience: float = PATIENCE) -> None:
    """SIGTERM, and SIGKILL when it still runs after ``patience`` seconds. It has ended when this returns."""
    process.terminate()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
