"""Which scripts a page is told to fetch ahead."""

from pathlib import Path

from app import modules, pages


def write(folder: Path, name: str, text: str) -> None:
    path = folder / "js" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


class TestOfPages:
    def test_follows_imports_but_not_later_ones(self, tmp_path: Path) -> None:
        """Each script once, however many import it; `import()` is left for when it happens."""
        write(tmp_path, "main.js", 'import { a } from "./a.js";\nimport("./pages/one.js");\n')
        write(tmp_path, "a.js", "")
        write(
            tmp_path,
            "pages/one.js",
            'import {\n  b,\n} from "../b.js";\nimport "../a.js";\nawait import("../late.js");\n',
        )
        write(tmp_path, "b.js", 'export { c } from "./c.js";\n')
        write(tmp_path, "c.js", "")

        assert modules.of_pages(tmp_path) == {
            "one": ("js/a.js", "js/pages/one.js", "js/b.js", "js/c.js")
        }

    def test_finds_the_scripts_of_this_project(self) -> None:
        """The names are those of files, and the project's page needs no progress card at first."""
        found = modules.of_pages(pages.STATIC)

        assert [
            name for names in found.values() for name in names if not (pages.STATIC / name).exists()
        ] == []
        assert "js/ui/table-list.js" in found["project"]
        assert "js/ui/progress-card.js" not in found["project"]
