"""No container engine is needed here: what the files say is held against what exists."""

import json
import pathlib
import re
import shutil
import sys
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARIES = pathlib.Path(sys.executable).parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OUR_SERVICES = {name: service for name, service in SERVICES.items() if "build" in service}
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
VARIABLE = re.compile(r"\$\{(\w+)")
READ_BY_SETTINGS = re.compile(r"""(?:env\.\w+|flag)\(\s*"(\w+)\"""")


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} (.*)$", DOCKERFILE, flags=re.MULTILINE)


def command_of(service_name: str) -> list[str]:
    """Return a service's command, or that of the image, as a machine without containers runs it."""
    command = SERVICES[service_name].get("command") or json.loads(instructions("CMD")[-1])
    return [str(BINARIES / command[0]), *command[1:]]


def test_the_services_are_those_that_the_product_needs() -> None:
    assert sorted(SERVICES) == [
        *("beat", "migrate", "postgres", "redis", "seal", "web", "worker"),
    ]
    assert sorted(OUR_SERVICES) == ["beat", "migrate", "seal", "web", "worker"]


@pytest.mark.parametrize("name", OUR_SERVICES)
def test_our_services_run_without_privileges(name: str) -> None:
    service = OUR_SERVICES[name]

    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_image_runs_as_the_same_user() -> None:
    assert instructions("USER") == ["10001:10001"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_lasting_service_has_a_health_check(name: str) -> None:
    healthcheck = SERVICES[name].get("healthcheck")

    if name == "web":
        assert healthcheck is None
        assert instructions("HEALTHCHECK")
    elif name in {"migrate", "seal"}:
        assert healthcheck == {"disable": True}
    else:
        assert healthcheck["test"][0] in {"CMD", "CMD-SHELL"}


def test_the_worker_can_be_multiplied() -> None:
    assert {"container_name", "ports", "hostname"} & set(SERVICES["worker"]) == set()


@pytest.mark.parametrize("name", OUR_SERVICES)
def test_commands_name_programs_that_exist(name: str) -> None:
    command = command_of(name)

    assert shutil.which(command[0]) is not None
    if command[1] == "manage.py":
        assert (ROOT / "manage.py").is_file()
        assert command[2] in get_commands()


def test_all_stages_stand_on_one_python() -> None:
    bases = [line.split()[0] for line in instructions("FROM")]

    assert len(bases) == 2
    assert len(set(bases)) == 1


def test_what_the_image_copies_is_not_ignored() -> None:
    kept = [
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    ]
    copied = [
        source
        for line in instructions("COPY")
        if not line.startswith("--from")
        for source in line.split()[:-1]
        if source != "."
    ]
    run = re.findall(r"\b(?:tools/)?\w+\.py\b", DOCKERFILE)

    assert [path for path in kept if not (ROOT / path).exists()] == []
    assert sorted(set(copied + run) - set(kept)) == []


def test_the_example_names_every_variable_that_compose_asks_for() -> None:
    example = (ROOT / ".env.example").read_text()
    offered = set(re.findall(r"^#?([A-Z_]+)=", example, flags=re.MULTILINE))
    asked = set(VARIABLE.findall((ROOT / "docker-compose.yml").read_text()))
    settings = set(READ_BY_SETTINGS.findall((ROOT / "conference/settings.py").read_text()))

    assert sorted(asked - offered) == []
    assert sorted(offered - asked - settings) == ["WEB_CONCURRENCY"]  # gunicorn reads this one
