"""A ready account with the demo project, made through the HTTP API like anybody's."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

PROJECT_NAME = "Demo business"
_DOMAIN = "schemalore.test"  # reserved: nobody can ever own it
_TIMEOUT_SECONDS = 20.0


class AccountError(RuntimeError):
    """The app refused to make the demo account or its project."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """Who signed in, and the demo project that belongs to them."""

    email: str
    password: str = field(repr=False)
    token: str = field(repr=False)
    project_id: str


def ensure(app_url: str, data_dir: Path) -> Account:
    """Return the data directory's demo account, made on first use; its file is the owner's only."""
    # Proxies of the environment could not reach this machine's loopback.
    with httpx.Client(
        base_url=f"{app_url}/api/v1", timeout=_TIMEOUT_SECONDS, trust_env=False
    ) as http:
        try:
            return _ensure(http, data_dir / "demo-account.json")
        except httpx.HTTPError as error:
            raise AccountError(f"The demo account could not be made: {error!r}") from error


def _ensure(http: httpx.Client, path: Path) -> Account:
    email, password, token = _sign_in(http, path) or _register(http, path)
    # What the cookies say would need a CSRF header; the bearer token needs none.
    http.cookies.clear()
    http.headers["Authorization"] = f"Bearer {token}"
    project_id = _ensure_project(http)
    return Account(email=email, password=password, token=token, project_id=project_id)


def _sign_in(http: httpx.Client, path: Path) -> tuple[str, str, str] | None:
    if not path.exists():
        return None
    known = json.loads(path.read_text())
    answer = http.post("/auth/login", json=known)
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        return None  # the database is another one than the file's
    return known["email"], known["password"], _body(answer)["accessToken"]


def _register(http: httpx.Client, path: Path) -> tuple[str, str, str]:
    account = {"email": f"demo@{_DOMAIN}", "password": secrets.token_urlsafe(12)}
    answer = http.post("/auth/register", json=account)
    if answer.status_code == httpx.codes.CONFLICT:
        # The name is taken and its password file is gone: nobody can sign in with it any more.
        account["email"] = f"demo-{secrets.token_hex(3)}@{_DOMAIN}"
        answer = http.post("/auth/register", json=account)
    token = _body(answer)["accessToken"]
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(account, file)
    return account["email"], account["password"], token


def _ensure_project(http: httpx.Client) -> str:
    for project in _body(http.get("/projects"))["items"]:
        if project["kind"] == "demo":
            return str(project["id"])
    made = http.post("/projects", json={"name": PROJECT_NAME, "source": {"kind": "demo"}})
    return str(_body(made)["id"])


def _body(answer: httpx.Response) -> Mapping[str, Any]:
    if answer.is_success:
        body: Mapping[str, Any] = answer.json()
        return body
    request = f"{answer.request.method} {answer.request.url.path}"
    raise AccountError(
        f"The demo account could not be made: {request} answered {answer.status_code}: "
        f"{answer.text[:500]}"
    )
