"""Ports: which are free, and a clear word about one that is not."""

import socket
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PortSetting:
    """A port that is about to be listened on, and the setting that moves it."""

    setting: str
    host: str
    port: int


def free_port() -> int:
    """A TCP port on loopback that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_taken(host: str, port: int) -> bool:
    """Whether listening on ``host:port`` would fail."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As servers do it: a connection of an earlier run that lingers in TIME_WAIT is no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            return True
    return False


def port_problems(ports: Iterable[PortSetting]) -> list[str]:
    """One line for each port that is taken, or that two settings share."""
    problems = []
    seen: dict[int, str] = {}
    for wanted in ports:
        if wanted.port in seen:
            problems.append(f"{wanted.setting}: port {wanted.port} is also {seen[wanted.port]}; choose another")
        elif is_taken(wanted.host, wanted.port):
            problems.append(
                f"{wanted.setting}: port {wanted.port} is taken; free it, or set {wanted.setting} to another"
            )
        seen.setdefault(wanted.port, wanted.setting)
    return problems
