"""Which scripts a page will need: a browser told at once need not find out file by file."""

import re
from collections.abc import Iterator
from pathlib import Path

_IMPORT = re.compile(r'^(?:import|export)\b[^";()]*"(\.[^"\n]+\.js)";', re.MULTILINE)
_FOLDER = "js"


def of_pages(static: Path) -> dict[str, tuple[str, ...]]:
    """Return, by page, the scripts that it imports, itself first; paths below `static`.

    What a script imports only when it comes to need it is not among them.
    """
    root = (static / _FOLDER).resolve()
    start = root / "main.js"
    return {
        path.stem: tuple(
            f"{_FOLDER}/{found.relative_to(root).as_posix()}"
            for found in dict.fromkeys((*_reached(start), *_reached(path)))
            if found != start
        )
        for path in sorted((root / "pages").glob("*.js"))
    }


def _reached(start: Path) -> Iterator[Path]:
    waiting, seen = [start], {start}
    while waiting:
        path = waiting.pop(0)
        yield path
        for name in _IMPORT.findall(path.read_text(encoding="utf-8")):
            found = (path.parent / name).resolve()
            if found not in seen:
                seen.add(found)
                waiting.append(found)
