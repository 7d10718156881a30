# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small package index in a folder, made of packages that the tests write themselves."""

from __future__ import annotations

import hashlib
import io
import shutil
import tarfile
import zipfile
from pathlib import Path


class Index:
    """``<folder>/<name>/index.html`` lists the files of a package, as the simple repository API has it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)

    def wheel(
        self,
        name: str,
        version: str,
        requires: tuple[str, ...] = (),
        extras: tuple[str, ...] = (),
        files: dict[str, str] | None = None,
        yanked: bool = False,
    ) -> str:
        """Publishes a wheel; returns its line for a lock."""
        info = f"{name.replace('-', '_')}-{version}.dist-info"
        metadata = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
        metadata += [f"Provides-Extra: {extra}" for extra in extras] + [f"Requires-Dist: {other}" for other in requires]
        contents = (files or {}) | {
            f"{info}/METADATA": "\n".join([*metadata, ""]),
            f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = [f"{path},," for path in (*contents, f"{info}/RECORD")]
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            for path, text in (contents | {f"{info}/RECORD": "\n".join(record)}).items():
                archive.writestr(path, text)
        return self._publish(
            name, version, f"{info.removesuffix('.dist-info')}-py3-none-any.whl", data.getvalue(), yanked
        )

    def source(self, name: str, version: str, files: dict[str, str]) -> str:
        """Publishes an archive of a package's source; returns its line for a lock."""
        data = io.BytesIO()
        with tarfile.open(fileobj=data, mode="w:gz") as archive:
            for path, text in files.items():
                member = tarfile.TarInfo(f"{name}-{version}/{path}")
                member.size = len(text.encode())
                archive.addfile(member, io.BytesIO(text.encode()))
        return self._publish(name, version, f"{name}-{version}.tar.gz", data.getvalue(), yanked=False)

    def copy(self, name: str, file: Path) -> None:
        """Publishes a file of another index."""
        self._publish(name, "", file.name, file.read_bytes(), yanked=False)

    def withdraw(self, name: str) -> None:
        shutil.rmtree(self.folder / name)

    def _publish(self, name: str, version: str, file: str, data: bytes, yanked: bool) -> str:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        (folder / file).write_bytes(data)
        with (folder / "index.html").open("a") as page:
            page.write(f'<a href="{file}"{" data-yanked" if yanked else ""}>{file}</a><br>\n')
        return f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(data).hexdigest()}\n"


def publish_newer_ones(index: Index) -> dict[str, str]:
    """Publishes packages of each kind, each with a newer release than the lock's; returns the lock's lines by name."""
    lock = {
        "plain": index.wheel("plain", "1.0"),
        "with-extra": index.wheel("with-extra", "1.0", ("plain>=1; extra == 'fast'",), ("fast",)),
        "yanked": index.wheel("yanked", "1.0", yanked=True),
        "needs-them": index.wheel("needs-them", "1.0", ("plain>=1", "with-extra[fast]>=1", "yanked>=1")),
    }
    index.wheel("plain", "2.0")
    index.wheel("with-extra", "2.0", ("plain>=1; extra == 'fast'",), ("fast",))
    index.wheel("yanked", "2.0")
    index.wheel("needs-them", "2.0", ("plain>=2",))
    return lock
