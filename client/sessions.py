"""Sign-ins, kept per server in one file that only its owner can read, and renewed in time."""

import contextlib
import fcntl
import json
import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, Self

import httpx

_REFRESH_PATH = "/api/v1/auth/refresh"
_REFRESH_COOKIE, _CSRF_COOKIE = "auth_refresh_token", "csrf_refresh_token"


@dataclass(frozen=True, kw_only=True)
class Session:
    """One sign-in: the token for half an hour, and what renews it for a month."""

    access: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)
    csrf: str = field(default="", repr=False)

    @classmethod
    def handed_out(cls, answer: httpx.Response) -> Self:
        """Return the session that an answer to login, register or refresh hands out."""
        return cls(
            access=str(answer.json()["accessToken"]),
            refresh=answer.cookies.get(_REFRESH_COOKIE) or "",
            csrf=answer.cookies.get(_CSRF_COOKIE) or "",
        )


class Sessions:
    """The sessions below one directory; a server gets only what it gave itself."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "tokens.json"

    def find(self, url: str) -> Session:
        """Return the server's session; an empty one when nobody signed in there."""
        kept = self._read().get(url.rstrip("/"), {})
        if not isinstance(kept, dict):
            return Session(access=str(kept))  # an older client kept nothing else
        names = ("access", "refresh", "csrf")
        return Session(**{name: str(kept.get(name) or "") for name in names})

    def keep(self, url: str, session: Session) -> None:
        """Remember the server's session."""
        kept = {"access": session.access, "refresh": session.refresh, "csrf": session.csrf}
        everything = self._read() | {url.rstrip("/"): kept}
        self._make_directory()
        draft = self._path.with_suffix(f".{os.getpid()}")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(everything, file)
        draft.replace(self._path)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Hold what other clients wait for: two renewals with one refresh token end the session."""
        self._make_directory()
        with self._path.with_suffix(".lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # gone when the file is closed
            yield

    def _make_directory(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)

    def _read(self) -> dict[str, object]:
        if not self._path.exists():
            return {}
        try:
            kept = json.loads(self._path.read_text())
        except ValueError:
            return {}  # a file that cannot be read holds no sign-in; the next one replaces it
        return kept if isinstance(kept, dict) else {}


class Account(Protocol):
    """Whose token requests carry."""

    @property
    def access(self) -> str:
        """The access token; empty when there is none."""

    @property
    def remedy(self) -> str:
        """What to do when the token is refused."""

    def renew(self, stale: str) -> bool:
        """Whether there is another access token than the `stale` one now."""


class GivenToken:
    """A token of SCHEMALORE_TOKEN, which nothing renews."""

    remedy = (
        "SCHEMALORE_TOKEN is not or no longer good, and is not renewed: give it a new token, "
        "or unset it and sign in with `schemalore login`."
    )

    def __init__(self, access: str) -> None:
        self.access = access

    def renew(self, _stale: str) -> bool:
        """Return False."""
        return False


class SignedIn:
    """The account that signed in to one server with `schemalore login`."""

    remedy = "Sign in with `schemalore login`."

    def __init__(self, sessions: Sessions, http: httpx.Client) -> None:
        self._sessions = sessions
        self._http = http  # without a token: a refresh is asked for with its cookie
        self._url = str(http.base_url).rstrip("/")
        self._session = sessions.find(self._url)

    @property
    def access(self) -> str:
        """The access token; empty when nobody signed in."""
        return self._session.access

    def renew(self, stale: str) -> bool:
        """Return whether the server, or another client, renewed the `stale` token.

        httpx.HTTPError when the server could not be asked.
        """
        if self._session.access != stale:
            return True
        if not self._session.refresh:
            return False
        with self._sessions.alone():
            self._session = self._sessions.find(self._url)
            if self._session.access != stale:
                return bool(self._session.access)  # another client was faster
            renewed = self._ask(self._session)
            if renewed is None:
                return False
            self._session = renewed
            self._sessions.keep(self._url, renewed)
            return True

    def _ask(self, session: Session) -> Session | None:
        answer = self._http.post(
            _REFRESH_PATH,
            headers={
                "Cookie": f"{_REFRESH_COOKIE}={session.refresh}",
                "X-CSRF-TOKEN": session.csrf,
            },
        )
        self._http.cookies.clear()  # the cookies are in the file; here they would come twice
        if answer.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            return None
        answer.raise_for_status()
        return Session.handed_out(answer)


class Bearer(httpx.Auth):
    """Puts an account's token on each request, and tries once more with a renewed one on 401."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the request, at most twice."""
        used = self._account.access
        if not used:
            yield request
            return
        request.headers["Authorization"] = f"Bearer {used}"
        answer = yield request
        if answer.status_code == httpx.codes.UNAUTHORIZED and self._account.renew(used):
            request.headers["Authorization"] = f"Bearer {self._account.access}"
            yield request
