"""A stack is launched and closed as one."""

from pathlib import Path

import psutil
import pytest

from stack import local, locks, redis_server

pytestmark = pytest.mark.integration


class TestStack:
    def test_has_a_migrated_store_and_a_redis_of_its_own(self, tmp_path: Path) -> None:
        """Both are below its directory; both processes of Redis's life are over afterwards."""
        with local.Stack(tmp_path / "data", processes=()) as stack:
            process = psutil.Process(stack.pid("redis"))
            assert redis_server.answers(stack.redis_url)
            assert (tmp_path / "data" / "schemalore.db").exists()
            assert ("redis",) == stack.names

        assert not process.is_running()

    def test_starts_a_killed_process_where_it_was(self, tmp_path: Path) -> None:
        """Clients find it at the same address."""
        with local.Stack(tmp_path, processes=()) as stack:
            stack.kill("redis")
            assert not stack.alive("redis")
            assert not redis_server.answers(stack.redis_url)
            stack.start("redis")

            assert redis_server.answers(stack.redis_url)

    def test_shares_its_directory_with_nobody(self, tmp_path: Path) -> None:
        """Two servers on the same files would spoil them; the other one is named."""
        with (
            local.Stack(tmp_path, processes=()) as first,
            pytest.raises(locks.DirectoryInUseError, match=r"process \d+.*DATA_DIR"),
        ):
            local.start(first.data_dir, processes=())

    def test_tells_why_it_did_not_start_and_leaves_nothing(self, tmp_path: Path) -> None:
        """The message has the cause from the failing process's log."""
        before = psutil.Process().children()
        with pytest.raises(local.StackError, match="migrated") as caught:
            local.start(tmp_path, processes=(), database_url="oracle://user:hunter2@h/d")

        assert "hunter2" not in str(caught.value)
        assert before == psutil.Process().children()

    def test_says_when_a_given_redis_does_not_answer(self, tmp_path: Path) -> None:
        """REDIS_URL is named, its password is not."""
        with pytest.raises(local.StackError, match="REDIS_URL") as caught:
            local.start(tmp_path, processes=(), redis="redis://:hunter2@127.0.0.1:1/0")

        assert "hunter2" not in str(caught.value)
