# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Chromium of this machine, headless, driven by Playwright. Nothing is downloaded for it."""

from __future__ import annotations

import os
import pwd
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", MAC)
# Of its own accord it asks nobody for anything: it finds no host, and has no account and no graphics card to ask for.
QUIET = ["--host-resolver-rules=MAP * ~NOTFOUND", "--disable-background-networking", "--disable-component-update"]
QUIET += ["--disable-sync", "--disable-quic", "--disable-gpu", "--no-first-run"]
# In milliseconds: only a hang meets it.
PATIENCE = 600_000.0

PAINTED = "new Promise(done => requestAnimationFrame(() => setTimeout(done)))"


class NoBrowser(Exception):
    """There is no Chromium on this machine."""


def find_program(playwrights_own: str) -> str:
    """CHROMIUM=..., else the first on PATH, else the one that Playwright has installed for this user."""
    named = os.environ.get("CHROMIUM")
    if named:
        path = shutil.which(named)
        if path is None:
            raise RuntimeError(f"CHROMIUM={named} names no program")
        return path
    # Playwright looks in HOME, and `make` has one of its own.
    users = playwrights_own.replace(str(Path.home()), pwd.getpwuid(os.getuid()).pw_dir, 1)
    for program in (*PROGRAMS, playwrights_own, users):
        path = shutil.which(program)
        if path:
            return path
    raise NoBrowser(f"no browser: none of {', '.join(PROGRAMS[:-1])} is on PATH; CHROMIUM=/path/to/it names another")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser; NoBrowser where there is none. As long as it runs, this thread can run no asyncio loop."""
    with sync_playwright() as playwright:
        path = find_program(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=path, args=QUIET, timeout=PATIENCE)
        try:
            yield browser
        finally:
            browser.close()


def show(page: Page, path: Path, scripts: bool = True) -> None:
    """Opens a file, and waits until it is painted, which only a script can tell."""
    page.goto(path.absolute().as_uri(), timeout=PATIENCE)
    if scripts:
        page.evaluate(PAINTED)
