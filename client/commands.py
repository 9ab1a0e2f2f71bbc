"""What the commands do; `client.main` lists them."""

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from client import api, results, sources, texts
from client.api import Api
from client.caller import Caller, follow_job

Project = Annotated[str, typer.Argument(help="The project's id or name.")]
Job = Annotated[str, typer.Argument(help="The job's id.")]
Level = Literal["none", "statistics", "shapes"]
Email = Annotated[str, typer.Option(prompt=True, help="Your e-mail address.")]


def login(context: typer.Context, email: Email) -> None:
    """Sign in, and remember the server's token in a file of your own."""
    _sign_in(context.obj, "login", email)


def register(context: typer.Context, email: Email) -> None:
    """Make an account, and sign in with it."""
    _sign_in(context.obj, "register", email)


def projects(context: typer.Context) -> None:
    """List your projects."""
    caller: Caller = context.obj
    results.show_projects(caller.app.projects(), console=caller.console)


def create(  # noqa: PLR0913 - an option each
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What to call the project.")],
    *,
    demo: Annotated[bool, typer.Option("--demo", help="The demo database.")] = False,
    url: Annotated[
        str, typer.Option(help="A database's URL; `-` asks for it, so that no list shows it.")
    ] = "",
    ddl: Annotated[Path | None, typer.Option(help="A file of CREATE statements.")] = None,
    dialect: Annotated[str, typer.Option(help="The SQL dialect of --ddl.")] = "",
    profile: Annotated[
        Level,
        typer.Option(
            help="What may be read beyond the schema: nothing, statistics that the database holds, "
            "or also some rows, of which masks and codes are kept."
        ),
    ] = "none",
) -> None:
    """Create a project from a database's URL, a DDL file or the demo database."""
    caller: Caller = context.obj
    source = sources.choose(demo=demo, url=url, ddl=ddl, dialect=dialect)
    body = {"name": name, "source": source, "profile": profile}
    made = caller.app.call("POST", "/projects", json=body)
    caller.say(f"{made['id']}  {made['name']}")


def profile(
    context: typer.Context,
    project: Project,
    level: Annotated[Level, typer.Argument(help="What the next generation may read.")],
) -> None:
    """Say how far a project's database may be looked into beyond its schema."""
    caller: Caller = context.obj
    project_id = caller.app.project_id(project)
    path = f"/projects/{api.segment(project_id)}"
    changed = caller.app.call("PATCH", path, json={"profile": level})
    caller.say(f"{changed['id']}  {changed['name']}  profile: {changed['profile']}")


def generate(
    context: typer.Context,
    project: Project,
    *,
    engine: Annotated[str, typer.Option(help="auto, ollama or structural.")] = "auto",
    model: Annotated[str, typer.Option(help="The model, with --engine ollama.")] = "",
    language: Annotated[str, typer.Option(help="That of the texts, e.g. de.")] = "en",
    force: Annotated[bool, typer.Option("--force", help="Even if nothing changed.")] = False,
) -> None:
    """Generate a project's context and watch it; a running generation is joined."""
    caller: Caller = context.obj
    project_id = caller.app.project_id(project)
    body: dict[str, Any] = {"engine": engine, "language": language, "force": force}
    if model:
        body["model"] = model
    path = f"/projects/{api.segment(project_id)}/context/generate"
    follow_job(caller, str(caller.app.call("POST", path, json=body)["id"]))


def pull(
    context: typer.Context,
    model: Annotated[str, typer.Argument(help="The model, for example llama3.1:8b.")],
) -> None:
    """Pull a model onto the model servers and watch it; a running pull of it is joined."""
    caller: Caller = context.obj
    follow_job(caller, str(caller.app.call("POST", "/models/pull", json={"model": model})["id"]))


def follow(context: typer.Context, job: Job) -> None:
    """Watch a job from its beginning to its end."""
    follow_job(context.obj, job)


def cancel(context: typer.Context, job: Job) -> None:
    """Cancel a job."""
    caller: Caller = context.obj
    answer = caller.app.job("POST", job, "/cancel")
    caller.say(f"{answer['id']}  {answer['status']}")


def retry(context: typer.Context, job: Job) -> None:
    """Do a failed or cancelled job again and watch it; what a model answered is kept."""
    caller: Caller = context.obj
    follow_job(caller, str(caller.app.job("POST", job, "/retry")["id"]))


def show(context: typer.Context, project: Project) -> None:
    """Print a project's summary, insights and starting prompts."""
    caller: Caller = context.obj
    project_id = caller.app.project_id(project)
    answer = caller.app.call("GET", f"/projects/{api.segment(project_id)}/context")
    results.show_context(answer, console=caller.console)


def export(
    context: typer.Context,
    project: Project,
    *,
    form: Annotated[
        str, typer.Option("--format", help="markdown, json, mermaid, dbt, mschema or comments.")
    ] = "markdown",
    output: Annotated[Path | None, typer.Option(help="A file; without it, the terminal.")] = None,
) -> None:
    """Write a project's context to a file."""
    caller: Caller = context.obj
    text = _exported(caller, project, {"format": form})
    if output is None:
        _write(caller, text)
    else:
        output.write_text(text, encoding="utf-8")
        caller.say(f"Written: {output}")


def prompt(
    context: typer.Context,
    project: Project,
    question: Annotated[str, typer.Argument(help="What the SQL is to answer.")],
    *,
    tokens: Annotated[int, typer.Option(help="How long it may be.")] = 4000,
) -> None:
    """Print what a text-to-SQL model needs to know for a question, and no more."""
    caller: Caller = context.obj
    given = {"format": "prompt", "q": question, "tokens": tokens}
    _write(caller, _exported(caller, project, given))


def jobs(
    context: typer.Context,
    project: Annotated[str, typer.Option(help="Only this project's.")] = "",
    status: Annotated[str, typer.Option(help="Only those that are so, e.g. running.")] = "",
) -> None:
    """List your jobs."""
    caller: Caller = context.obj
    given = {"status": status, "projectId": caller.app.project_id(project) if project else ""}
    params = {name: value for name, value in given.items() if value}
    results.show_jobs(
        caller.app.call("GET", "/jobs", params=params)["items"], console=caller.console
    )


def status(context: typer.Context, job: Job) -> None:
    """Print what is known about a job."""
    caller: Caller = context.obj
    results.show_job(caller.app.job("GET", job), console=caller.console)


def _exported(caller: Caller, project: str, params: dict[str, Any]) -> str:
    project_id = caller.app.project_id(project)
    path = f"/projects/{api.segment(project_id)}/context/export"
    return caller.app.request("GET", path, params=params).text


def _write(caller: Caller, text: str) -> None:
    sys.stdout.write(texts.clean(text) if caller.console.is_terminal else text)


def _sign_in(caller: Caller, action: str, email: str) -> None:
    password = caller.settings.password.get_secret_value() or typer.prompt(
        "Password", hide_input=True, confirmation_prompt=action == "register"
    )
    # Without the token of before: a wrong password must not look like that one's end.
    session = Api(caller.bare, caller.account).sign_in(action, email, password)
    caller.sessions.keep(caller.url, session)
    caller.say(f"Signed in to {caller.url} as {email}.")
