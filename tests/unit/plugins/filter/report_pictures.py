# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the pictures in docs/images/ anew: ``python -m tests.unit.plugins.filter.report_pictures``.

Needs a Chromium on PATH; with pngquant there too, the files are a third of the size.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from ansible_collections.mailops.ses.plugins.filter.status_report import status_report

from tests.unit.plugins.filter.chromium import Browser, program
from tests.unit.plugins.filter.report_fleet import NOW, fleet

IMAGES = Path(__file__).parents[4] / "docs" / "images"
# name: (width, height, scheme, pixels a CSS pixel, what stands at the top)
PICTURES = {
    "status-report-desktop": (1280, 1225, "light", 1.5, "body"),
    "status-report-dark": (1280, 1110, "dark", 1.5, "#t7"),
    "status-report-phone": (390, 1180, "light", 2.0, "body"),
    "status-report-phone-target": (390, 1180, "light", 2.0, "#t11 .charts"),
}
SCROLL = (
    "document.querySelector('{0}').scrollIntoView({{behavior: 'instant'}}), scrollBy(0, '{0}' === 'body' ? 0 : -12)"
)
PAINTED = "new Promise(done => requestAnimationFrame(() => setTimeout(done, 300)))"


def main() -> None:
    path = program()
    if path is None:
        sys.exit("There is no Chromium on PATH.")
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, Browser(path) as browser:
        page = Path(folder) / "report.html"
        page.write_text(status_report(fleet(), now=NOW), encoding="utf-8")
        for name, (width, height, scheme, scale, top) in PICTURES.items():
            browser.size(width, height, scale)
            browser.media(scheme)
            browser.open(page)
            for _twice in range(2):  # what comes into sight is laid out then, and may move the rest
                browser.run(SCROLL.format(top))
                browser.run(PAINTED)
            browser.screen(IMAGES / f"{name}.png")
            _shrink(IMAGES / f"{name}.png")


def _shrink(picture: Path) -> None:
    if shutil.which("pngquant"):
        command = ["pngquant", "--force", "--strip", "--speed=1", "--output", str(picture), "64", str(picture)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
