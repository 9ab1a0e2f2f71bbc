"""The files that start and ship the product agree with the product and with each other."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic_settings import BaseSettings

import app.settings
import relay.settings
import stack.settings
import worker.settings

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = ("web", "relay", "worker", "beat", "flower")
SETTINGS: tuple[type[BaseSettings], ...] = (
    app.settings.Settings,
    relay.settings.Settings,
    stack.settings.StackSettings,
    worker.settings.Settings,
)
COMPOSE_ONLY = {"SITE_ADDRESS", "POSTGRES_PASSWORD", "REDIS_PASSWORD"}
SECRETS = {
    "CREDENTIALS_KEYS",
    "FLOWER_BASIC_AUTH",
    "JWT_SECRET_KEY",
    "POSTGRES_PASSWORD",
    "REDIS_PASSWORD",
}


def procfile(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text().splitlines()
    return {line.partition(": ")[0]: line.partition(": ")[2] for line in lines if line}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


class TestEnvironmentExample:
    def listed(self) -> dict[str, str]:
        text = (ROOT / ".env.example").read_text()
        found = re.findall(r"^#?([A-Z][A-Z0-9_]*)=(.*)$", text, re.MULTILINE)
        assert len(found) == len(dict(found))  # each once
        return dict(found)

    def test_lists_every_setting_and_nothing_else(self) -> None:
        """Whoever adds a setting tells people about it."""
        fields = {name.upper() for each in SETTINGS for name in each.model_fields}

        assert fields | COMPOSE_ONLY == set(self.listed())

    def test_says_the_true_defaults(self) -> None:
        """A value shown behind a setting is what the process takes when it is not given."""
        listed = self.listed()
        wrong = {}
        for each in SETTINGS:
            for name, field in each.model_fields.items():
                shown = listed.get(name.upper(), "")
                if shown and not _same(shown, field.default):
                    wrong[name] = (shown, field.default)

        assert {} == wrong

    def test_holds_no_value_of_a_secret(self) -> None:
        """An example's secret would be in use somewhere."""
        listed = self.listed()

        assert {""} == {listed[name] for name in SECRETS}


class TestProcfiles:
    def test_list_the_five_processes(self) -> None:
        """Procfile runs what a platform has to run."""
        assert set(PROCESSES) == set(procfile("Procfile"))

    def test_add_redis_for_development(self) -> None:
        """Procfile.dev differs from Procfile by Redis only."""
        development = procfile("Procfile.dev")

        assert "python -m stack.main redis" == development.pop("redis")
        assert procfile("Procfile") == development


class TestCompose:
    SERVICES = (
        *("proxy", "app", "relay", "worker", "beat", "flower"),
        *("postgres", "redis", "ollama", "migrate"),
    )

    def test_has_the_production_shape(self, compose: dict[str, Any]) -> None:
        """All services of the design are there, and no other."""
        assert set(self.SERVICES) == set(compose["services"])

    def test_restarts_every_service(self, compose: dict[str, Any]) -> None:
        """What dies comes back; the migration only when it failed."""
        restarts = {name: service["restart"] for name, service in compose["services"].items()}

        assert "on-failure" == restarts.pop("migrate")
        assert {"unless-stopped"} == set(restarts.values())

    def test_checks_the_health_of_whatever_stays(self, compose: dict[str, Any]) -> None:
        """All but the migration say when they are ready, and when they hang."""
        checked = {
            name for name, service in compose["services"].items() if "healthcheck" in service
        }

        assert set(self.SERVICES) - {"migrate"} == checked

    def test_waits_for_services_that_can_be_waited_for(self, compose: dict[str, Any]) -> None:
        """Each dependency exists, names its condition, and can fulfil it."""
        services = compose["services"]
        conditions = {
            (needed, how["condition"])
            for service in services.values()
            for needed, how in service.get("depends_on", {}).items()
        }

        assert {
            ("app", "service_healthy"),
            ("migrate", "service_completed_successfully"),
            ("postgres", "service_healthy"),
            ("redis", "service_healthy"),
            ("relay", "service_healthy"),
        } == conditions

    def test_runs_images_with_a_fixed_tag(self, compose: dict[str, Any]) -> None:
        """A restart never brings another version."""
        for service in compose["services"].values():
            name, _, tag = service["image"].partition(":")
            assert name
            assert tag not in {"", "latest"}

    def test_has_no_secret_of_its_own(self) -> None:
        """Every secret comes from .env, and compose stops when it is missing."""
        text = (ROOT / "docker-compose.yml").read_text()
        for name in SECRETS:
            uses = re.findall(rf"(?<!\$)\$\{{{name}([^}}]*)\}}", text)
            assert uses
            assert all(use.startswith(":?") for use in uses)

    def test_knows_every_variable_that_it_takes_from_env(self) -> None:
        """What compose asks for is explained in .env.example."""
        wanted = re.findall(r"(?<!\$)\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text())

        assert set() == set(wanted) - set(TestEnvironmentExample().listed())

    def test_gives_only_settings_that_exist(self, compose: dict[str, Any]) -> None:
        """A misspelt variable would be ignored without a word."""
        fields = {name.upper() for each in SETTINGS for name in each.model_fields}
        given = set(_own_environment(compose))

        celery = {"REMAP_SIGTERM"}  # read by Celery itself
        assert set() == given - fields - celery

    def test_gives_every_setting_of_env_to_our_processes(self, compose: dict[str, Any]) -> None:
        """Naive: what compose does not name is ignored without a word."""
        ours = [service for service in compose["services"].values() if "build" in service]

        assert [[".env"]] * len(ours) == [
            [each["path"] for each in service["env_file"]] for service in ours
        ]

    def test_keeps_no_log_for_ever(self, compose: dict[str, Any]) -> None:
        """The driver of every service drops what is old."""
        drivers = {service["logging"]["driver"] for service in compose["services"].values()}

        assert {"local"} == drivers

    def test_opens_only_the_proxy_to_other_machines(self, compose: dict[str, Any]) -> None:
        """Database, queue and Flower are not reachable from outside."""
        published = {
            name: [port for port in service["ports"] if not port.startswith("127.0.0.1:")]
            for name, service in compose["services"].items()
            if "ports" in service
        }

        assert {"proxy": ["80:80", "443:443", "443:443/udp"], "flower": []} == published

    def test_keeps_the_queue_when_redis_restarts_or_fills(self, compose: dict[str, Any]) -> None:
        """Redis appends to disk and evicts nothing."""
        command = compose["services"]["redis"]["command"][-1]

        assert "--appendonly yes" in command
        assert "--maxmemory-policy noeviction" in command

    def test_is_accepted_by_docker_compose(self, tmp_path: Path) -> None:
        """Docker's own reading of the file finds no fault."""
        environment = tmp_path / "env"
        environment.write_text("".join(f"{name}=x\n" for name in SECRETS | COMPOSE_ONLY))
        compose_command = ["docker", "compose"]
        try:
            subprocess.run([*compose_command, "version"], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("no docker with the compose plugin here")
        arguments = [
            "--env-file",
            str(environment),
            "-f",
            str(ROOT / "docker-compose.yml"),
            "config",
        ]
        done = subprocess.run(
            [*compose_command, *arguments, "-q"], capture_output=True, text=True, check=False
        )

        assert "" == done.stderr
        assert 0 == done.returncode


class TestProxy:
    def test_sends_both_streams_to_the_relay_unbuffered(self) -> None:
        """The two streaming paths go to the relay, event by event; all else to the app."""
        text = (ROOT / "deploy" / "Caddyfile").read_text()

        assert "/api/v1/jobs/*/stream /api/v1/projects/*/context/generate/stream" in text
        assert "flush_interval -1" in text
        assert "dynamic a relay 8001" in text
        assert "reverse_proxy app:8000" in text


class TestDockerfile:
    def test_runs_as_nobody_special(self) -> None:
        """The last USER of the image is not root."""
        users = re.findall(r"^USER (\w+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)

        assert ["schemalore"] == users

    def test_takes_no_secret_into_the_image(self) -> None:
        """Everything is left out, then only sources are let in."""
        lines = (ROOT / ".dockerignore").read_text().splitlines()
        patterns = [line for line in lines if line and not line.startswith("#")]

        assert "*" == patterns[0]
        assert "**/.env*" in patterns
        assert [] == [line for line in patterns if line.startswith("!.")]


class TestMakefile:
    def test_shows_its_commands_by_default(self) -> None:
        """`make` alone lists every command that the design promises."""
        done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
        commands = re.findall(r"^  make ([a-z-]+) +\S", done.stdout, re.MULTILINE)

        assert {"demo", "run", "test", "check", "setup", "migrate", "clean"} <= set(commands)
        assert {"test-unit", "test-integration", "test-acceptance", "test-browser"} <= set(commands)

    @pytest.mark.parametrize(
        ("script", "said"),
        [
            ("#!/bin/sh\nexit 1\n", "needs Python 3.11 or newer"),
            ('#!/bin/sh\ncase "$2" in *venv*) exit 1;; esac\n', "comes without its venv module"),
        ],
    )
    def test_says_what_is_wrong_with_the_python(
        self, tmp_path: Path, script: str, said: str
    ) -> None:
        """A Python that is too old, or lacks venv, is named with what to do."""
        for name in ("Makefile", "pyproject.toml", "constraints.txt"):
            (tmp_path / name).write_text((ROOT / name).read_text())
        python = tmp_path / "oldpython"
        python.write_text(script)
        python.chmod(0o700)
        done = subprocess.run(
            ["make", "setup", f"PYTHON={python}"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

        assert 2 == done.returncode
        assert said in done.stdout


def _same(shown: str, default: object) -> bool:
    if isinstance(default, bool):
        return shown == str(default).lower()
    if isinstance(default, int | float):
        return float(shown) == default
    reveal = getattr(default, "get_secret_value", None)
    return shown == str(reveal() if reveal else default)


def _own_environment(compose: dict[str, Any]) -> Iterator[str]:
    for service in compose["services"].values():
        if "build" in service:
            yield from service["environment"]
