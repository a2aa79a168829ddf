"""The former commit's own processes serve on the tables of this one, alone and beside this one's."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
import tarfile
import warnings
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from family_pairing.children import spawn
from family_pairing.embedded import HOST
from family_pairing.supervisor import commands
from ledger.cache import Version
from tests.servers import ROOT
from tests.stack import Process, Stack

pytestmark = pytest.mark.stack
MIGRATIONS = "*/migrations/*.py"


def git(*arguments: str) -> str:
    """Return what git says, nothing where it refuses or is not there."""
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def former_commit() -> str:
    """Return the commit before this tree: where migrations are not committed yet, that is the last one.

    `FORMER` names another one, such as the tag of the release that is in use.
    """
    if "FORMER" in os.environ:
        return git("rev-parse", "--verify", f"{os.environ['FORMER']}^{{commit}}")
    is_ahead = bool(git("status", "--porcelain", "--", MIGRATIONS))
    return git("rev-parse", "--verify", "--quiet", "HEAD" if is_ahead else "HEAD~1")


def check_history(commit: str) -> None:
    """Skip, and say so aloud, where there is nothing to compare with."""
    if not commit:
        why = "there is no former commit here (a shallow clone?): nothing shows that it works on these tables"
        warnings.warn(f"{why}; fetch the history", stacklevel=1)
        pytest.skip(why)


class FormerProcess(Process):
    """A process of the former commit, in its own folder, with this one's packages."""

    def __init__(self, ours: Process, stack: Stack, tree: Path) -> None:
        super().__init__(f"former-{ours.name}", ours.command, stack.env, stack.folder, ours.fds)
        self.tree = tree

    def start(self) -> None:
        """Start it unless it runs."""
        if not self.running:
            with self.log.open("ab") as log:
                self.child = spawn(
                    self.command,
                    death_signal=signal.SIGKILL,
                    env=self.env,
                    cwd=self.tree,
                    output=log,
                    pass_fds=self.fds,
                )


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the former commit."""
    commit = former_commit()
    check_history(commit)
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True).stdout
    folder = tmp_path_factory.mktemp("former")
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.fixture
def former(stack: Stack, tree: Path) -> Generator[Stack, None, None]:
    """Return the stack, on the tables of this commit, with the web process and the sweeper of the former one."""
    ours = stack.web, stack.sweeper
    stack.web, stack.sweeper = (FormerProcess(each, stack, tree) for each in ours)
    stack.processes |= {"web": stack.web, "sweeper": stack.sweeper}
    yield stack
    stack.web.kill9()
    stack.sweeper.kill9()
    stack.web, stack.sweeper = ours
    stack.processes |= {"web": stack.web, "sweeper": stack.sweeper}


@pytest.fixture
def present(stack: Stack) -> Generator[str, None, None]:
    """Start the web process of this commit beside it, and return its address."""
    with socket.create_server((HOST, 0)) as listener:
        command = commands(listener.fileno(), stack.folder)["web"]
        web = Process("present-web", command, stack.env, stack.folder, (listener.fileno(),))
        web.start()
        yield f"http://{HOST}:{listener.getsockname()[1]}"
        web.kill9()


def test_the_former_release_serves_on_these_tables(former: Stack, present: str, tree: Path, tmp_path: Path) -> None:
    former.start("web", "sweeper")
    assert former.get("/readyz").status_code == 200
    demo = tmp_path / "demo.json"
    run(tree, former.env, sys.executable, "manage.py", "demo", "--write", str(demo))
    family = json.loads(demo.read_text())
    token = a_new_device(former, present, family["service_key"])
    each_reads_what_the_other_writes(former.url, present, token)
    a_parent_changes(former, present, family)
    assert "Traceback" not in former.web.log_text() + former.sweeper.log_text()


def a_new_device(former: Stack, present: str, key: str) -> str:
    """Register an account through one release and its device through the other; returns the device's token."""
    profile = {
        "age_range": {"from": 13, "until": 15},
        "place": "FR",
        "time_zone": "Europe/Paris",
        "handle": "Lea",
    }
    ask("PUT", f"{former.url}/v1/accounts/lea-1", key, profile)
    assert ask("GET", f"{present}/v1/accounts/lea-1", key)["age_band"] == "13-15"
    token: str = ask("POST", f"{former.url}/v1/accounts/lea-1/device-tokens", key, {})["device_token"]
    return token


def each_reads_what_the_other_writes(former: str, present: str, token: str) -> None:
    """Choose through one release, and read it through the other."""
    for writer, reader, key, value in (
        (former, present, "content.restricted_mode", "on"),
        (present, former, "post.audience", "only_me"),
    ):
        said = ask("PUT", f"{writer}/v1/me/choices/{key}", token, {"value": value})
        got = ask("GET", f"{reader}/v1/me/settings", token)
        assert (got["version"], got["settings"][key]["value"]) == (said["version"], value)


def a_parent_changes(former: Stack, present: str, family: Any) -> None:
    """Change a control through the former release as a parent, and read it through this one."""
    paula, tess = family["parents"][0], family["teens"][0]
    with httpx.Client(base_url=former.url, timeout=20) as browser:
        browser.get("/accounts/login/")
        form = {"login": paula["email"], "password": paula["password"]}
        browser.post("/accounts/login/", data={**form, "csrfmiddlewaretoken": browser.cookies["fp_csrf"]})
        controls = f"/v1/teens/{tess['id']}/controls"
        headers = {"If-Match": browser.get(controls).headers["ETag"], "X-CSRFToken": browser.cookies["fp_csrf"]}
        done = browser.patch(controls, json={"mention.who": {"value": "nobody"}}, headers=headers)
        assert done.status_code == httpx.codes.OK, done.text
    got = ask("GET", f"{present}/v1/me/settings", tess["device_token"])
    assert got["settings"]["mention.who"]["value"] == "nobody"
    # A phone also counts what is the teen's alone.
    assert Version.parse(got["version"]) >= Version.parse(done.json()["version"])


def run(tree: Path, env: Mapping[str, str], *command: str) -> None:
    """Run a command of the former commit."""
    done = subprocess.run(command, cwd=tree, env=env, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def ask(method: str, address: str, token: str, body: object = None) -> Any:
    """Return what a device is answered."""
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.request(method, address, headers=headers, json=body, timeout=20)
    assert answer.is_success, answer.text
    return answer.json()


def test_a_copy_without_history_is_told_loudly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORMER", "no-such-release")
    assert former_commit() == ""
    with pytest.warns(UserWarning, match="fetch the history"), pytest.raises(pytest.skip.Exception):
        check_history(former_commit())
