# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does what guides say, in their order: runs each command of each ```console block, and looks for the lines shown.

    follow.py GUIDE.md...       with AWS_ENDPOINT_URL of a local AWS

The lines shown must be printed, whole and in this order; others may be between them. In them, "..." is anything. Spaces
count as one, and the quotes of Ansible's lists do not count. Comments in the Markdown, for the next block:

    <!-- ends with 2 -->                        the exit code of its last command, when it is not 0
    <!-- mail -->                               the lines shown are of one message that people got
    <!-- not run here: WHY -->                  only counted
    <!-- file: targets.yml -->                  the block is what this file holds from here on
    <!-- scene: an empty account -->            the local AWS is emptied
    <!-- scene: a new target -->                the same, and the guard deployed
    <!-- scene: mailbox -->                     ann@example.com is told as well
    <!-- scene: bounce rate 0.06 -->            what SES publishes of the account; "... of SET" of a set
    <!-- scene: POST ses {"...": ...} -->       a switch of the local AWS
    <!-- scene: $ COMMAND -->                   run, and not shown to readers
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
URL = os.environ["AWS_ENDPOINT_URL"]
TARGET = {"account": "111111111111", "region": "eu-west-1"}
TOPIC = "arn:aws:sns:eu-west-1:111111111111:ses-pause-notify"
PIECE = re.compile(r"^ *<!-- (?P<note>.+?) -->$|^(?P<indent> *)```(?P<kind>\w+)\n(?P<text>.*?)^ *```$", re.M | re.S)
# What takes long to start is started once.
WARM = HERE.parents[2] / "tests" / "integration" / "targets" / "setup_both_ways" / "files" / "warm.py"
PROGRAMS = "".join(
    f'{name}() {{ {shlex.join([sys.executable, "-I", "-S", str(WARM)])} "$HOME" "$AWS_ENDPOINT_URL" {name} "$@"; }}\n'
    for name in ("aws", "ansible", "ansible-playbook")
)


class Wrong(Exception):
    """What does not hold in a block."""


@dataclass
class Block:
    line: int
    kind: str
    text: str
    notes: list[str] = field(default_factory=list)

    def note(self, beginning: str) -> str | None:
        """What comes after the beginning in one of the block's notes."""
        return next((note.removeprefix(beginning).strip() for note in self.notes if note.startswith(beginning)), None)


def read_blocks(markdown: str) -> list[Block]:
    blocks, notes = [], []
    for found in PIECE.finditer(markdown):
        if found["note"]:
            notes.append(found["note"])
            continue
        text = re.sub(rf"^{found['indent']}", "", found["text"], flags=re.M)
        if found["kind"] == "console" or notes:
            blocks.append(Block(markdown.count("\n", 0, found.start()) + 1, found["kind"], text, notes))
            notes = []
    if notes:
        raise Wrong(f"no block follows {notes}")
    return blocks


class Stage:
    """Where a guide is followed: a folder with its inventory, and the settings and the home of a person."""

    def __init__(self, folder: Path, home: Path) -> None:
        self._folder, self._home = folder, home
        self._weight = 1
        shutil.copy(HERE / "inventory" / "targets.yml", folder)
        others = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        self._environment = others | {
            "HOME": str(home),
            "AWS_CONFIG_FILE": str(HERE / "aws.ini"),
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": URL,
        }

    def run(self, command: str) -> tuple[int, str]:
        """(exit code, all that it printed), once all that follows from it is done."""
        done = subprocess.run(
            ["bash", "-c", PROGRAMS + command],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if left := ask("_local_aws/idle")["pending"]:
            raise Wrong(f"{command}: it does not come to an end: {left}")
        return done.returncode, done.stdout

    def set(self, scene: str) -> None:
        if scene in ("an empty account", "a new target"):
            ask("moto-api/reset", {})
            self._weight = 1
            shutil.rmtree(self._home / ".aws", ignore_errors=True)
            ask("_local_aws/ses", {"create_configuration_sets": ["newsletter-a", "receipts"], **TARGET})
            if scene == "a new target":
                self._must("ansible-playbook -i targets.yml mailops.ses.site")
        elif scene == "mailbox":
            where = "--profile shop --region eu-west-1 --topic-arn"
            self._must(f"aws sns subscribe {where} {TOPIC} --protocol email --notification-endpoint ann@example.com")
            ask("_local_aws/sns/confirm", {"topic_arn": TOPIC, "endpoint": "ann@example.com"})
        elif found := re.fullmatch(r"bounce rate ([\d.]+)(?: of (\S+))?", scene):
            self._put_rate(float(found[1]), found[2])
        elif found := re.fullmatch(r"POST (\S+) (.+)", scene):
            ask(f"_local_aws/{found[1]}", {**json.loads(found[2]), **(TARGET if found[1] == "ses" else {})})
        elif scene.startswith("$ "):
            self._must(scene.removeprefix("$ "))
        else:
            raise Wrong(f"unknown scene: {scene}")

    def write(self, name: str, text: str) -> None:
        (self._folder / name).write_text(text)

    def mail(self) -> list[str]:
        """What people got, the newest first, each with its subject as the first line."""
        messages = ask("_local_aws/sns/outbox")
        return [f"{entry['subject']}\n{entry['message']}" for entry in reversed(messages)]

    def _put_rate(self, rate: float, configuration_set: str | None) -> None:
        """Each outweighs what was put before in the same five minutes."""
        self._weight *= 1_000_000
        values = f"SampleCount={self._weight},Sum={rate * self._weight},Minimum={rate},Maximum={rate}"
        scope = f",Dimensions=[{{Name=ses:configuration-set,Value={configuration_set}}}]" if configuration_set else ""
        data = f"MetricName=Reputation.BounceRate,StatisticValues={{{values}}}{scope}"
        where = "--profile shop --region eu-west-1 --namespace AWS/SES"
        self._must(f"aws cloudwatch put-metric-data {where} --metric-data '{data}'")

    def _must(self, command: str) -> None:
        code, printed = self.run(command)
        if code:
            raise Wrong(f"scene: {command}: exit code {code}\n{printed}")


def ask(path: str, body: dict[str, Any] | None = None) -> Any:
    """What only the local AWS has; with a body, a POST."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{URL}/{path}", data=data)  # noqa: S310
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return json.load(answer)


def follow(stage: Stage, block: Block) -> None:
    for note in block.notes:
        if note.startswith("scene: "):
            stage.set(note.removeprefix("scene: "))
    if name := block.note("file:"):
        stage.write(name, block.text)
        return
    if "mail" in block.notes:
        missing = [missing_line(block.text.splitlines(), message) for message in stage.mail()]
        if None not in missing:
            raise Wrong(f"nobody got this:\n{block.text}")
        return
    steps = read_steps(block.text)
    for number, (command, shown) in enumerate(steps, 1):
        expected = int(block.note("ends with") or 0) if number == len(steps) else 0
        code, printed = stage.run(command)
        line = missing_line(shown, printed)
        if code != expected or line is not None:
            told = f"not printed: {line}" if line is not None else f"exit code {code}, not {expected}"
            raise Wrong(f"$ {command}\n{told}\n{printed}")


def read_steps(text: str) -> list[tuple[str, list[str]]]:
    """[(command, lines shown)]; a line that ends with a backslash goes on in the next."""
    steps: list[tuple[str, list[str]]] = []
    for line in text.replace("\\\n", " ").splitlines():
        if line.startswith("$ "):
            steps.append((line.removeprefix("$ "), []))
        elif line.strip() not in ("", "..."):
            steps[-1][1].append(line)
    return steps


def missing_line(shown: list[str], printed: str) -> str | None:
    """The first of the lines shown that was not printed after those before it."""
    lines = iter([plain(line) for line in printed.splitlines()])
    for line in shown:
        pattern = ".*".join(re.escape(part) for part in plain(line).split("..."))
        if plain(line) and not any(re.fullmatch(pattern, each) for each in lines):
            return line
    return None


def plain(line: str) -> str:
    """A line as people read it: of a list of Ansible's, without its quotes."""
    quoted = re.fullmatch(r'\s*("(?:[^"\\]|\\.)*"),?', line)
    return " ".join((json.loads(quoted[1]) if quoted else line).split())


def follow_all(path: Path, home: Path) -> bool:
    """Whether all blocks of a guide hold; each begins in a folder of its own."""
    blocks = read_blocks(path.read_text())
    good, skipped, started = 0, 0, time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder), home)
        for block in blocks:
            why, since = block.note("not run here:"), time.monotonic()
            try:
                if why is None:
                    follow(stage, block)
                    good += 1
                else:
                    skipped += 1
                took = f"holds ({time.monotonic() - since:.1f} s)"
                print(f"{path.name}, line {block.line}: {f'not run here: {why}' if why else took}", flush=True)
            except Wrong as wrong:
                print(f"{path.name}, line {block.line}: WRONG: {wrong}")
    seconds = time.monotonic() - started
    print(f"{path.name}: {good} of {len(blocks) - skipped} blocks hold, {skipped} not run here, {seconds:.0f} s")
    return good == len(blocks) - skipped and bool(blocks)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as its_home:
        held = [follow_all(Path(path), Path(its_home)) for path in sys.argv[1:]]
    sys.exit(0 if held and all(held) else 1)
