# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the pictures in docs/images/ anew: ``python -m tests.unit.plugins.filter.report_pictures``.

Needs a Chromium; with pngquant on PATH, the files are a third of the size.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Literal

from ansible_collections.mailops.ses.plugins.filter.status_report import status_report

from tests.unit.plugins.filter.browser import PAINTED, PATIENCE, NoBrowser, chromium, show
from tests.unit.plugins.filter.report_fleet import NOW, fleet

IMAGES = Path(__file__).parents[4] / "docs" / "images"
# name: (width, height, scheme, pixels a CSS pixel, what stands at the top)
PICTURES: dict[str, tuple[int, int, Literal["light", "dark"], float, str]] = {
    "status-report-desktop": (1280, 1225, "light", 1.5, "body"),
    "status-report-dark": (1280, 1110, "dark", 1.5, "#t7"),
    "status-report-phone": (390, 1180, "light", 2.0, "body"),
    "status-report-phone-target": (390, 1180, "light", 2.0, "#t11 .charts"),
}
SCROLL = """([selector, above]) => {
  document.querySelector(selector).scrollIntoView({ behavior: "instant" });
  scrollBy({ top: -above, behavior: "instant" });
}"""


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        path = Path(folder) / "report.html"
        path.write_text(status_report(fleet(), now=NOW), encoding="utf-8")
        for name, (width, height, scheme, scale, top) in PICTURES.items():
            page = browser.new_page(
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                device_scale_factor=scale,
                is_mobile=width < 500,
            )
            show(page, path)
            for _twice in range(2):  # what comes into sight is laid out then, and may move the rest
                page.evaluate(SCROLL, [top, 0 if top == "body" else 12])
                page.evaluate(PAINTED)
            page.screenshot(path=IMAGES / f"{name}.png", timeout=PATIENCE)
            page.close()
            _shrink(IMAGES / f"{name}.png")


def _shrink(picture: Path) -> None:
    if shutil.which("pngquant"):
        command = ["pngquant", "--force", "--strip", "--speed=1", "--output", str(picture), "64", str(picture)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    try:
        main()
    except NoBrowser as error:
        sys.exit(str(error))
