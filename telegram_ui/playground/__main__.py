"""``python -m telegram_ui.playground TOKEN [PORT [--while-stdin-open]]``: a playground in memory, without Django, for load tests."""

import os
import sys

from telegram_ui.playground.process import end_with_stdin, serve
from telegram_ui.playground.server import PlaygroundServer


def main() -> int:
    if os.environ.get("APP_ENV") == "production":
        sys.stderr.write("The playground is for development: it does not start with APP_ENV=production.\n")
        return 1
    server = PlaygroundServer(sys.argv[1], port=int(sys.argv[2]) if len(sys.argv) > 2 else 0, max_calls=300_000)  # noqa: PLR2004
    if "--while-stdin-open" in sys.argv:
        end_with_stdin()
    serve(server, lambda line: print(line, flush=True))  # noqa: T201 - the address, for whoever started it
    return 0


if __name__ == "__main__":
    sys.exit(main())
