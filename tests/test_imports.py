"""The direction of imports: app -> assistant -> {retriever, metalearn, prompts}, strangers to each other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("assistant", "retriever", "metalearn", "prompts")
MAY = {
    "app": {"assistant"},
    "assistant": {"app", "assistant", "retriever", "metalearn", "prompts"},  # the command line opens the page
    "retriever": {"retriever"},
    "metalearn": {"metalearn"},
    "prompts": {"prompts"},
}
FILES = [ROOT / "app.py", *(path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))]


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    names |= {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and not n.level}
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0].removesuffix(".py")
    ours = imported(path) & {"app", "tests", *ROOMS}
    assert ours <= MAY[room], f"{path} imports {sorted(ours - MAY[room])}"
    if path.name != "cli.py":
        assert "app" not in ours


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_stay_small_and_read_no_environment(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300
    assert path.name not in ("utils.py", "helpers.py", "common.py", "misc.py")
    assert "os.getenv" not in text
    assert "environ[" not in text
