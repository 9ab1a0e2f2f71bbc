"""Sign-ins are kept for one server each, for their owner's eyes, and renewed."""

import stat
from pathlib import Path

import httpx
import pytest
import typer

from client import sources
from client.sessions import Bearer, GivenToken, Session, Sessions, SignedIn
from client.settings import relay_beside

URL = "http://a"
REFRESH = "/api/v1/auth/refresh"
OLD = Session(access="old", refresh="r1", csrf="c1")


class Server:
    """Knows one good access token; a refresh with the right cookie makes the next one."""

    def __init__(self, tmp_path: Path, *, refresh_status: int = 200) -> None:
        self.requests: list[httpx.Request] = []
        self.good = "new"
        self.refresh_status = refresh_status
        self.sessions = Sessions(tmp_path)
        self.http = httpx.Client(base_url=URL, transport=httpx.MockTransport(self.answer))

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.path == REFRESH:
            return self.refresh(request)
        good = request.headers.get("Authorization") == f"Bearer {self.good}"
        return httpx.Response(200 if good else 401, json={})

    def refresh(self, request: httpx.Request) -> httpx.Response:
        sent = (request.headers.get("Cookie"), request.headers.get("X-CSRF-TOKEN"))
        if self.refresh_status != 200 or sent != ("auth_refresh_token=r1", "c1"):
            return httpx.Response(self.refresh_status if self.refresh_status != 200 else 401)
        cookies = [
            ("Set-Cookie", f"auth_refresh_token=r2; HttpOnly; Path={REFRESH.rpartition('/')[0]}"),
            ("Set-Cookie", "csrf_refresh_token=c2; Path=/"),
        ]
        return httpx.Response(200, headers=cookies, json={"accessToken": self.good})

    def account(self) -> SignedIn:
        return SignedIn(self.sessions, self.http)

    def get(self, account: SignedIn | GivenToken) -> int:
        return self.http.get("/api/v1/projects", auth=Bearer(account)).status_code

    def paths(self) -> list[str]:
        return [request.url.path.rpartition("/")[2] for request in self.requests]


class TestSessions:
    def test_gives_a_server_only_its_own_token(self, tmp_path: Path) -> None:
        """Another server's token would be stolen by it."""
        sessions = Sessions(tmp_path / "config")
        sessions.keep("http://a", Session(access="one"))
        sessions.keep("http://b/", Session(access="two"))

        assert ["one", "two", ""] == [sessions.find(f"http://{host}").access for host in "abc"]

    def test_lets_nobody_else_read(self, tmp_path: Path) -> None:
        """The file is the owner's, also when it is written again."""
        sessions = Sessions(tmp_path)
        (tmp_path / "tokens.json").write_text("{}")
        (tmp_path / "tokens.json").chmod(0o644)
        sessions.keep("http://a", OLD)

        assert 0o600 == stat.S_IMODE((tmp_path / "tokens.json").stat().st_mode)

    @pytest.mark.parametrize(
        ("text", "access"), [("{half", ""), ("[]", ""), ('{"http://a": "one"}', "one")]
    )
    def test_reads_what_others_left(self, tmp_path: Path, text: str, access: str) -> None:
        """A broken file holds no sign-in, an older client's holds a bare token."""
        (tmp_path / "tokens.json").write_text(text)

        assert Session(access=access) == Sessions(tmp_path).find("http://a")

    def test_shows_no_token_when_printed(self) -> None:
        """An error with a session in it stays harmless."""
        assert "Session()" == repr(OLD)


class TestBearer:
    def test_renews_an_expired_token_and_asks_again(self, tmp_path: Path) -> None:
        """The caller sees the answer only; the new session is kept for the next command."""
        server = Server(tmp_path)
        server.sessions.keep(URL, OLD)

        assert 200 == server.get(server.account())
        assert ["projects", "refresh", "projects"] == server.paths()
        assert Session(access="new", refresh="r2", csrf="c2") == server.sessions.find(URL)

    def test_renews_once(self, tmp_path: Path) -> None:
        """A server that refuses the new token, too, is not asked for ever."""
        server = Server(tmp_path, refresh_status=401)
        server.sessions.keep(URL, OLD)

        assert 401 == server.get(server.account())
        assert ["projects", "refresh"] == server.paths()

    def test_takes_the_token_that_another_client_renewed(self, tmp_path: Path) -> None:
        """A second use of one refresh token would end the session."""
        server = Server(tmp_path)
        server.sessions.keep(URL, OLD)
        account = server.account()
        server.sessions.keep(URL, Session(access="new", refresh="r2", csrf="c2"))

        assert 200 == server.get(account)
        assert ["projects", "projects"] == server.paths()

    def test_does_not_renew_a_given_token(self, tmp_path: Path) -> None:
        """What SCHEMALORE_TOKEN says is all there is, whoever else signed in."""
        server = Server(tmp_path)
        server.sessions.keep(URL, OLD)

        assert 401 == server.get(GivenToken("old"))
        assert ["projects"] == server.paths()


class TestRelayBeside:
    @pytest.mark.parametrize(
        ("app", "local", "relay"),
        [
            ("http://localhost:8000", True, "http://localhost:8001"),
            ("http://[::1]:8000", True, "http://[::1]:8001"),
            ("http://localhost:18200", True, "http://localhost:18201"),
            ("http://localhost:18300", True, "http://localhost:18300"),
            ("https://lore.example.com:18200", False, "https://lore.example.com:18200"),
            ("https://lore.example.com", False, "https://lore.example.com"),
        ],
    )
    def test_knows_a_bare_app_from_a_proxy(self, app: str, local: bool, relay: str) -> None:
        """Behind a proxy both share one origin; a bare app has its relay on the next port."""
        lives = {"http://localhost:18201", "https://lore.example.com:18201"}

        assert relay == relay_beside(app, is_local=local, responds=lives.__contains__)


class TestSource:
    def test_refuses_a_password_among_the_arguments(self) -> None:
        """Others on the machine could list it; the refusal does not repeat it."""
        with pytest.raises(typer.BadParameter, match="--url -") as caught:
            sources.choose(demo=False, url="mysql://u:hunter2@h/d", ddl=None, dialect="")

        assert "hunter2" not in str(caught.value)

    @pytest.mark.parametrize(("demo", "url"), [(False, ""), (True, "mysql://h/d")])
    def test_wants_exactly_one_source(self, demo: bool, url: str) -> None:
        """None or two would be a guess."""
        with pytest.raises(typer.BadParameter, match="one of"):
            sources.choose(demo=demo, url=url, ddl=None, dialect="")

    def test_wants_the_dialect_of_ddl(self, tmp_path: Path) -> None:
        """The same words mean different things in different databases."""
        with pytest.raises(typer.BadParameter, match="--dialect"):
            sources.choose(demo=False, url="", ddl=tmp_path / "a.sql", dialect="")
