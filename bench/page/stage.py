"""App and relay, a Chromium, and projects of a chosen size to look at."""

import contextlib
import json
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from bench.page import schemas
from bench.stage import MissingToolError
from catalog import codec, fingerprints
from stack import local
from store import contexts, database
from store.database import Database

CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "correct horse battery staple"  # noqa: S105  # of accounts that live for a minute
_FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
_LIMITS = {"LOGIN_RATE_LIMIT": "10000/minute", "GENERATE_RATE_LIMIT": "10000/minute"}


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A page that was just asked for, in a browser that has nothing in its cache."""

    page: Page
    renderers: tuple[int, ...]  # process ids


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where projects are stored and looked at."""

    stack: local.Stack
    store: Database
    playwright: Playwright

    @contextlib.contextmanager
    def visit(self, tables: int, columns: int, *, watch: str) -> Iterator[Visit]:
        """Open a fresh project of that size in a fresh browser; `watch` runs before the page."""
        browser = self.playwright.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        try:
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            project = self._project(context, tables, columns)
            page = context.new_page()
            page.add_init_script(watch)
            page.goto(f"{self.stack.app_url}/projects/{project}")
            session = browser.new_browser_cdp_session()
            processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
            renderers = tuple(each["id"] for each in processes if each["type"] == "renderer")
            yield Visit(page=page, renderers=renderers)
        finally:
            browser.close()

    def _project(self, context: BrowserContext, tables: int, columns: int) -> str:
        email = f"{uuid.uuid4().hex}@bench.example"
        _post(context, self.stack.app_url, "/auth/register", {"email": email, "password": PASSWORD})
        body = {"name": "Large", "source": {"kind": "demo"}}
        project = str(_post(context, self.stack.app_url, "/projects", body)["id"])
        snapshot, written = schemas.made(tables, columns)
        fingerprint = fingerprints.of_snapshot(snapshot)
        with self.store.write() as connection:
            contexts.save_snapshot(
                connection,
                project,
                fingerprint=fingerprint,
                size=(tables, tables * columns),
                document=json.dumps(codec.snapshot_to_dict(snapshot)),
            )
            new = contexts.NewContext(
                project_id=project,
                job_id=str(uuid.uuid4()),
                engine="structural",
                model=None,
                fingerprint=fingerprint,
                document=json.dumps(codec.context_to_dict(written)),
            )
            contexts.save(connection, new)
        return project


@contextlib.contextmanager
def opened() -> Iterator[Stage]:
    """Start app and relay; MissingToolError without a Chromium."""
    if not CHROMIUM.exists():
        raise MissingToolError(f"The page is measured in Chromium: there is none at {CHROMIUM}.")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        processes = ("web", "relay")
        with (
            local.Stack(Path(folder), environ=_LIMITS, processes=processes) as stack,
            sync_playwright() as playwright,
        ):
            store = database.connect(stack.database_url)
            yield Stage(stack=stack, store=store, playwright=playwright)
            store.close()


def _post(context: BrowserContext, app: str, path: str, body: object) -> dict[str, Any]:
    tokens = {cookie["name"]: cookie["value"] for cookie in context.cookies()}
    headers = {"X-CSRF-TOKEN": tokens.get("csrf_access_token", "")}
    answer = context.request.post(f"{app}/api/v1{path}", data=body, headers=headers)
    if not answer.ok:
        raise RuntimeError(f"{path} was refused: {answer.text()}")
    found: dict[str, Any] = answer.json()
    return found
