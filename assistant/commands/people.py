"""The commands about people: `palate forget`."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.engine import make_url

from assistant.errors import BadInput
from assistant.settings import Settings


def forget(
    user: Annotated[str, typer.Option("--user", help="Whom to delete.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    dataset: Annotated[str, typer.Option("--dataset", help="Data set of the home.")] = "movielens",
    home: Annotated[Path | None, typer.Option("--home", help="Folder of the assistant's data.")] = None,
) -> None:
    """Delete a person everywhere: what they did and said, their conversations, what was learned of them."""
    from assistant.store import Store, check_user_id
    from assistant.tracing import forget_traces

    settings, _ = Settings(), check_user_id(user)
    folder = settings.home_for(dataset) if home is None else home
    url = settings.database_url or f"sqlite:///{folder.resolve()}/events.db"
    _check_there(url)
    with contextlib.closing(Store(url)) as store:
        if user not in store.users():
            raise BadInput(f"Nobody called {user!r} is known; nothing was deleted.", "Check the name.")
        if not yes:
            typer.confirm(f"Delete everything that is stored of {user}?", abort=True)
        gone = store.forget(user)
    traces = forget_traces(settings.trace, user) if settings.trace is not None else 0
    print(
        f"Deleted: {gone.events} events, {gone.sessions} sessions, {gone.turns} turns, "
        f"{gone.exposures} exposures to experiments, {traces} traces."
    )
    if settings.trace is None:
        print("Traces, where PALATE_TRACE once wrote any, are deleted when it names their file.")
    print("A Palate that is running now keeps what it has in memory until it is restarted.")


def _check_there(url: str) -> None:
    """Refuse a database file that is not there, instead of making one."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database and not Path(parsed.database).is_file():
        raise BadInput(
            f"There is no event store at {parsed.database}.", "Give --home or PALATE_DATABASE_URL."
        )
