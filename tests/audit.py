"""Is anything known against the libraries we pin? `make audit` asks; a finding fails, silence is said aloud.

Where no advisory service can be reached, nothing was audited, and saying that loudly is all that can be done.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PINNED = Path(__file__).parent.parent / "requirements-dev.txt"  # what users install is part of it
SERVICES = ("pypi", "osv")
PATIENCE_SECONDS = 90.0  # a network that swallows questions holds nobody up for long
SHOWN = 10  # names of libraries
UNASKED = """
  ! No advisory service could be asked about {count} of the pinned libraries:
  !   {names}
  ! They were NOT audited. Run `make audit` where {services} can be reached.
"""


@dataclass(frozen=True)
class Report:
    """What an audit found: the advisories against libraries, and the libraries nobody could say anything of."""

    found: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()

    @classmethod
    def of(cls, said: str, pinned: Iterable[str]) -> "Report":
        """What pip-audit printed as JSON; without it, nothing was asked."""
        try:
            dependencies: list[dict[str, Any]] = json.loads(said)["dependencies"]
        except (ValueError, KeyError, TypeError):
            return cls(unasked=tuple(pinned))
        found = [
            f"{entry['name']} {entry.get('version', '')}: {advice['id']}"
            + (f", mended in {', '.join(advice['fix_versions'])}" if advice.get("fix_versions") else "")
            for entry in dependencies for advice in entry.get("vulns", ())
        ]  # fmt: skip
        asked = {entry["name"] for entry in dependencies if "skip_reason" not in entry}
        return cls(tuple(found), tuple(name for name in pinned if name not in asked))


def pinned(requirements: str) -> tuple[str, ...]:
    """The names in a file of requirements."""
    lines = (line for line in requirements.splitlines() if "==" in line and not line.startswith((" ", "#")))
    return tuple(line.partition("==")[0].partition("[")[0].strip() for line in lines)


def ask(service: str) -> str:
    """What pip-audit says with one service, as JSON; empty when it cannot say anything."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(PINNED), "--disable-pip", "--require-hashes",
               "--vulnerability-service", service, "--format", "json", "--progress-spinner", "off"]  # fmt: skip
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return ""
    return said.stdout


def audit(names: tuple[str, ...], ask: Callable[[str], str] = ask) -> Report:
    """Ask one service, and the next one about what the first did not know."""
    found: tuple[str, ...] = ()
    unasked = names
    for service in SERVICES:
        report = Report.of(ask(service), names)
        found += report.found
        unasked = tuple(name for name in unasked if name in report.unasked)
        if not unasked:
            break
    return Report(tuple(dict.fromkeys(found)), unasked)


def main() -> int:
    """Print what was found; 1 when anything was."""
    names = pinned(PINNED.read_text(encoding="utf-8"))
    report = audit(names)
    for line in report.found:
        print(f"  ✗ {line}")
    if report.unasked:
        services = " or ".join(SERVICES)
        shown = ", ".join(report.unasked[:SHOWN]) + (" …" if len(report.unasked) > SHOWN else "")
        print(UNASKED.format(count=len(report.unasked), names=shown, services=services))
    if not report.found and len(report.unasked) < len(names):
        print(f"Nothing is known against {len(names) - len(report.unasked)} pinned libraries.")
    return 1 if report.found else 0


if __name__ == "__main__":
    sys.exit(main())
