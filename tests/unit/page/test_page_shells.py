"""The HTML shells: what they let a browser load, and from where."""

import re

import flask
import pytest
from flask.testing import FlaskClient

from app import pages


def client(relay_url: str = "http://localhost:8001") -> FlaskClient:
    app = flask.Flask("app", static_folder=None)
    app.register_blueprint(pages.blueprint(relay_url=relay_url))
    return app.test_client()


class TestShells:
    @pytest.mark.parametrize(
        "path",
        [
            "/",
            "/login",
            "/projects/p-1",
            "/projects/p-1/contexts/1",
            "/projects/p-1/tables/a/b",
            "/jobs",
            "/jobs/j-1",
            "/account",
        ],
    )
    def test_have_nothing_inline(self, path: str) -> None:
        """The policy forbids inline script and style, so the page may have none."""
        html = client().get(path).text

        assert re.findall(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*src=)", html) == []

    def test_forbid_everything_else(self) -> None:
        """Scripts and styles come from us, connections go to us and the relay."""
        policy = client().get("/").headers["Content-Security-Policy"]

        assert policy.split("; ") == [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self' http://localhost:8001",
            "img-src 'self' data:",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        ]

    def test_escape_what_the_address_says(self) -> None:
        """A path is text, never markup."""
        html = client().get('/projects/"><script>alert(1)<%2fscript>').text

        assert "<script>alert" not in html

    def test_take_the_theme_from_the_cookie(self) -> None:
        """A chosen theme is there before the first paint; any other value is ignored."""
        browser = client()
        browser.set_cookie("theme", "dark")
        chosen = browser.get("/").text
        browser.set_cookie("theme", '"><b>')
        refused = browser.get("/").text

        assert ('data-theme="dark"' in chosen, "data-theme=" in refused) == (True, False)


class TestRelayOrigin:
    def test_follows_the_name_of_the_page_on_loopback(self) -> None:
        """Cookies of 127.0.0.1 do not reach localhost, though it is the same machine."""
        html = client().get("/", base_url="http://127.0.0.1:8000").text

        assert 'data-relay="http://127.0.0.1:8001"' in html

    def test_is_empty_behind_one_proxy(self) -> None:
        """Where both share an origin the page needs no other."""
        answer = client("https://lore.example").get("/", base_url="https://lore.example")

        assert 'data-relay=""' in answer.text
        assert "connect-src 'self';" in answer.headers["Content-Security-Policy"]

    @pytest.mark.parametrize("relay_url", ["localhost:8001", "http://x; script-src *", "ftp://x"])
    def test_refuses_what_is_no_origin(self, relay_url: str) -> None:
        """A slip in RELAY_URL must not weaken the policy; the error names the setting."""
        with pytest.raises(pages.RelayUrlError, match="RELAY_URL"):
            pages.blueprint(relay_url=relay_url)


class TestAssets:
    def test_are_kept_for_a_year_under_their_version(self) -> None:
        """The address changes with the content, so a browser may keep it."""
        browser = client()
        found = re.search(r'src="(/assets/[0-9a-f]+/js/main\.js)"', browser.get("/").text)
        assert found is not None

        with browser.get(found[1]) as answer:
            answer.get_data()

        assert (answer.status_code, answer.cache_control.max_age) == (200, 365 * 24 * 3600)
        assert answer.content_type.startswith("text/javascript")

    def test_are_not_kept_under_an_old_version(self) -> None:
        """A page from before a restart still works, but caches nothing wrong."""
        with client().get("/assets/000000000000/js/main.js") as answer:
            answer.get_data()

        assert (answer.status_code, answer.cache_control.no_cache) == (200, True)

    def test_stay_inside_their_folder(self) -> None:
        """No path leads out to the program's own files."""
        assert client().get("/assets/x/..%2fpages.py").status_code == 404
