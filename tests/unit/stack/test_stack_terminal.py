"""Logs of several processes in one terminal."""

import os
from pathlib import Path

from stack import watchdog
from stack.terminal import Follower


class TestFollower:
    def test_prints_new_lines_with_the_process_name(self, tmp_path: Path) -> None:
        """Old lines were seen before; half a line waits for its end."""
        web, relay = tmp_path / "web.log", tmp_path / "relay.log"
        web.write_text("old\n")
        said: list[str] = []
        follower = Follower({"web": web, "relay": relay}, write=said.append)
        follower.start()
        with web.open("a") as file:
            file.write("new\nhalf")
        relay.write_text("first\n")
        follower.close()

        assert ["relay | first", "web   | new"] == sorted(said)

    def test_begins_anew_with_a_log_that_did(self, tmp_path: Path) -> None:
        """A log that was put aside for its size is followed in its new file."""
        log = tmp_path / "web.log"
        log.write_text("a long old line\n")
        said: list[str] = []
        follower = Follower({"web": log}, write=said.append)
        os.replace(log, tmp_path / "web.log.1")  # noqa: PTH105 - the very call of a rotation
        log.write_text("new\n")
        follower.start()
        follower.close()

        assert ["web | new"] == said

    def test_lets_no_log_steer_the_terminal(self, tmp_path: Path) -> None:
        """What a stranger wrote into a log moves no cursor."""
        log = tmp_path / "web.log"
        said: list[str] = []
        follower = Follower({"web": log}, write=said.append)
        log.write_bytes(b"a\x1b[2Jb\x1b]0;title\x07c\x9b31md\xff\n")
        follower.start()
        follower.close()

        assert not any(character < " " for character in said[0])


class TestWatched:
    def test_knows_who_is_left(self) -> None:
        """Groups that ended before are not signalled: their numbers may be somebody else's."""
        assert {12, 14} == watchdog.watched(["+12\n", "+13\n", "-13\n", "+14\n"])
