"""Which database URLs and SQLite files are accepted."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from catalog.readers import addresses, errors, live


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A SQLite file with one table."""
    path = tmp_path / "a b?#.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE a (b int)")
    return path


def refusal(url: str, *allowed: Path) -> errors.RefusedError:
    with pytest.raises(errors.RefusedError) as caught:
        live.read(url, allowed_directories=allowed)
    assert "database_refused" == caught.value.code
    assert caught.value.remedy
    return caught.value


class TestParse:
    @pytest.mark.parametrize(
        ("url", "driver"),
        [
            ("postgres://u@h/d", "postgresql+psycopg"),
            ("postgresql://u@h/d", "postgresql+psycopg"),
            ("postgresql+psycopg2://u@h/d", "postgresql+psycopg"),
            ("mysql://u@h/d", "mysql+pymysql"),
            ("mariadb://u@h/d", "mysql+pymysql"),
            ("sqlite:////d", "sqlite+pysqlite"),
        ],
    )
    def test_takes_the_driver_that_is_installed(self, url: str, driver: str) -> None:
        """People write the scheme that they are used to."""
        assert driver == addresses.parse(url).url.drivername

    def test_shows_neither_user_nor_password(self) -> None:
        """Both `display` and `repr` may reach a log."""
        address = addresses.parse("postgresql://ann:s3cret@h:7777/shop")

        assert "postgresql://h:7777/shop" == address.display
        assert "s3cret" not in repr(address)

    @pytest.mark.parametrize(
        "url",
        [
            "oracle://ann:s3cret@h/d",
            "ann:s3cret@h",
            "postgresql://ann:s3cret@h:port/d",
            "postgresql://ann:s3cret@h",
            "mysql://ann:s3cret@h/d?read_default_file=/etc/passwd",
            "postgresql://ann:s3cret@h/d?options=-cdefault_transaction_read_only=off",
            "sqlite:////d?mode=rw",
            "",
        ],
    )
    def test_refuses_what_it_cannot_or_should_not_open(self, url: str) -> None:
        """Unknown schemes, broken URLs and options that undo the limits; no text repeats them."""
        error = refusal(url)

        assert "s3cret" not in f"{error!r} {error.remedy}"
        assert error.__cause__ is None

    @pytest.mark.parametrize(
        ("url", "cause"),
        [
            ("postgresql:///d", "names no host"),
            ("postgresql://ann:s3cret@/d", "names no host"),
            ("postgresql://ann:s3cret@h,/d", "names no host"),
            ("mysql://ann:s3cret@/d", "names no host"),
            ("postgresql://h/d", "names no user"),
            ("postgresql://:s3cret@h/d", "names no user"),
            ("mysql://h/d", "names no user"),
        ],
    )
    def test_demands_host_and_user(self, url: str, cause: str) -> None:
        """The driver would fill in the worker's own socket and user."""
        error = refusal(url)

        assert cause in error.message
        assert "://user:password@host:" in error.remedy
        assert "s3cret" not in f"{error!r} {error.remedy}"

    @pytest.mark.parametrize(
        "url",
        [
            "postgresql://joe:Tops3cret@Part2Secret@127.0.0.1:5432/db",
            "mysql://joe:Tops3cret@Part2Secret@127.0.0.1:3306/db",
            "postgresql://joe:Tops3cret@Part2/Secret@127.0.0.1:5432/db",
            "postgresql://joe@Part2%2fSecret/db",
            "postgresql://joe@Part2 Secret/db",
        ],
    )
    def test_takes_no_part_of_a_password_for_a_host(self, url: str) -> None:
        """It would be shown as the host."""
        error = refusal(url)

        said = f"{error!r} {error.remedy}"
        assert "@ as %40" in error.remedy
        assert not any(part in said for part in ("Tops3cret", "Part2", "Secret@", "127.0.0.1"))

    @pytest.mark.parametrize("port", [0, 65536, 99999])
    def test_refuses_a_port_that_cannot_be(self, port: int) -> None:
        """The cause is the number, not a database that does not answer."""
        assert f"the port {port}" in refusal(f"postgresql://u:p@h:{port}/d").message


class TestCheckFile:
    def test_reads_below_an_allowed_directory(self, file: Path, tmp_path: Path) -> None:
        """Odd characters in the name are part of the name."""
        address = addresses.parse("sqlite:///x")
        odd = addresses.Address(
            kind="sqlite",
            url=address.url.set(database=str(file)),
            database=file.name,
            display="sqlite:///x",
        )

        assert file == addresses.check_file(odd, (tmp_path,))

    def test_refuses_a_path_outside(self, file: Path, tmp_path: Path) -> None:
        """Whether the file exists is not told."""
        outside = tmp_path / "other"
        outside.mkdir()

        assert "not below an allowed directory" in refusal(f"sqlite:///{file}", outside).message
        assert "not below" in refusal(f"sqlite:///{tmp_path}/none.db", outside).message
        assert "not below" in refusal(f"sqlite:///{outside}/../x.db", outside).message
        assert "not below" in refusal("sqlite:///:memory:", outside).message

    def test_refuses_a_link_that_leads_outside(self, tmp_path: Path) -> None:
        """The link's target counts."""
        inside = tmp_path / "inside"
        inside.mkdir()
        target = tmp_path / "target.db"
        target.touch()
        (inside / "link.db").symlink_to(target)

        assert "not below" in refusal(f"sqlite:///{inside}/link.db", inside).message

    def test_refuses_a_missing_file_without_creating_it(self, tmp_path: Path) -> None:
        """SQLite would create it."""
        path = tmp_path / "none.db"

        assert "There is no SQLite file" in refusal(f"sqlite:///{path}", tmp_path).message
        assert not path.exists()

    def test_refuses_a_directory(self, tmp_path: Path) -> None:
        """It says what it is."""
        assert "is a directory" in refusal(f"sqlite:///{tmp_path}", tmp_path).message

    def test_refuses_another_kind_of_file(self, tmp_path: Path) -> None:
        """The first bytes tell."""
        path = tmp_path / "notes.txt"
        path.write_text("These are only notes.", encoding="utf-8")

        assert "is not a SQLite database" in refusal(f"sqlite:///{path}", tmp_path).message

    def test_refuses_a_broken_database(self, tmp_path: Path) -> None:
        """The head alone makes no database."""
        path = tmp_path / "broken.db"
        path.write_bytes(b"SQLite format 3\x00" + b"\x07" * 4000)

        assert "could not be read" in refusal(f"sqlite:///{path}", tmp_path).message

    def test_finds_an_empty_file_to_have_no_tables(self, tmp_path: Path) -> None:
        """SQLite takes it for an empty database."""
        path = tmp_path / "empty.db"
        path.touch()

        with pytest.raises(errors.EmptySchemaError):
            live.read(f"sqlite:///{path}", allowed_directories=(tmp_path,))
