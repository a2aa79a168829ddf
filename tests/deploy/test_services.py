"""The services of docker-compose.yml, by their own commands, and their health checks, which must not lie."""

from __future__ import annotations

import re
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest
from psycopg2.errors import InsufficientPrivilege

from family_pairing.embedded import HOST
from tests.builders import PASSWORD
from tests.deploy.deployment import Deployment
from tests.deploy.files import OPERATIONS, folder_of
from tests.faults.waiting import wait_for
from tests.servers import Servers

pytestmark = pytest.mark.stack

FORMER_HOST = "a-container-of-last-week"
RUNNING = ("web", "worker", "sweeper", "beat")


@pytest.fixture(scope="module")
def deployment(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Generator[Deployment, None, None]:
    """Return the deployment with everything started in the order that it names."""
    made = Deployment(servers, tmp_path_factory.mktemp("deployment"))
    try:
        made.build()
        made.make_secrets()
        made.make_roles()
        made.start_redis()
        migrated = made.run("migrate")
        assert migrated.returncode == 0, migrated.stderr
        made.add_heartbeat("sweeper", FORMER_HOST)
        made.start(*RUNNING)
        yield made
    finally:
        made.close()


def test_everybody_becomes_healthy_without_waiting_for_beat(deployment: Deployment) -> None:
    wait_for(lambda: "sweeper" in deployment.heartbeats(), "the sweeper's first round", within=30)
    wait_for(lambda: FORMER_HOST not in deployment.hosts(), "what a former host left is forgotten", within=10)
    wait_for(lambda: deployment.is_well("web"), "the page", within=30)
    told = deployment.health("postgres", "redis", "worker", "sweeper")
    assert {name for name, (code, _) in told.items() if code} == set(), told


def test_mail_goes_out_as_documented(deployment: Deployment) -> None:
    words = re.search(r"exec web (python manage.py sendtestemail) (\S+)", OPERATIONS.read_text())
    assert words is not None
    sent = deployment.run("web", *words[1].split(), words[2])
    assert sent.returncode == 0, sent.stderr
    assert deployment.mail.mails[-1]["To"] == words[2]


def test_a_parent_signs_up_and_finds_a_link_over_https_in_the_mail(deployment: Deployment) -> None:
    wait_for(lambda: deployment.is_well("web"), "the page", within=30)
    said = {"email": "paula@family.example", "display_name": "Paula", "password1": PASSWORD}
    assert send(deployment, "/accounts/signup/", said) == 302
    code = deployment.mail.mails[-1]
    assert (code["To"], bool(code.get_content())) == ("paula@family.example", True)
    assert send(deployment, "/accounts/password/reset/", {"email": "paula@family.example"}) == 302
    links = re.findall(r"https?://\S+", deployment.mail.mails[-1].get_content())
    assert links
    assert all(link.startswith("https://family.example/") for link in links)


def send(deployment: Deployment, path: str, said: dict[str, str]) -> int:
    """Send a form as a proxy passes it on that says nothing of TLS; returns the status."""
    place = f"http://{HOST}:{deployment.ports['8000']}"
    with httpx.Client(base_url=place, headers={"Host": "family.example"}, timeout=20) as browser:
        token = browser.get(path).cookies["__Host-fp_csrf"]
        headers = {"Cookie": f"__Host-fp_csrf={token}"}
        return browser.post(path, data=said | {"csrfmiddlewaretoken": token}, headers=headers).status_code


def test_a_worker_that_answers_a_ping_and_consumes_nothing_is_not_healthy(deployment: Deployment) -> None:
    control = deployment.celery.control
    control.cancel_consumer("celery", reply=True, timeout=2, limit=1)
    wait_for(lambda: is_silent(deployment), "nothing more that the worker answers", within=30)
    pongs = control.ping(timeout=2, limit=1) or []
    assert [list(pong.values()) for pong in pongs] == [[{"ok": "pong"}]]
    control.add_consumer("celery", reply=True, timeout=2, limit=1)


def is_silent(deployment: Deployment) -> bool:
    """Say whether the worker is found wanting: what it had taken from the queue before, it still answers."""
    deployment.let_time_pass(31, "worker")
    return not deployment.is_well("worker")


def test_beat_is_healthy_when_the_broker_has_taken_something(deployment: Deployment) -> None:
    wait_for(lambda: "beat" in deployment.heartbeats(), "what beat publishes", within=30)
    assert deployment.is_well("beat")


def test_who_stands_still_is_not_healthy_although_it_lives(deployment: Deployment) -> None:
    for name in RUNNING:
        deployment.processes[name].freeze()
    deployment.let_time_pass(31, *RUNNING)
    told = deployment.health(*RUNNING)
    assert all(deployment.processes[name].running for name in RUNNING)
    assert {name for name, (code, _) in told.items() if code} == set(RUNNING), told
    assert "asked now, it did not answer" in told["worker"][1]
    for name in RUNNING:
        deployment.processes[name].thaw()


def test_a_worker_is_not_blamed_for_a_beat_that_is_gone(deployment: Deployment) -> None:
    deployment.processes["beat"].kill9()
    wait_for(deployment.nothing_is_queued, "answers to what was asked before", within=10)
    deployment.let_time_pass(31, "worker", "beat")
    told = deployment.health("worker", "beat")
    assert (told["worker"][0], told["beat"][0]) == (0, 1)
    assert "when asked" in told["worker"][1]
    deployment.start("beat")


def test_without_redis_the_page_and_the_sweeper_stay_healthy(deployment: Deployment) -> None:
    deployment.processes["redis"].kill9()
    wait_for(lambda: is_silent(deployment), "nothing more that the worker answers", within=30)
    deployment.let_time_pass(31, "sweeper")
    told = deployment.health("redis", "web", "worker")
    assert {name for name, (code, _) in told.items() if code} == {"redis", "worker"}, told
    wait_for(lambda: "sweeper" in deployment.heartbeats(), "the sweeper's next round", within=30)
    assert deployment.is_well("sweeper")
    deployment.start("redis")


def test_no_password_is_on_a_command_line(deployment: Deployment) -> None:
    secrets = [part for file in deployment.given.iterdir() for part in file.read_text().strip().split(":")]
    for process in deployment.processes.values():
        line = Path("/proc", str(process.pid), "cmdline").read_text()
        assert not [secret for secret in secrets if len(secret) >= 32 and secret in line], process.name


def test_everybody_ends_when_asked_and_has_written_nothing(deployment: Deployment) -> None:
    # It was started anew, and one that has only begun to start does not hear that it is asked to end.
    wait_for(lambda: "beat" in deployment.heartbeats(), "what beat publishes", within=30)
    assert deployment.stop(*RUNNING) == dict.fromkeys(RUNNING, 0)
    assert folder_of(deployment.app) == deployment.files


def test_a_quiet_day_leaves_a_short_log(deployment: Deployment) -> None:
    said = "".join(deployment.processes[name].log_text() for name in RUNNING)
    assert "ledger.heartbeat" not in said


def test_a_dump_is_restored_as_documented_with_its_rights_and_a_new_epoch(deployment: Deployment) -> None:
    words = re.search(r"run --rm --no-deps sweeper (python manage.py epoch --raise)", OPERATIONS.read_text())
    assert words is not None
    with deployment.serving() as cursor:
        cursor.execute("SELECT epoch FROM ledger_installation")
        (former,) = cursor.fetchone()
    dump = deployment.in_postgres("pg_dump", "--username", "postgres", "--format", "custom", "family_pairing")
    deployment.make_roles()
    restore = ("pg_restore", "--username", "postgres", "--exit-on-error", "--dbname", "family_pairing")
    deployment.in_postgres(*restore, given=dump)

    assert deployment.run("sweeper", *words[1].split()).stdout.startswith(f"epoch {former + 1},")
    with deployment.serving() as cursor:
        cursor.execute("SELECT current_user, pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'family_pairing'")
        assert cursor.fetchone() == ("fp_app", "fp_owner")
        cursor.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'ledger_event'")
        assert cursor.fetchone() == ("fp_owner",)
        with pytest.raises(InsufficientPrivilege):
            cursor.execute("UPDATE ledger_event SET kind = 'another'")
