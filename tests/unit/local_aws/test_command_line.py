# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``python -m tests.local_aws``: starts, says so, stops at once, and says what is wrong."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from zipfile import ZipFile

import boto3
import pytest
import requests

from tests.local_aws.patience import PATIENCE, wait_for

ROOT = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "-m", "tests.local_aws"]
KEYS: dict[str, Any] = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "eu-west-1"}


def run(*arguments: str, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], cwd=root, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


@pytest.fixture
def foreground() -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen([*COMMAND, "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield process, _url(process.stdout)
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "state"
    yield folder
    run("--stop", "--state-dir", str(folder))


def _url(stdout: IO[str] | None) -> str:
    assert stdout is not None
    return stdout.readline().split()[-1]


def gone(pid: int) -> bool:
    """Whether the process has ended; one that nobody waits for counts as ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"


def taken_port() -> tuple[socket.socket, str]:
    listener = socket.create_server(("127.0.0.1", 0))
    return listener, str(listener.getsockname()[1])


# --- in the foreground -----------------------------------------------------------------------------------------------


def test_it_says_where_it_is_ready(foreground: tuple[subprocess.Popen[str], str]) -> None:
    process, url = foreground
    client: Any = boto3.client("sesv2", endpoint_url=url, **KEYS)
    assert client.get_account()["SendingEnabled"] is True
    process.terminate()
    assert process.wait(PATIENCE) == 0


def test_it_is_ready_soon_as_it_loads_few_of_motos_services() -> None:
    """Of some 200: to load them all takes many times as long."""
    code = "import sys; from tests.local_aws import server; server.start(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name for name in done.stdout.split() if re.fullmatch(r"moto\.\w+\.responses", name)}
    assert 5 < len(loaded) < 15, loaded


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once_with_a_connection_open(
    foreground: tuple[subprocess.Popen[str], str], number: signal.Signals
) -> None:
    process, url = foreground
    session = requests.Session()
    session.get(f"{url}/_local_aws/health", timeout=PATIENCE)
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as half_sent:
        half_sent.sendall(b"GET /_local_aws/health HTTP/1.1\r\n")
        process.send_signal(number)
        assert process.wait(PATIENCE) == 0


def test_a_signal_ends_functions_under_way(foreground: tuple[subprocess.Popen[str], str], tmp_path: Path) -> None:
    process, url = foreground
    started = tmp_path / "started"
    source = (
        f"import os, time\ndef h(e, c):\n    open({str(started)!r}, 'w').write(str(os.getpid()))\n    time.sleep(86400)"
    )
    archive = BytesIO()
    with ZipFile(archive, "w") as zipped:
        zipped.writestr("m.py", source)
    statement = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam: Any = boto3.client("iam", endpoint_url=url, **KEYS)
    functions: Any = boto3.client("lambda", endpoint_url=url, **KEYS)
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    code = {"ZipFile": archive.getvalue()}
    functions.create_function(FunctionName="f", Runtime="python3.13", Role=role, Handler="m.h", Code=code, Timeout=120)
    functions.invoke(FunctionName="f", InvocationType="Event", Payload=b"{}")
    wait_for("the function does not run", lambda: started.exists() and started.read_text())
    process.terminate()
    assert process.wait(PATIENCE) == 0
    function = int(started.read_text())
    wait_for("the function is not ended", lambda: gone(function))


def test_a_port_in_use_is_said_in_one_line() -> None:
    listener, port = taken_port()
    with listener:
        ended = run("--port", port)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 1
    assert f"port {port} is in use" in ended.stderr


def test_a_port_that_is_none_is_refused() -> None:
    ended = run("--port", "65536")
    assert ended.returncode == 2
    assert "0 to 65535" in ended.stderr


# --- in the background -----------------------------------------------------------------------------------------------


def test_a_background_server_is_ready_when_the_command_returns(state: Path) -> None:
    ended = run("--background", "--port", "0", "--state-dir", str(state))
    assert ended.returncode == 0, ended.stderr
    known = json.loads((state / "server.json").read_text())
    assert f"export AWS_ENDPOINT_URL={known['url']}\n" in ended.stdout
    assert requests.get(f"{known['url']}/_local_aws/health", timeout=PATIENCE).json() == {
        "status": "ok",
        "pid": known["pid"],
    }
    assert (state / "server.log").exists()
    status = run("--status", "--state-dir", str(state))
    assert (status.returncode, known["url"] in status.stdout) == (0, True)
    stopped = run("--stop", "--state-dir", str(state))
    assert (stopped.returncode, known["url"] in stopped.stdout) == (0, True)
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{known['url']}/_local_aws/health", timeout=PATIENCE)
    assert not (state / "server.json").exists()
    assert run("--status", "--state-dir", str(state)).returncode == 1
    assert run("--stop", "--state-dir", str(state)).returncode == 0


def test_its_output_is_for_a_shell(state: Path) -> None:
    start = shlex.join(
        [sys.executable, "-m", "tests.local_aws", "--background", "--port", "0", "--state-dir", str(state)]
    )
    script = f'eval "$({start})"; env'
    shell = subprocess.run(["sh", "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=True)
    environ = dict(line.split("=", 1) for line in shell.stdout.splitlines() if "=" in line)
    assert environ["AWS_ENDPOINT_URL"] == json.loads((state / "server.json").read_text())["url"]
    assert (environ["AWS_ACCESS_KEY_ID"], environ["AWS_SECRET_ACCESS_KEY"]) == ("test", "test")
    assert environ["AWS_DEFAULT_REGION"] == "eu-west-1"
    assert "AWS_PROFILE" not in environ


def test_starting_it_twice_keeps_the_first(state: Path) -> None:
    run("--background", "--port", "0", "--state-dir", str(state))
    first = json.loads((state / "server.json").read_text())
    again = run("--background", "--port", "0", "--state-dir", str(state))
    assert again.returncode == 0
    assert first["url"] in again.stdout
    assert json.loads((state / "server.json").read_text()) == first
    other = run("--background", "--port", "1", "--state-dir", str(state))
    assert other.returncode == 1
    assert "runs already" in other.stderr


def test_what_a_killed_server_left_behind_does_not_matter(state: Path) -> None:
    run("--background", "--port", "0", "--state-dir", str(state))
    first = json.loads((state / "server.json").read_text())
    os.kill(first["pid"], signal.SIGKILL)
    wait_for("it is not ended", lambda: gone(first["pid"]))
    assert run("--status", "--state-dir", str(state)).returncode == 1
    assert run("--background", "--port", "0", "--state-dir", str(state)).returncode == 0
    assert json.loads((state / "server.json").read_text())["pid"] != first["pid"]


def test_a_foreign_process_is_not_ended(state: Path) -> None:
    state.mkdir()
    (state / "server.json").write_text(json.dumps({"pid": os.getpid(), "url": "http://127.0.0.1:1"}))
    assert run("--stop", "--state-dir", str(state)).returncode == 0


def test_a_background_server_that_cannot_start_says_why(state: Path) -> None:
    listener, port = taken_port()
    with listener:
        ended = run("--background", "--port", port, "--state-dir", str(state))
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert f"port {port} is in use" in ended.stderr
    assert not (state / "server.json").exists()


def test_it_works_from_a_path_with_a_space(tmp_path: Path) -> None:
    root = tmp_path / "a checkout"
    shutil.copytree(ROOT / "tests" / "local_aws", root / "tests" / "local_aws")
    ended = run("--background", "--port", "0", root=root)
    assert ended.returncode == 0, ended.stderr
    state = root / ".cache" / "local_aws"
    assert requests.get(
        json.loads((state / "server.json").read_text())["url"] + "/_local_aws/health", timeout=PATIENCE
    ).ok
    assert run("--stop", root=root).returncode == 0
    assert not (state / "server.json").exists()
