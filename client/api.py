"""The app's HTTP API, as the commands need it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx

from client.sessions import Account, Session

_ANOTHER = "name another server with --url or SCHEMALORE_URL."


class ApiError(RuntimeError):
    """The server refused; the message has its cause and its remedy."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code") or "")
        cause = str(problem.get("detail") or problem.get("title") or f"HTTP status {status}")
        remedy = str(problem.get("remedy") or "")
        parts = [cause, *(each for each in _fields(problem.get("errors")) if each not in cause)]
        if remedy and remedy not in cause:
            parts.append(remedy)
        super().__init__("\n".join(parts))


class UnreachableError(RuntimeError):
    """No answer came from a server."""

    def __init__(self, url: str, reason: object) -> None:
        super().__init__(
            f"No answer from {url}: {reason}.\n"
            f"Check that Schemalore runs there (`make run` starts it), or {_ANOTHER}"
        )


class StrangerError(RuntimeError):
    """What answers is not Schemalore's app."""

    def __init__(self, url: str, status: int) -> None:
        super().__init__(
            f"What answers at {url} is not Schemalore's app (HTTP status {status}).\n"
            f"Check the address, or {_ANOTHER}"
        )


class NoSuchProjectError(RuntimeError):
    """No project has this id or name, or several have the name."""


class NoSuchJobError(RuntimeError):
    """The account has no job with this id."""

    def __init__(self, job_id: str) -> None:
        super().__init__(
            f"There is no job {job_id} of yours. A job's id is a UUID; "
            "`schemalore jobs` lists yours. A job is gone once its project is deleted."
        )


class Api:
    """Calls for one account; it fails with ApiError, UnreachableError or StrangerError."""

    def __init__(self, http: httpx.Client, account: Account) -> None:
        self.base_url = str(http.base_url).rstrip("/")
        self.account = account
        self._http = http

    def close(self) -> None:
        """Give up the connections."""
        self._http.close()

    def sign_in(self, action: str, email: str, password: str) -> Session:
        """Log in or register (the `action`); return the new session."""
        body = {"email": email, "password": password}
        answer = self.request("POST", f"/auth/{action}", json=body)
        self._object(answer)
        self._http.cookies.clear()  # they go to the owner's file, not along with requests
        return Session.handed_out(answer)

    def projects(self) -> list[dict[str, Any]]:
        """Return the account's projects."""
        return list(self.call("GET", "/projects")["items"])

    def project_id(self, wanted: str) -> str:
        """Return the id of the project with this id or name; NoSuchProjectError otherwise."""
        projects = self.projects()
        if any(project["id"] == wanted for project in projects):
            return wanted
        found = [str(project["id"]) for project in projects if project["name"] == wanted]
        if len(found) == 1:
            return found[0]
        known = ", ".join(f"{project['name']} ({project['id']})" for project in projects)
        problem = "Several projects are" if found else "No project is"
        raise NoSuchProjectError(
            f"{problem} called {wanted}. Name one by its id. Yours: {known or 'none yet'}."
        )

    def job(
        self,
        method: str,
        job_id: str,
        below: str = "",
        *,
        params: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return what the server answers about a job; NoSuchJobError when it knows none."""
        try:
            return self.call(method, f"/jobs/{segment(job_id)}{below}", params=params)
        except ApiError as error:
            # Without a code it is no answer of Schemalore's: the URL is another server's.
            if error.status == httpx.codes.NOT_FOUND and error.code:
                raise NoSuchJobError(job_id) from error
            raise

    def call(
        self,
        method: str,
        path: str,
        *,
        json: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return the answer's JSON; `path` is below /api/v1."""
        return self._object(self.request(method, path, json=json, params=params))

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> httpx.Response:
        """Return the successful answer."""
        try:
            answer = self._http.request(method, f"/api/v1{path}", json=json, params=params)
        except httpx.HTTPError as error:
            raise UnreachableError(self.base_url, error) from error
        if not answer.is_success:
            raise self.refusal(answer)
        return answer

    def refusal(self, answer: httpx.Response) -> ApiError:
        """Return the error that a read answer with a failing status stands for."""
        try:
            problem = self._object(answer)
        except StrangerError as stranger:  # or a proxy in front of the app that is away
            problem = {"detail": str(stranger)}
        signing_in = problem.get("code") == "wrong_credentials"
        if answer.status_code == httpx.codes.UNAUTHORIZED and not signing_in:
            problem["remedy"] = self.account.remedy  # the server's is for who writes HTTP requests
        return ApiError(answer.status_code, problem)

    def _object(self, answer: httpx.Response) -> dict[str, Any]:
        try:
            found = answer.json()
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise StrangerError(self.base_url, answer.status_code)
        return found


def segment(text: str) -> str:
    """Return the text as one segment of a path, whatever it contains."""
    return quote(text, safe="")


def _fields(errors: object) -> list[str]:
    if not isinstance(errors, list):
        return []
    return [_field(error) for error in errors]


def _field(error: object) -> str:
    if not isinstance(error, dict):
        return str(error)
    where = error.get("field") or error.get("loc") or ""
    return f"{where}: {error.get('message') or error.get('msg') or error}"
