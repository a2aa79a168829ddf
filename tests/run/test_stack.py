"""The `stack` fixture, on which the crash tests stand: its processes are ours, and what is killed is really gone."""

from __future__ import annotations

import httpx
import psutil
import pytest
from django.db import connection

from accounts.models import Account
from tests.stack import Stack

pytestmark = pytest.mark.stack


def test_the_processes_are_ours_and_work_on_the_live_database(stack: Stack) -> None:
    stack.start("web", "sweeper")
    assert stack.get("/readyz").status_code == httpx.codes.OK
    # The socket is held here and by the web process, and by nobody else.
    holders = [each for each in psutil.Process().children() if stack.port in ports(each)]
    assert [each.pid for each in holders] == [stack.web.pid]
    with stack.inside(), connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), current_user")
        assert cursor.fetchone() == ("live", "fp_app")


def test_a_killed_web_process_is_gone_and_comes_back_on_the_same_port(stack: Stack) -> None:
    stack.start("web")
    former = stack.web.pid
    stack.web.kill9()
    assert not stack.web.running
    with pytest.raises(httpx.TransportError):
        stack.get("/livez", timeout=0.3)
    stack.start("web")
    assert stack.web.pid != former


def test_a_frozen_process_answers_again_when_it_goes_on(stack: Stack) -> None:
    stack.start("web")
    stack.web.freeze()
    with pytest.raises(httpx.ReadTimeout):
        stack.get("/livez", timeout=0.3)
    stack.web.thaw()
    assert stack.get("/livez").status_code == httpx.codes.OK


def test_the_next_test_finds_an_empty_database_and_redis(stack: Stack) -> None:
    with stack.inside():
        assert not Account.objects.exists()
    stack.redis.kill()
    stack.restart_redis()
    stack.manage("demo", "--write", str(stack.folder / "demo.json"))
    with stack.inside():
        assert Account.objects.exists()
    stack.reset()
    with stack.inside():
        assert not Account.objects.exists()


def ports(process: psutil.Process) -> set[int]:
    """Return the ports on which a process listens."""
    return {each.laddr.port for each in process.net_connections() if each.status == psutil.CONN_LISTEN}
