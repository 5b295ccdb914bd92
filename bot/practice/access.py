"""Who may speak to the practice workspace: this machine, and others only with the token that its address carries."""

import hmac
import ipaddress
import secrets
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
LOOPBACK = "127.0.0.1"
COOKIE = "practice_token"
QUERY = "token"
TOKEN_MIN = 16
TOKEN_VARIABLE = "PRACTICE_TOKEN"  # noqa: S105 - the name of a variable; a command line can be read by others
# An app's side and the faults are for programs on this machine; the page of a wider workspace is for people elsewhere.
THIS_MACHINE_ONLY = ("/api/", "/socket", "/response/", "/upload/", "/practice/control")
# The page loads nothing from elsewhere, and nobody else's page may hold it in a frame.
GUARDS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True, kw_only=True)
class Access:
    """The address to listen on beside loopback, and what everybody then has to show; none of both for loopback only."""

    bind: str = LOOPBACK
    token: str = ""

    @classmethod
    def on(cls, bind: str, token: str = "") -> "Access":
        """Access on an address; one that others can reach always has a token, made up when none is given.

        Raises:
            ValueError: for what is no IP address, and for a token that could be guessed.
        """
        try:
            wide = not ipaddress.ip_address(bind).is_loopback
        except ValueError:
            raise ValueError(f"{bind} is no IP address: give one of this machine's, or 0.0.0.0 for all") from None
        if token and len(token) < TOKEN_MIN:
            raise ValueError(f"the token is too easy to guess: take at least {TOKEN_MIN} characters, or leave it out")
        return cls(bind=bind, token=token or (secrets.token_urlsafe(24) if wide else ""))

    def addresses(self) -> list[str]:
        """Where to listen: loopback always, so that the app on this machine gets in."""
        covered = (LOOPBACK, "0.0.0.0")  # all only if asked for, with a token  # noqa: S104  # nosec B104
        return [self.bind] if self.bind in covered else [LOOPBACK, self.bind]

    def address(self, port: int) -> str:
        """What people open, with the token; a machine's name stands for all of its addresses."""
        host = socket.gethostname() if ipaddress.ip_address(self.bind).is_unspecified else self.bind
        host = f"[{host}]" if ":" in host else host
        return f"http://{host}:{port}/" + (f"?{QUERY}={quote(self.token)}" if self.token else "")

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The middleware: refuse strangers, turn a token in the address into a cookie, and set the guard headers."""
        try:
            self._admit(request)
            answer = await handler(request)
        except web.HTTPException as instead:
            instead.headers.update(GUARDS)
            raise
        if not answer.prepared:
            answer.headers.update(GUARDS)
        return answer

    def _admit(self, request: web.Request) -> None:
        _same_origin(request)
        if request.path.startswith(THIS_MACHINE_ONLY) or not self.token:
            _this_machine(request)
        elif self._is_token(request.query.get(QUERY, "")):
            raise self._let_in(request)
        elif not self._is_token(request.cookies.get(COOKIE, "") or _bearer(request)):
            raise web.HTTPForbidden(text="Open the address that the practice workspace printed, with its token.")

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.token.encode())

    def _let_in(self, request: web.Request) -> web.HTTPFound:
        """To the same place without the token, which would stay in the history and in what one copies."""
        clean = request.rel_url.without_query_params(QUERY)
        # One slash only: two would lead the browser to another host.
        found = web.HTTPFound("/" + str(clean).lstrip("/"))
        found.set_cookie(COOKIE, self.token, httponly=True, samesite="Strict", path="/")
        return found


def _same_origin(request: web.Request) -> None:
    """A web page elsewhere could name this port too; its requests carry that page's origin."""
    origin = request.headers.get("Origin")
    if origin and origin.rstrip("/") not in (f"http://{request.host}", f"https://{request.host}"):
        raise web.HTTPForbidden(text="the practice workspace answers its own page only")


def _this_machine(request: web.Request) -> None:
    """From loopback, and by one of its names: a name of somebody else's that leads here is somebody else's page."""
    host = request.url.host
    if not _is_loopback(request.remote) or not (host == "localhost" or _is_loopback(host)):
        raise web.HTTPForbidden(text="the practice workspace serves this machine only")


def _is_loopback(address: str | None) -> bool:
    try:
        return address is not None and ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""
