"""A known vulnerability fails the audit; a service that cannot be asked is said aloud and does not."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import audit
from tests.audit import PINNED, Report, pinned
from tests.town import ROOT

NAMES = ("aiohttp", "pyyaml")
CLEAN = {"name": "aiohttp", "version": "3.14.5", "vulns": []}
KNOWN = {"name": "pyyaml", "version": "6.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["6.0.1"], "aliases": []}]}
SKIPPED = {"name": "pyyaml", "skip_reason": "Dependency not found on PyPI and could not be audited: pyyaml (6.0)"}


def said(*dependencies: object) -> str:
    return json.dumps({"dependencies": dependencies, "fixes": []})


@pytest.mark.parametrize(
    ("first", "second", "report"),
    [
        (said(CLEAN, {**KNOWN, "vulns": []}), "never asked", Report()),
        (said(CLEAN, KNOWN), "never asked", Report(found=("pyyaml 6.0: PYSEC-1, mended in 6.0.1",))),
        (said(CLEAN, SKIPPED), said(CLEAN, KNOWN), Report(found=("pyyaml 6.0: PYSEC-1, mended in 6.0.1",))),
        (said(CLEAN, SKIPPED), "", Report(unasked=("pyyaml",))),
        (said(KNOWN), "", Report(found=("pyyaml 6.0: PYSEC-1, mended in 6.0.1",), unasked=("aiohttp",))),
        ("", "Traceback (most recent call last)", Report(unasked=NAMES)),
        ("{}", "[]", Report(unasked=NAMES)),
    ],
)
def test_what_services_say_is_understood(first: str, second: str, report: Report) -> None:
    answers = dict(zip(audit.SERVICES, (first, second), strict=True))
    assert audit.audit(NAMES, answers.__getitem__) == report


@pytest.mark.parametrize(
    ("answer", "status", "told"),
    [
        (said(CLEAN, KNOWN), 1, "pyyaml 6.0: PYSEC-1"),
        (said(CLEAN, {**KNOWN, "vulns": []}), 0, "Nothing is known against 2"),
        ("", 0, "They were NOT audited"),
    ],
)
def test_only_a_finding_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answer: str, status: int, told: str
) -> None:
    monkeypatch.setattr(audit, "pinned", lambda text: NAMES)
    monkeypatch.setattr(audit.audit, "__defaults__", (lambda service: answer,))
    assert audit.main() == status
    assert told in capsys.readouterr().out


def test_what_users_install_is_audited_too() -> None:
    ours = pinned((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    assert len(ours) > 10
    assert set(ours) <= set(pinned(PINNED.read_text(encoding="utf-8")))


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_library_is_pinned_with_its_hash(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    parts = [part for part in re.split(r"^(?=[A-Za-z])", text, flags=re.MULTILINE) if part[0].isalpha()]
    assert len(parts) == len(pinned(text)) > 10
    assert all("==" in part and "--hash=sha256:" in part for part in parts)
    recipes = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert recipes.count("pip install") == recipes.count("--require-hashes") == 2


def test_bandit_finds_nothing_and_still_bites(tmp_path: Path) -> None:
    clean = _bandit("bot/web", "bot/storage", "bot/launch.py", "bot/practice/access.py")
    assert clean.returncode == 0, clean.stdout
    (tmp_path / "bad.py").write_text("import yaml\nyaml.load('x')\n")
    assert "B506" in _bandit(str(tmp_path)).stdout


def _bandit(*places: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bandit", "--quiet", "--configfile", "pyproject.toml", "--recursive", *places]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
