"""compose.yaml and the Dockerfile agree with the Procfile and the settings; no container engine is needed to see it."""

import re
import shlex
import subprocess
import sys
from typing import Any

import pytest
import yaml
from pytest_django.live_server_helper import LiveServer

from booking_site.env import BASE_DIR, Env
from booking_site.supervisor.ports import free_port
from booking_site.supervisor.procfile import REDIS, read_procfile

COMPOSE: dict[str, Any] = yaml.safe_load((BASE_DIR / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == COMPOSE["x-service"]["image"]}
DOCKERFILE = (BASE_DIR / "Dockerfile").read_text()
SETTINGS = {name.upper() for name in Env.model_fields}
#: What only the database's own container reads.
OTHERS = {"POSTGRES_PASSWORD"}


def test_the_processes_are_those_of_the_procfile() -> None:
    """A container of its own stands for the embedded Redis, and neither stand-in for Telegram belongs there."""
    started = {name: service["command"] for name, service in OURS.items() if name != "migrate"}
    wanted = [name for name in read_procfile() if name not in {REDIS, "playground", "poller"}]
    assert started == {name: f"honcho start --no-prefix {name}" for name in wanted}


def test_every_value_it_sets_or_asks_for_is_a_setting() -> None:
    stated = {name for service in OURS.values() for name in service["environment"]}
    asked = set(re.findall(r"\$\{(\w+)", (BASE_DIR / "compose.yaml").read_text()))
    assert stated - SETTINGS == set()
    assert asked - SETTINGS - OTHERS == set()


def test_what_the_operations_guide_tells_to_set_is_a_setting() -> None:
    guide = (BASE_DIR / "docs" / "operations.md").read_text()
    told = set(re.findall(r"^ {7}([A-Z_]+)=", guide, re.MULTILINE))
    assert told - SETTINGS == OTHERS


def test_what_is_waited_for_exists_and_can_be_healthy() -> None:
    for name, service in SERVICES.items():
        for other, condition in service.get("depends_on", {}).items():
            assert other in SERVICES, name
            if condition["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other], f"{name} waits for {other}"
    mounted = {mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", ())}
    assert mounted == set(COMPOSE["volumes"])


def test_no_container_gets_less_time_to_stop_than_its_process_takes(settings: Any) -> None:
    grace = {int(service["stop_grace_period"].removesuffix("s")) for service in OURS.values()}
    assert min(grace) > settings.WORKER_STOP_SECONDS


def test_published_ports_are_those_the_processes_listen_on() -> None:
    exposed = set(re.findall(r"\d+", re.search(r"^EXPOSE (.+)$", DOCKERFILE, re.MULTILINE)[1]))  # type: ignore[index]
    published = {port.rpartition(":")[2] for service in OURS.values() for port in service.get("ports", ())}
    assert published == exposed
    assert all(port.startswith("127.0.0.1:") for service in OURS.values() for port in service.get("ports", ()))


@pytest.mark.django_db(transaction=True)
def test_the_health_check_of_web_passes_when_it_answers_and_fails_when_not(live_server: LiveServer) -> None:
    how, _python, *arguments = SERVICES["web"]["healthcheck"]["test"]
    assert how == "CMD"

    def status(port: int) -> int:
        command = [argument.replace(":8000/", f":{port}/") for argument in arguments]
        return subprocess.run([sys.executable, *command], capture_output=True, check=False).returncode

    assert status(live_server.thread.port) == 0
    assert status(free_port()) != 0


def test_the_image_does_not_run_as_root_and_sets_settings_only() -> None:
    instructions = [
        line.split(maxsplit=1) for line in re.sub(r"\\\n", " ", DOCKERFILE).splitlines() if line[:1].isupper()
    ]
    users = [value for name, value in instructions if name == "USER"]
    after = instructions[[name for name, _value in instructions].index("USER") :]
    assert users == ["booking"]
    assert not {"RUN", "COPY"} & {name for name, _value in after}
    stated = {pair.split("=")[0] for name, value in after if name == "ENV" for pair in shlex.split(value)}
    assert stated - SETTINGS == set()


def test_every_management_command_of_the_image_exists() -> None:
    from django.core.management import get_commands

    asked = set(re.findall(r"manage\.py (\w+)", DOCKERFILE + (BASE_DIR / "compose.yaml").read_text()))
    assert asked - set(get_commands()) == set()
