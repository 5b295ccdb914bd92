"""Who may open the practice workspace: this machine's own page, guarded by its headers."""

import ipaddress
import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from bot.practice.access import Access
from bot.practice.server import Listening, RunningPractice, start
from tests.practice.conftest import settings, web_client

pytestmark = pytest.mark.asyncio


def own_address() -> str:
    """An address of this machine that is not loopback, as a neighbour would use it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a datagram socket sends nothing by this; TEST-NET-1, RFC 5737
        except OSError:
            pytest.skip("this machine has no address but loopback")
        address = str(probe.getsockname()[0])
    if ipaddress.ip_address(address).is_loopback:
        pytest.skip("this machine has no address but loopback")
    return address


@pytest_asyncio.fixture
async def wide() -> AsyncIterator[RunningPractice]:
    """A workspace that others can reach."""
    running = await start(settings(), Listening(port=0, access=Access.on(own_address())))
    yield running
    await running.close()


async def status(url: str, **more: object) -> int:
    """The status of a GET without redirects."""
    async with aiohttp.ClientSession() as session, session.get(url, allow_redirects=False, **more) as answer:  # type: ignore[arg-type]
        return answer.status


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


@pytest.mark.parametrize("path", ["", "practice/state?as=ana", "practice/control", "api/auth.test", "files/F1/x"])
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "10.0.0.1", "localhost.evil"]
)
async def test_a_name_of_somebody_elses_that_leads_here_is_turned_away(
    practice: RunningPractice, path: str, host: str
) -> None:
    assert await status(f"{practice.url}{path}", headers={"Host": host}) == 403


@pytest.mark.parametrize("host", ["127.0.0.1:9", "localhost", "localhost:8377", "[::1]:8377", "LOCALHOST"])
async def test_this_machine_has_several_names(practice: RunningPractice, host: str) -> None:
    assert await status(f"{practice.url}practice/state?as=ana", headers={"Host": host}) == 200


@pytest.mark.parametrize(
    "path", ["", "static/js/app.js", "practice/state?as=ana", "practice/live?as=ana", "files/F1/x"]
)
async def test_others_need_the_token(wide: RunningPractice, path: str) -> None:
    there, token = wide.page_url.split("?token=")
    assert await status(f"{there}{path}") == 403
    assert await status(f"{there}{path}", cookies={"practice_token": "x" * 32}) == 403
    assert await status(f"{there}{path}", headers={"Authorization": f"Bearer {token}"}) in (200, 400, 404)


async def test_the_token_leaves_the_address_and_stays_as_a_cookie(wide: RunningPractice) -> None:
    jar = aiohttp.CookieJar(unsafe=True)  # of an address without a name
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        async with session.get(wide.page_url, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (302, "/")
            assert all(word in answer.headers["Set-Cookie"] for word in ("HttpOnly", "SameSite=Strict"))
            assert answer.headers["Referrer-Policy"] == "no-referrer"
        async with session.get(wide.page_url) as answer:
            assert answer.status == 200
            assert "token" not in str(answer.url)


async def test_a_token_never_leads_to_another_host(wide: RunningPractice) -> None:
    there, token = wide.page_url.split("?token=")
    away = f"{there}/evil.example/?token={token}"
    async with aiohttp.ClientSession() as session, session.get(away, allow_redirects=False) as answer:
        assert answer.headers["Location"] == "/evil.example/"


@pytest.mark.parametrize("path", ["practice/control", "api/auth.test", "socket", "response/x", "upload/F1"])
async def test_the_apps_side_and_the_faults_stay_on_this_machine(wide: RunningPractice, path: str) -> None:
    there, token = wide.page_url.split("?token=")
    assert await status(f"{there}{path}", headers={"Authorization": f"Bearer {token}"}) == 403


async def test_the_app_on_this_machine_is_served_as_ever(wide: RunningPractice) -> None:
    assert (await web_client(wide).auth_test())["ok"]


@pytest.mark.parametrize(
    ("bind", "token", "why"),
    [("everywhere", "", "no IP address"), ("10.0.0.1", "short", "too easy to guess"), ("127.0.0.1", "x", "guess")],
)
async def test_access_that_would_not_hold_is_refused(bind: str, token: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Access.on(bind, token)


async def test_the_address_is_one_that_can_be_opened() -> None:
    assert Access.on("127.0.0.1").address(8377) == "http://127.0.0.1:8377/"
    assert Access.on("::1").address(8377) == "http://[::1]:8377/"
    assert Access.on("::", "a" * 16).address(80) == f"http://{socket.gethostname()}:80/?token={'a' * 16}"
    assert Access.on("10.0.0.1").token != Access.on("10.0.0.1").token
