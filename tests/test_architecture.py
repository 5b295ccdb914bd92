"""The import contracts hold in this tree, and each of them bites when it is broken."""

import ast
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
LINTER = Path(sys.executable).with_name("lint-imports")
CONTRACTS: dict[str, dict[str, Any]] = {
    contract["id"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
}
ALL_PARTS = {
    f"bot.{path.stem}"
    for path in (ROOT / "bot").iterdir()
    if path.stem != "__init__" and (path.suffix == ".py" or [*path.rglob("*.py")])  # other folders hold data
}

# The contract, the file that breaks it, and the line that does. A file that is not there is made.
BREACHES = [
    ("layers", "bot/storage/incidents.py", "import bot.engine"),
    ("layers", "bot/workflows/roles.py", "import bot.views.roles"),
    ("layers", "bot/views/card.py", "import bot.storage.outbox"),
    ("layers", "bot/delivery/posts.py", "import bot.handlers.services"),
    ("layers", "bot/app.py", "import bot.doctor"),
    ("layers", "bot/somewhere.py", "import bot.engine"),
    ("rules-are-pure", "bot/workflows/roles.py", "import slack_sdk.errors"),
    ("rules-are-pure", "bot/workflows/roles.py", "import sqlalchemy"),
    ("rules-are-pure", "bot/workflows/due.py", "from apscheduler.schedulers import asyncio"),
    ("rules-are-pure", "bot/workflows/policy.py", "import pydantic"),
    ("rules-are-pure", "bot/workflows/due.py", "import asyncio"),
    ("no-cycles", "bot/workflows/policy.py", "import bot.workflows.roles"),
    ("no-cycles", "bot/views/blocks.py", "import bot.views.card"),
    ("views-are-pure", "bot/views/card.py", "import slack_sdk.models"),
    ("views-are-pure", "bot/views/card.py", "import urllib.request"),
    ("views-know-rules-only", "bot/views/card.py", "import bot.settings"),
    ("storage-knows-sql", "bot/engine.py", "import sqlalchemy.exc"),
    ("storage-knows-sql", "bot/__main__.py", "import alembic.command"),
    ("storage-knows-sql", "bot/delivery/posts.py", "import psycopg"),
    ("handlers-use-the-engine", "bot/handlers/roles.py", "from bot.storage import incidents"),
    ("practice-knows-nothing", "bot/practice/server.py", "import bot.manifest"),
    ("practice-knows-nothing", "bot/practice/blocks.py", "from bot.views import blocks"),
    ("practice-is-elsewhere", "bot/doctor.py", "import bot.practice.server"),
    ("practice-is-elsewhere", "bot/handlers/roles.py", "from bot.practice.inputs import *"),
]


def lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINTER, "--no-cache", *options], cwd=folder, capture_output=True, text=True, timeout=50, check=False
    )


def imported(path: Path) -> Iterator[str]:
    """The full name of every module that a file imports, at its top or anywhere else."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def test_every_contract_is_kept() -> None:
    linted = lint(ROOT)
    assert linted.returncode == 0, linted.stdout
    assert f"{len(CONTRACTS)} kept, 0 broken" in linted.stdout


def test_every_contract_is_seen_to_bite() -> None:
    assert {contract for contract, _, _ in BREACHES} == set(CONTRACTS)


@pytest.mark.parametrize(("contract", "file", "line"), BREACHES)
def test_a_broken_contract_bites(tmp_path: Path, contract: str, file: str, line: str) -> None:
    shutil.copytree(ROOT / "bot", tmp_path / "bot", ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    broken = tmp_path / file
    before = broken.read_text(encoding="utf-8") if broken.exists() else ""
    broken.write_text(f"{before}\n{line}\n", encoding="utf-8")
    linted = lint(tmp_path, "--contract", contract)
    assert f"{CONTRACTS[contract]['name']} BROKEN" in linted.stdout, linted.stdout + linted.stderr
    assert linted.returncode == 1


@pytest.mark.parametrize(
    ("contract", "field", "but"),
    [
        ("storage-knows-sql", "source_modules", {"bot.storage"}),
        ("practice-knows-nothing", "forbidden_modules", {"bot.practice", "bot.__main__"}),
        ("views-know-rules-only", "forbidden_modules", {"bot.views", "bot.workflows", "bot.__main__"}),
    ],
)
def test_a_contract_names_every_part_it_is_about(contract: str, field: str, but: set[str]) -> None:
    assert set(CONTRACTS[contract][field]) == ALL_PARTS - but


@pytest.mark.parametrize(("folder", "known"), [("workflows", ("workflows",)), ("views", ("views", "workflows"))])
def test_rules_and_views_import_themselves_and_the_standard_library(folder: str, known: tuple[str, ...]) -> None:
    own = tuple(f"bot.{part}" for part in known)
    found = {
        (path.name, module)
        for path in (ROOT / "bot" / folder).rglob("*.py")
        for module in imported(path)
        if not (module in own or module.startswith(tuple(f"{name}." for name in own)))
    }
    assert {(file, module) for file, module in found if module.split(".")[0] not in sys.stdlib_module_names} == set()


@pytest.mark.parametrize("folder", ["workflows", "views"])
def test_rules_and_views_are_told_the_time(folder: str) -> None:
    asked = {
        (path.name, node.lineno)
        for path in (ROOT / "bot" / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today", "monotonic", "perf_counter")
    }
    assert asked == set()
