"""The `schemalore` command: projects, generations watched live, and what came of them."""

import sys
from typing import Annotated

import typer
from pydantic import ValidationError

from client import commands, servers, texts
from client.api import (
    ApiError,
    NoSuchJobError,
    NoSuchProjectError,
    StrangerError,
    UnreachableError,
)
from client.caller import JOB_FAILED, Caller, JobFailedError
from client.settings import ClientSettings
from client.streams import SignedOutError

FAILED, USAGE = 1, 2
_REFUSALS = (
    ApiError,
    UnreachableError,
    StrangerError,
    NoSuchJobError,
    NoSuchProjectError,
    SignedOutError,
    OSError,
)


def build() -> typer.Typer:
    """Return the command line application."""
    application = typer.Typer(
        name="schemalore",
        help=__doc__,
        no_args_is_help=True,
        pretty_exceptions_enable=False,  # its tracebacks show local variables: passwords, tokens
    )
    application.callback()(prepare)
    for command in (
        commands.login,
        commands.register,
        commands.projects,
        commands.create,
        commands.profile,
        commands.generate,
        commands.pull,
        commands.follow,
        commands.cancel,
        commands.retry,
        commands.show,
        commands.export,
        commands.prompt,
        commands.jobs,
        commands.status,
    ):
        application.command()(command)
    return application


def prepare(
    context: typer.Context,
    url: Annotated[str, typer.Option(help="The app (or SCHEMALORE_URL).")] = "",
    relay_url: Annotated[
        str, typer.Option(help="The relay (or SCHEMALORE_RELAY_URL); beside the app by default.")
    ] = "",
) -> None:
    """Work with Schemalore from the terminal."""
    settings = ClientSettings()
    app_url = servers.address(url or settings.url, option="--url")
    given = relay_url or settings.relay_url
    beside = servers.address(given, option="--relay-url") if given else ""
    context.obj = Caller(settings, url=app_url, relay_url=beside)
    context.call_on_close(context.obj.close)


def run() -> None:
    """Run the command line and exit; an error is told in its own words."""
    try:
        build()()
    except JobFailedError as error:
        _complain(error)
        sys.exit(JOB_FAILED)
    except ValidationError as error:
        _complain(error)
        sys.exit(USAGE)
    except _REFUSALS as error:
        _complain(error)
        sys.exit(FAILED)


def _complain(error: Exception) -> None:
    sys.stderr.write(f"schemalore: {texts.clean(error)}\n")


if __name__ == "__main__":
    run()
