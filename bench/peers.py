# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""This collection beside what people would use instead, in one run on one local AWS; writes results.md and results.svg.

    peers.py [--sizes 1,10,50,200] [--rounds 3] [--naive-most 10] [--out FOLDER] [--delay-ms 80]

The peers take turns, each on an empty local AWS; the figures are medians. Times depend on the machine and on what else
it does: read the ratios and the calls. CPU and memory are those of the client's whole process tree, without the local
AWS.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import plot
import recorder
from running import ROOT, Cost, LocalAws, measured, running_aws

HERE = Path(__file__).resolve().parent
REGIONS = (
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "eu-west-1"),
    *("eu-west-2", "eu-west-3", "eu-central-1", "ap-south-1", "ap-southeast-1"),
)
FORKS = 10
PAUSE = "pause all"
# Of the same run: until the last of them is paused, as mail goes out until then. AWS's own answers take about so long.
PAUSED_AFTER = "all targets paused after"
DELAY_MS = 80
DELAYED = f"{PAUSED_AFTER}, {DELAY_MS} ms a call"
PATHS = ("check on an empty account", "first run", "no-change run", "status", PAUSE)
OURS = {
    "check on an empty account": ("site", "--check"),
    "first run": ("site",),
    "no-change run": ("site",),
    "status": ("status",),
    PAUSE: ("pause", "--extra-vars=ses_reason=bench"),
}
# Its --check fails on an empty account, and it can neither pause nor look.
NAIVE = ("first run", "no-change run")
# What people type; nobody deploys so.
CLI = {
    PAUSE: "aws sesv2 put-account-sending-attributes --no-sending-enabled --profile {profile} --region {region}",
    "status": "aws sesv2 get-account --profile {profile} --region {region} && "
    "aws cloudwatch describe-alarms --alarm-name-prefix ses-pause- --profile {profile} --region {region}",
}
# An option of the AWS configuration, and where STS has it.
KEYS = {
    "aws_access_key_id": "AccessKeyId",
    "aws_secret_access_key": "SecretAccessKey",
    "aws_session_token": "SessionToken",
}
Target = dict[str, str]


class Fleet:
    """Targets in as many accounts as they need, and the files by which the peers know them."""

    def __init__(self, aws: LocalAws, folder: Path, size: int, delay_ms: float) -> None:
        self.size = size
        self._delay_ms = delay_ms
        self.folder = folder
        self.targets: list[Target] = [
            {
                "name": f"t{number:03}",
                "account": f"{10**11 + number // len(REGIONS)}",
                "profile": f"a{number // len(REGIONS)}",
                "region": REGIONS[number % len(REGIONS)],
            }
            for number in range(size)
        ]
        self.env = {**os.environ, "AWS_ENDPOINT_URL": aws.url, "AWS_CONFIG_FILE": str(folder / "config")}
        self.env |= {"AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true", "AWS_PAGER": ""}
        self.env |= {"ANSIBLE_NOCOWS": "1", "ANSIBLE_FORKS": str(FORKS), "ANSIBLE_LOCALHOST_WARNING": "0"}
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
            self.env.pop(name, None)
        self._aws = aws

    def start_anew(self) -> None:
        """An empty local AWS, and keys for each account."""
        self._aws.control("moto-api/reset")
        self._aws.control("_local_aws/settings", delay_ms=self._delay_ms)
        accounts = {target["profile"]: target["account"] for target in self.targets}
        sts, lines = self._aws.client("sts"), []
        for profile, account in accounts.items():
            role = f"arn:aws:iam::{account}:role/bench"
            keys = sts.assume_role(RoleArn=role, RoleSessionName="bench")["Credentials"]
            lines.append(f"[profile {profile}]")
            lines += [f"{option} = {keys[key]}" for option, key in KEYS.items()]
        (self.folder / "config").write_text("\n".join(lines) + "\n")
        self._aws.calls()

    def resume(self, delay_ms: float) -> None:
        """All send again, and from now on each answer is delayed so long."""
        for target in self.targets:
            place = {"account": target["account"], "region": target["region"]}
            self._aws.control("_local_aws/ses", sending_enabled=True, **place)
        self._aws.control("_local_aws/settings", delay_ms=delay_ms)

    def write(self, calls: dict[str, Any]) -> None:
        hosts = {
            target["name"]: {"ses_pause_profile": target["profile"], "ses_pause_region": target["region"]}
            for target in self.targets
        }
        common = {
            "ansible_connection": "local",
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "ses_pause_subscriptions": recorder.SUBSCRIPTIONS,
            "function_zip": str(self.folder / "function.zip"),
        }
        inventory = {"ses_targets": {"hosts": hosts, "vars": common}}
        (self.folder / "targets.json").write_text(json.dumps(inventory))
        with zipfile.ZipFile(self.folder / "function.zip", "w") as archive:
            archive.write(HERE / "naive" / "pause.py", "pause.py")
        recorded = {"account": "123456789012", "region": REGIONS[0], "profile": ""}
        (self.folder / "floor.json").write_text(json.dumps([recorded, *self.targets]))
        for path, made in calls.items():
            (self.folder / f"{path}.json").write_text(json.dumps(made))

    def ours(self, path: str) -> Cost:
        playbook, *options = OURS[path]
        command = ["ansible-playbook", "-i", str(self.folder / "targets.json"), f"mailops.ses.{playbook}", *options]
        # A paused target is a warning of status, and one that is not well ends it with 2.
        return measured(command, self.env, self.folder, (0, 2) if path == "status" else (0,))[0]

    def naive(self, path: str) -> Cost | None:
        if path not in NAIVE:
            return None
        command = ["ansible-playbook", "-i", str(self.folder / "targets.json"), str(HERE / "naive" / "deploy.yml")]
        return measured(command, self.env, self.folder)[0]

    def cli(self, path: str) -> Cost | None:
        if path not in CLI:
            return None
        lines = "".join(f"{CLI[path].format(**target)}\0" for target in self.targets)
        (self.folder / "commands").write_text(lines)
        command = ["xargs", "-0", "-P", "4", "-I", "{}", "-a", str(self.folder / "commands"), "sh", "-c", "{}"]
        return measured(command, self.env, self.folder)[0]

    def floor(self, path: str) -> Cost:
        files = [str(self.folder / f"{path}.json"), str(self.folder / "floor.json")]
        return measured([sys.executable, str(HERE / "floor.py"), *files, str(FORKS)], self.env, self.folder)[0]


Figures = dict[tuple[int, str, str], list[tuple[Cost, int]]]


def measure(aws: LocalAws, fleet: Fleet, naive_most: int, figures: Figures) -> None:
    """One round: every peer goes all its ways, on an empty local AWS."""
    peers: dict[str, Callable[[str], Cost | None]] = {"ours": fleet.ours, "floor": fleet.floor, "cli": fleet.cli}
    if fleet.size <= naive_most:
        peers["naive"] = fleet.naive
    for name, run in peers.items():
        fleet.start_anew()
        for path in PATHS:
            if (name, path) == ("naive", "no-change run"):
                fleet.naive(path)  # its second run still reports changes
            for row, found in go(aws, fleet, run, path).items():
                keep(figures, (fleet.size, row, name), found)
        if (fleet.size, PAUSE, name) in figures:
            fleet.resume(DELAY_MS)
            keep(figures, (fleet.size, DELAYED, name), go(aws, fleet, run, PAUSE)[PAUSED_AFTER])


def go(aws: LocalAws, fleet: Fleet, run: Callable[[str], Cost | None], path: str) -> dict[str, tuple[Cost, int]]:
    """{row: (cost, calls)} of a peer on one of its ways; none where it cannot go it."""
    aws.calls()
    began, cost = time.time(), run(path)
    if cost is None:
        return {}
    paused, made = aws.paused_at(), sum(aws.calls().values())
    if path != PAUSE:
        return {path: (cost, made)}
    if len(paused) != fleet.size:
        sys.exit(f"{len(paused)} of {fleet.size} targets were paused")
    return {path: (cost, made), PAUSED_AFTER: (cost._replace(wall=max(paused.values()) - began), made)}


def keep(figures: Figures, key: tuple[int, str, str], found: tuple[Cost, int]) -> None:
    figures[key].append(found)
    (size, row, name), (cost, made) = key, found
    print(f"{size:4} {row:38} {name:6} {cost.wall:7.1f} s {cost.cpu:7.1f} s CPU {made:6} calls", flush=True)


def rows(figures: Figures) -> Iterator[list[str]]:
    """The table, a list of cells a row."""
    medians = {key: _medians(found) for key, found in figures.items()}
    for (size, path, peer), (cost, calls) in sorted(medians.items(), key=lambda item: _order(item[0])):
        yield [
            str(size),
            path,
            peer,
            f"{cost.wall:.2f}",
            f"{cost.cpu:.2f}",
            f"{cost.cpu / size:.2f}",
            f"{calls / size:.1f}",
            f"{cost.peak:.0f}",
            *(_ratios(medians, (size, path), cost, other) for other in ("floor", "naive", "cli")),
        ]


def _order(key: tuple[int, str, str]) -> tuple[int, int, int]:
    size, path, peer = key
    return size, (*PATHS, PAUSED_AFTER, DELAYED).index(path), ("ours", "floor", "cli", "naive").index(peer)


def _ratios(medians: dict[Any, tuple[Cost, float]], place: tuple[int, str], cost: Cost, other: str) -> str:
    """wall / CPU as a multiple of the other's."""
    if (*place, other) not in medians:
        return ""
    base = medians[(*place, other)][0]
    return f"{cost.wall / base.wall:.2f} / {cost.cpu / base.cpu:.2f}"


def _medians(found: list[tuple[Cost, int]]) -> tuple[Cost, float]:
    costs = Cost(*(median(each) for each in zip(*(cost for cost, _calls in found), strict=True)))
    return costs, median(calls for _cost, calls in found)


HEADER = ["targets", "path", "peer", "wall s", "CPU s", "CPU s a target", "calls a target", "peak MB"]
HEADER += [f"wall / CPU against {other}" for other in ("floor", "naive", "cli")]


def report(figures: Figures, rounds: int, delay_ms: float) -> str:
    packages = ("ansible-core", "boto3", "botocore", "moto", "awscli")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    loads = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    table = [HEADER, ["---"] * len(HEADER), *rows(figures)]
    return "\n".join(
        [
            "# This collection beside its peers",
            "",
            f"Made by `make bench` on {datetime.now(UTC):%Y-%m-%d}. What each column and peer is: docs/performance.md.",
            "",
            f"- {os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB; load at the end {loads}",
            f"- Python {platform.python_version()}, {versions}",
            f"- {FORKS} forks or threads; {'one round' if rounds == 1 else f'medians of at most {rounds} rounds'} in "
            f"which the peers took turns; each answer delayed by {delay_ms:g} ms",
            "",
            *("| " + " | ".join(cells) + " |" for cells in table),
            "",
            "![CPU of the client by targets, no-change run](results.svg)",
            "",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", default=os.environ.get("SIZES", "1,10,50,200"))
    parser.add_argument("--rounds", type=int, default=int(os.environ.get("ROUNDS", "3")))
    parser.add_argument("--naive-most", type=int, default=10, help="of more targets the naive playbook takes too long")
    parser.add_argument("--delay-ms", type=float, default=0.0, help="how much longer each answer takes")
    parser.add_argument("--out", type=Path, default=HERE)
    options = parser.parse_args()
    figures: Figures = defaultdict(list)
    with running_aws() as aws, tempfile.TemporaryDirectory() as folder:
        calls = recorder.record(aws)
        for turn in range(options.rounds):
            for size in map(int, options.sizes.split(",")):
                # A large fleet needs no median of many: its own targets are as many measurements.
                if turn == 0 or size < 50:
                    fleet = Fleet(aws, Path(folder), size, options.delay_ms)
                    fleet.write(calls)
                    measure(aws, fleet, options.naive_most, figures)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "results.md").write_text(report(figures, options.rounds, options.delay_ms))
    by_peer: dict[str, list[tuple[int, float]]] = {}
    for (size, path, peer), found in sorted(figures.items()):
        if path == "no-change run":
            by_peer.setdefault(peer, []).append((size, _medians(found)[0].cpu))
    (options.out / "results.svg").write_text(plot.lines(by_peer, "targets", "CPU s of the client, no-change run"))
    print(f"{options.out / 'results.md'}, {options.out / 'results.svg'}; the collection of {ROOT}")


if __name__ == "__main__":
    main()
