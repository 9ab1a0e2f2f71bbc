"""Who calls, and from where; what they watch."""

from rich.console import Console
from rich.text import Text

from client import display, servers, streams, texts
from client.api import Api
from client.sessions import Account, Bearer, GivenToken, Sessions, SignedIn
from client.settings import ClientSettings, relay_beside

JOB_FAILED = 3


class JobFailedError(RuntimeError):
    """The job that was watched ended without a result."""


class Caller:
    """Who calls: the servers, the account, the terminal."""

    def __init__(self, settings: ClientSettings, *, url: str, relay_url: str) -> None:
        self.settings = settings
        self.url = url
        self.sessions = Sessions(settings.config_dir)
        self.bare = servers.connect(url)
        self.account = self._account()
        self.auth = Bearer(self.account)
        self.app = Api(servers.connect(url, auth=self.auth), self.account)
        self.console = Console(highlight=False)
        self._relay_url = relay_url

    def close(self) -> None:
        """Give up the connections."""
        self.app.close()
        self.bare.close()

    def relay(self) -> tuple[str, bool]:
        """Return the relay's URL, and whether it is only a guess."""
        if self._relay_url:
            return self._relay_url, False
        local = servers.is_local(self.url)
        return relay_beside(self.url, is_local=local, responds=servers.responds), True

    def say(self, text: object) -> None:
        """Print one line."""
        self.console.print(Text(texts.line(text)), soft_wrap=True)

    def _account(self) -> Account:
        given = self.settings.token.get_secret_value()
        return GivenToken(given) if given else SignedIn(self.sessions, self.bare)


def follow_job(caller: Caller, job_id: str) -> None:
    """Show a job until its end; JobFailedError when it has no result."""
    relay_url, guessed = caller.relay()
    relay = servers.connect(relay_url, auth=caller.auth)
    follower = streams.Follower(caller.app, relay, doubt=caller.say if guessed else None)
    try:
        caller.say(f"Job {job_id}")
        updates = follower.follow(job_id)
        last = display.show(updates, console=caller.console)
    except KeyboardInterrupt:
        caller.say(f"The job goes on. Watch it again: schemalore follow {job_id}")
        raise
    finally:
        relay.close()
    if last is None:
        raise JobFailedError(f"The job's end is no longer known; see `schemalore status {job_id}`.")
    if last.failed:
        raise JobFailedError(f"{last.message} ({last.code})" if last.code else last.message)
