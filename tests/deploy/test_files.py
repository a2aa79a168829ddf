"""What docker-compose.yml, the Dockerfile and their neighbours promise, without an engine to run them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.files import (
    COMPOSE,
    DOCKERFILE,
    OURS,
    PRODUCT,
    THEIRS,
    VARIABLES,
    compose,
    environment,
    in_image,
    known_names,
    reads,
    required,
)
from tests.servers import ROOT


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """Return the services as Compose would see them."""
    found: dict[str, Any] = compose(VARIABLES)["services"]
    return found


def test_the_services_are_ours_and_two_servers(services: dict[str, Any]) -> None:
    assert set(services) == {*OURS, *THEIRS}
    assert re.fullmatch(r"postgres:18\.\d+-bookworm", services["postgres"]["image"])
    assert re.fullmatch(r"redis:7\.2\.\d+-bookworm", services["redis"]["image"])
    assert {services[name]["image"] for name in OURS} == {"family-pairing:local"}


@pytest.mark.parametrize("name", ["BASE_URL", "SMTP_HOST"])
def test_nothing_starts_without_its_address_and_a_mail_server(name: str) -> None:
    with pytest.raises(KeyError, match=name):
        compose({each: value for each, value in VARIABLES.items() if each != name})


def test_only_the_page_is_published_and_on_loopback_unless_told(services: dict[str, Any]) -> None:
    assert {name for name, service in services.items() if "ports" in service} == {"web"}
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"]
    assert all(service.get("network_mode") is None for service in services.values())


def test_the_servers_reach_nothing_outside(services: dict[str, Any]) -> None:
    whole = compose(VARIABLES)
    assert whole["networks"]["data"] == {"internal": True}
    assert [services[name]["networks"] for name in THEIRS] == [["data"], ["data"]]


@pytest.mark.parametrize("outside", [["postgres"], ["redis"], ["postgres", "redis"]])
def test_nobody_waits_for_a_server_that_is_outside_and_whoever_needs_it_gets_there(outside: list[str]) -> None:
    services = compose(VARIABLES, *map(outside_file, outside))["services"]
    started = {name for name, service in services.items() if "profiles" not in service}
    assert started == {*OURS, *THEIRS} - set(outside)
    for name in started:
        assert needed(services[name]) <= started, name
    speak = {*OURS} if "postgres" in outside else {*OURS} - {"migrate"}
    assert {name for name in started if "outside" in services[name]["networks"]} == speak


@pytest.mark.parametrize("name", THEIRS)
def test_a_server_outside_changes_nothing_else(services: dict[str, Any], name: str) -> None:
    now = compose(VARIABLES, outside_file(name))["services"]
    for each, service in now.items():
        kept = {key: value for key, value in service.items() if key not in ("profiles", "networks", "depends_on")}
        assert kept == {key: services[each][key] for key in kept}
        assert needed(services[each]) - needed(service) <= {name}
    assert needed(services["worker"]) >= {"migrate", "redis"}


def outside_file(name: str) -> Path:
    """Return the file that leaves a server out."""
    return ROOT / "deploy" / f"outside-{name}.yml"


def needed(service: dict[str, Any]) -> set[str]:
    """Return the services without which this one does not start."""
    return {name for name, how in service.get("depends_on", {}).items() if how.get("required", True)}


def test_only_postgres_keeps_anything(services: dict[str, Any]) -> None:
    assert compose(VARIABLES)["volumes"] == {"postgres": None}
    assert {name: service["volumes"] for name, service in services.items() if "volumes" in service} == {
        "postgres": ["postgres:/var/lib/postgresql"]
    }
    flags = services["redis"]["command"][2:]
    told = dict(zip(flags[::2], flags[1::2], strict=True))
    assert told["--save"] == ""
    assert (told["--appendonly"], told["--maxmemory-policy"]) == ("no", "noeviction")


@pytest.mark.parametrize("name", [*OURS, *THEIRS])
def test_nobody_is_root_or_may_become_it(services: dict[str, Any], name: str) -> None:
    service = services[name]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")


def test_everybody_is_started_again_and_may_end_in_peace(services: dict[str, Any]) -> None:
    assert {services[name]["restart"] for name in services if name != "migrate"} == {"unless-stopped"}
    assert services["migrate"]["restart"] == "no"
    assert all("stop_grace_period" in service for service in services.values())


def test_everybody_that_stays_has_a_health_check(services: dict[str, Any]) -> None:
    assert {name for name, service in services.items() if "healthcheck" in service} == set(services) - {"migrate"}
    assert "pg_isready" in services["postgres"]["healthcheck"]["test"][1]
    assert "PONG" in services["redis"]["healthcheck"]["test"][1]
    for name in ("worker", "sweeper", "beat"):
        assert services[name]["healthcheck"]["test"][:5] == ["CMD", "python", "manage.py", "healthy", name]


def test_everybody_waits_for_what_it_needs(services: dict[str, Any]) -> None:
    waits = {
        name: {needed: how["condition"].removeprefix("service_") for needed, how in service["depends_on"].items()}
        for name, service in services.items()
        if "depends_on" in service
    }
    migrated = {"migrate": "completed_successfully"}
    assert waits == {
        "migrate": {"postgres": "healthy"},
        "web": migrated,
        "sweeper": migrated,
        "worker": migrated | {"redis": "healthy"},
        "beat": migrated | {"redis": "healthy"},
    }


@pytest.mark.parametrize("name", OURS)
def test_our_environment_is_what_the_code_reads(services: dict[str, Any], name: str) -> None:
    given = environment(services[name], VARIABLES)
    assert set(services[name]["environment"]) <= known_names()
    assert required() <= {each.removesuffix("_FILE") for each in given}
    # The demo hands out passwords, and DEBUG shows settings to strangers.
    assert not {"FAMILY_PAIRING_DEMO", "DEBUG"} & set(services[name]["environment"])


@pytest.mark.parametrize("name", OURS)
def test_whatever_an_operator_may_set_reaches_the_product(services: dict[str, Any], name: str) -> None:
    given = {each.removesuffix("_FILE") for each in services[name]["environment"]}
    # For `make run` and its demo; the container's port is always the same.
    assert {each.name for each in reads()} - given == {"FAMILY_PAIRING_HOME", "FAMILY_PAIRING_DEMO", "DEBUG", "PORT"}


def test_only_migrations_run_as_the_owner(services: dict[str, Any]) -> None:
    assert {name for name in OURS if "database_owner_url" in services[name]["secrets"]} == {"migrate"}
    assert services["migrate"]["environment"]["DATABASE_URL_FILE"] == "/run/secrets/database_owner_url"
    assert "database_url" not in services["migrate"]["secrets"]


def test_every_secret_is_a_file_that_is_given_to_who_names_it(services: dict[str, Any]) -> None:
    secrets = compose(VARIABLES)["secrets"]
    assert secrets == {name: {"file": f"./secrets/{name}"} for name in secrets}
    assert {name for service in services.values() for name in service["secrets"]} == set(secrets)
    for service in services.values():
        files = {value for name, value in service["environment"].items() if name.endswith("_FILE")}
        assert files == {f"/run/secrets/{name}" for name in service["secrets"]}


def test_no_secret_stands_in_a_file() -> None:
    text = "".join((ROOT / path).read_text() for path in ("docker-compose.yml", "Dockerfile", ".dockerignore"))
    text += "".join(path.read_text() for path in (ROOT / "deploy").rglob("*") if path.is_file())
    assert not re.search(r"[0-9a-fA-F]{16}|-----BEGIN", text)
    plain = [name for name in yaml.safe_load(COMPOSE.read_text())["x-product"]["environment"] if "_FILE" not in name]
    assert not [name for name in plain if re.search("KEY|PASSWORD|SECRET|TOKEN|DATABASE|REDIS|BROKER", name)]
    assert "/secrets/" in (ROOT / ".gitignore").read_text().splitlines()


def test_the_image_installs_the_locked_packages_alone() -> None:
    text = DOCKERFILE.read_text().replace("\\\n", " ")
    (install,) = [line for line in text.splitlines() if "pip" in line and "install" in line]
    (command,) = re.findall(r"pip install [^&]+", install)
    assert command.split()[-2:] == ["-r", "/tmp/requirements.txt"]
    assert {"--no-deps", "--no-cache-dir"} <= set(command.split())
    assert set(re.findall(r"requirements\S*\.txt", text)) == {"requirements.txt"}
    assert "apt-get" not in text


def test_the_image_is_pinned_and_nobodys_root(services: dict[str, Any]) -> None:
    text = DOCKERFILE.read_text()
    bases = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.12\.\d+-slim-bookworm", bases[0])
    assert re.findall(r"^USER (.+)$", text, re.MULTILINE) == ["10001:10001"]
    assert {services[name]["user"] for name in OURS} == {"10001:10001"}


def test_the_image_holds_the_product_and_nothing_else() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert next(line for line in lines if not line.startswith("#")) == "*"
    assert set(in_image()) == {*PRODUCT, "locale", "manage.py", "requirements.txt"}
