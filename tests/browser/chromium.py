"""The browser the page is tried in: a Chromium of the machine, headless, without a word to the outside."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
WHY_NOT = "no Chromium on this machine (Debian: apt-get install chromium)"
# Playwright's own flags, and none of the calls home a browser makes by itself.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def executable() -> str | None:
    """Where Chromium is: the variable CHROMIUM, else the first of its usual names that is installed."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)
