"""Dead processes are started again, later each time."""

from stack.supervisor import Supervisor


class FakeStack:
    """Processes that die when told to."""

    def __init__(self) -> None:
        self.names = ("redis", "web")
        self.dead: set[str] = set()
        self.started: list[str] = []

    def alive(self, name: str) -> bool:
        """Whether it was not told to die."""
        return name not in self.dead

    def exit_code(self, name: str) -> int | None:
        """Always as SIGKILL ends it."""
        return -9 if name in self.dead else None

    def start(self, name: str, *, wait: bool = True) -> None:
        """Live again; the supervisor must not block for one process."""
        assert not wait
        self.dead.discard(name)
        self.started.append(name)


class TestSupervisor:
    def make(self) -> tuple[FakeStack, Supervisor, list[str]]:
        stack, said = FakeStack(), list[str]()
        return stack, Supervisor(stack, say=said.append, now=0.0), said

    def test_leaves_the_living_alone(self) -> None:
        """Nothing is started that runs."""
        stack, supervisor, said = self.make()
        supervisor.look(1.0)

        assert [] == stack.started
        assert [] == said

    def test_starts_only_the_dead_one_again_and_says_so(self) -> None:
        """The terminal tells how it ended and what happens next."""
        stack, supervisor, said = self.make()
        stack.dead.add("web")
        supervisor.look(1.0)
        supervisor.look(1.9)
        assert [] == stack.started
        supervisor.look(2.0)

        assert ["web"] == stack.started
        assert ["web was ended by signal 9; starting it in 1 s", "web was started again"] == said

    def test_waits_longer_each_time(self) -> None:
        """A process that cannot live does not burn the machine."""
        stack, supervisor, _ = self.make()
        waits, now = [], 0.0
        for _ in range(7):
            stack.dead.add("web")
            supervisor.look(now)
            died = now
            while "web" in stack.dead:
                now += 0.5
                supervisor.look(now)
            waits.append(now - died)

        assert [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0] == waits

    def test_forgives_who_lived_long(self) -> None:
        """A death after half a minute of health is a first one."""
        stack, supervisor, said = self.make()
        for now in (1.0, 50.0):
            stack.dead.add("web")
            supervisor.look(now)
            supervisor.look(now + 1.0)

        assert ["web", "web"] == stack.started
        assert said[0] == said[2]
