# Copyright: (c) 2026, mailops.ses contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The house's rules, read from the source: who may import whom, where a module's code stands, and who asks AWS."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.util import resolve_name
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
OURS = "ansible_collections.mailops.ses.plugins."
# A folder imports only from itself and from those before it.
FOLDERS = ("_aws", "_converge", "_ses", "_resources", "_guard", "_sending", "_watch", "_drill", "_operations")


def imports(file: str, text: str) -> Iterator[tuple[int, str]]:
    """(line, whole name) of each import, those within functions too."""
    package = OURS + ".".join(Path(file).parts[1:-1])
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((alias.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = resolve_name("." * node.level + (node.module or ""), package)
            yield from ((alias.lineno, f"{module}.{alias.name}") for alias in node.names)


def why_not(file: str, name: str) -> str | None:
    """Why a file, such as plugins/module_utils/_guard/names.py, may not import what has this name."""
    kind, *folders, last = Path(file).with_suffix("").parts[1:]
    if kind == "module_utils" and name.startswith("ansible.plugins"):
        return "a module's process has no ansible.plugins"
    if not name.startswith(OURS):
        return None
    other, *target = name.removeprefix(OURS).split(".")
    if kind in ("modules", "action"):
        is_own = other != "module_utils" or target[1:2] in ([last], ["operation"])
        return None if is_own else f"this is not _operations.{last}"
    if kind != "module_utils":
        return None
    if other != "module_utils":
        return f"module_utils import no {other}"
    if FOLDERS.index(target[0]) > FOLDERS.index(folders[0]):
        return f"{target[0]} comes after {folders[0]}"
    if folders[0] == target[0] == "_operations" and target[1] != "operation":
        return "no operation imports another"
    return None


def wrong_imports(file: str, text: str) -> list[str]:
    found = sorted(imports(file, text))
    return [f"{file}:{line}: {name}: {why}" for line, name in found if (why := why_not(file, name))]


def asking_constructors(file: str, text: str) -> list[str]:
    """Where a constructor calls what asks AWS."""
    return [
        f"{file}:{call.lineno}: {called} in a constructor"
        for function in ast.walk(ast.parse(text))
        if isinstance(function, ast.FunctionDef) and function.name in ("__init__", "__post_init__")
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
        and (called := ast.unparse(call.func).rpartition(".")[2]).startswith(("read", "call", "pages"))
    ]


def sources(folder: str) -> dict[str, str]:
    """{path from the root: text} of the Python files below a folder of plugins."""
    files = sorted((ROOT / "plugins" / folder).rglob("*.py"))
    return {str(file.relative_to(ROOT)): file.read_text() for file in files}


def test_a_folder_imports_only_from_those_before_it_and_no_operation_another() -> None:
    files = sources("module_utils") | sources("modules") | sources("action")
    assert len(files) > 60
    assert [line for file, text in files.items() for line in wrong_imports(file, text)] == []


def test_no_constructor_asks_aws() -> None:
    assert [line for file, text in sources("module_utils").items() for line in asking_constructors(file, text)] == []


def test_a_modules_code_is_one_step_from_its_name() -> None:
    modules = {Path(file).stem for file in sources("modules")}
    operations = {Path(file).stem for file in sources("module_utils/_operations")}
    assert operations - {"__init__", "operation"} == modules == {Path(file).stem for file in sources("action")}


@pytest.mark.parametrize(
    ("file", "line", "wrong"),
    [
        ("module_utils/_ses/x.py", "from {}module_utils._guard.names import Names", "_guard comes after _ses"),
        ("module_utils/_ses/x.py", "from {}module_utils import _guard", "_guard comes after _ses"),
        ("module_utils/_ses/x.py", "import {}module_utils._guard.names", "_guard comes after _ses"),
        ("module_utils/_ses/x.py", "from .._guard import names", "_guard comes after _ses"),
        ("module_utils/_guard/x.py", "from .._ses.rates import read_rates", None),
        ("module_utils/_guard/x.py", "from ...plugin_utils.x import y", "module_utils import no plugin_utils"),
        ("module_utils/_guard/x.py", "from {}module_utils._ses.rates import read_rates", None),
        ("module_utils/_guard/x.py", "from {}module_utils._guard.names import Names", None),
        ("module_utils/_guard/x.py", "from {}plugin_utils.table import lay_out", "module_utils import no plugin_utils"),
        ("module_utils/_aws/x.py", "from ansible.plugins.action import ActionBase", "has no ansible.plugins"),
        (
            "module_utils/_operations/a.py",
            "from {}module_utils._operations.b import run",
            "no operation imports another",
        ),
        ("module_utils/_operations/a.py", "from {}module_utils._operations import b", "no operation imports another"),
        ("module_utils/_operations/a.py", "from {}module_utils._operations.operation import Operation", None),
        ("modules/a.py", "from {}module_utils._operations.a import OPERATION", None),
        ("modules/a.py", "from {}module_utils._operations.b import OPERATION", "this is not _operations.a"),
        ("action/a.py", "from {}module_utils._guard.names import Names", "this is not _operations.a"),
        ("action/a.py", "from {}plugin_utils.worker import WorkerAction", None),
    ],
)
def test_a_wrong_import_is_named_with_its_line(file: str, line: str, wrong: str | None) -> None:
    text = f"import re\n\n\ndef late():\n    {line.format(OURS)}\n"
    found = wrong_imports(f"plugins/{file}", text)
    if wrong is None:
        assert found == []
    else:
        (only,) = found
        assert only.startswith(f"plugins/{file}:5: ")
        assert only.endswith(wrong)


def test_a_constructor_that_asks_is_named_with_its_line() -> None:
    text = "class A:\n    def __init__(self, aws):\n        self.a = aws\n        self.b = aws.call('sns', 'x')\n"
    assert asking_constructors("a.py", text) == ["a.py:4: call in a constructor"]
    text = text.replace("aws.call(", "read_rates(")
    assert asking_constructors("a.py", text) == ["a.py:4: read_rates in a constructor"]
    assert asking_constructors("a.py", text.replace("__init__", "read")) == []
