"""Who may open the practice workspace: this machine's own page, guarded by its headers."""

import aiohttp
import pytest

from bot.practice.server import RunningPractice

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("path", ["", "archives/C0GENERAL", "static/js/app.js", "static/css/base.css"])
async def test_the_page_may_load_only_from_itself(practice: RunningPractice, path: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{practice.url}{path}") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert answer.status == 200
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in policy
        assert (answer.headers["X-Content-Type-Options"], answer.headers["Referrer-Policy"]) == (
            "nosniff",
            "no-referrer",
        )


@pytest.mark.parametrize("path", ["", "practice/state?as=ana", "practice/control", "api/auth.test"])
async def test_another_page_is_turned_away(practice: RunningPractice, path: str) -> None:
    headers = {"Origin": "http://evil.example"}
    async with aiohttp.ClientSession() as session, session.get(f"{practice.url}{path}", headers=headers) as answer:
        assert answer.status == 403


@pytest.mark.parametrize("path", ["static/../server.py", "static/%2e%2e/server.py", "static/nothing.js", "secret.txt"])
async def test_only_the_pages_own_files_are_served(practice: RunningPractice, path: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{practice.url}{path}") as answer:
        assert answer.status == 404
