"""docker-compose.yml is well formed and starts the very processes that `up` starts."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from lab.config import Broker
from lab.supervisor.crew import crew

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "etabli"}
TOP = {"name", "services", "volumes"}
KEYS = {"build", "image", "init", "restart", "command", "environment", "volumes", "ports"} | {
    "depends_on",
    "healthcheck",
    "profiles",
    "device_cgroup_rules",
}
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}


def test_only_keys_that_compose_knows_are_used():
    assert {key for key in COMPOSE if not key.startswith("x-")} == TOP
    assert {key for service in SERVICES.values() for key in service} <= KEYS


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_waits_for_services_that_can_tell_how_they_fare(name):
    for other, how in SERVICES[name].get("depends_on", {}).items():
        assert how["condition"] in CONDITIONS
        if how["condition"] == "service_healthy":
            assert SERVICES[other]["healthcheck"]["test"][0] == "CMD"
        if how["condition"] == "service_completed_successfully":
            assert SERVICES[other]["restart"] == "no"


def test_every_named_volume_is_declared():
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}

    assert {name for name in used if name[0] not in "/."} == set(COMPOSE["volumes"])


def test_what_is_not_always_needed_waits_to_be_asked_for():
    asked_for = {name for name, service in SERVICES.items() if service.get("profiles") == [name]}

    assert asked_for == {role.name for role in crew(settings.CONFIG, simulated=False) if role.on_demand}


def test_nothing_is_published_beyond_this_host_unless_told_to():
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]

    assert published == [
        "${MQTT_PLAIN_BIND:-${ETABLI_BIND:-127.0.0.1}}:${MQTT_PORT:-1883}:1883",
        "${ETABLI_BIND:-127.0.0.1}:${MQTT_TLS_PORT:-8883}:8883",
        "${ETABLI_BIND:-127.0.0.1}:${PORT:-8000}:8000",
    ]


def test_every_variable_has_a_default_or_is_asked_for():
    assert all(re.fullmatch(r"\w+(:-.*|:\?.+)", inside) for inside in re.findall(r"\$\{([^{}]*)\}", TEXT))


def test_only_the_broker_gets_its_private_key():
    private = [
        name
        for name, service in SERVICES.items()
        if any("/private" in volume for volume in service.get("volumes", []))
        or "MQTT_TLS_KEY" in service.get("environment", {})
    ]

    assert private == ["broker"]


def test_the_processes_are_those_of_up():
    config = replace(
        settings.CONFIG,
        bind="0.0.0.0",
        port=8000,
        broker=Broker("broker", 1883, "bridge", "x", embedded=True),
    )
    wanted = {role.name: ["python", *role.command[1:]] for role in crew(config, simulated=False)}

    assert {name: service["command"] for name, service in OURS.items() if name != "prepare"} == wanted


def test_the_image_is_made_of_files_that_exist():
    dockerfile = (ROOT / COMPOSE["x-lab"]["build"]["dockerfile"]).read_text()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
    allowed = re.findall(r"^!(.+)$", (ROOT / "docker" / "Dockerfile.dockerignore").read_text(), re.MULTILINE)

    sources = [source for line in copied for source in line.split()]
    assert set(sources) == set(allowed)
    assert all((ROOT / source).exists() for source in sources)
