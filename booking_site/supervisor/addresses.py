"""Addresses to show to a person."""


def browser_url(host: str, port: int) -> str:
    """Where a browser on this machine finds a server that listens on ``host``, which may be every address."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{name}:{port}/"
