"""Access tokens, kept per server in one file that only its owner can read."""

import json
import os
from pathlib import Path


class Sessions:
    """The tokens below one directory; a server gets only the token that it gave itself."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "tokens.json"

    def token(self, url: str) -> str:
        """Return the server's token; empty when nobody signed in there."""
        return self._read().get(url.rstrip("/"), "")

    def keep(self, url: str, token: str) -> None:
        """Remember the server's token."""
        tokens = self._read() | {url.rstrip("/"): token}
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._path.with_suffix(f".{os.getpid()}")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(tokens, file)
        draft.replace(self._path)

    def _read(self) -> dict[str, str]:
        if not self._path.exists():
            return {}
        try:
            tokens = json.loads(self._path.read_text())
        except ValueError:
            return {}  # a file that cannot be read holds no sign-in; the next one replaces it
        return {str(url): str(token) for url, token in tokens.items()}
