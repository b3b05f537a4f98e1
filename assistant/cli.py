"""The command `palate`: setup, import, serve, chat, recommend, bench, cases, tune, forget, doctor."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands import console
from assistant.commands.ab import ab_app
from assistant.commands.cases import bench_dialogue, bench_intent, cases_app
from assistant.commands.crs import bench_crs
from assistant.commands.evaluate import eval_app
from assistant.commands.imports import export_data, import_data, interactions_app, items_app
from assistant.commands.judge import judge_runs as judge_runs
from assistant.commands.measure import bench_adapter, bench_protocol, bench_strategies, tune
from assistant.commands.offpolicy import offpolicy as offpolicy
from assistant.commands.people import forget
from assistant.commands.prompts import prompts_app
from assistant.commands.retraining import retrain_home
from assistant.commands.talks import from_talks as from_talks
from assistant.commands.tune import generate_cases, tune_llm
from assistant.errors import PalateError
from assistant.settings import Settings
from metalearn.errors import MetalearnError
from prompts.errors import CaseError, RunError
from prompts.template import PromptError
from retriever.errors import RetrieverError

if TYPE_CHECKING:
    from assistant.agent import Assistant

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
bench = typer.Typer(no_args_is_help=True, help="Measure quality on held-back people.")
app.add_typer(bench, name="bench")
bench.command("adapter")(bench_adapter)
bench.command("protocol")(bench_protocol)
bench.command("strategies")(bench_strategies)
bench.command("intent")(bench_intent)
bench.command("dialogue")(bench_dialogue)
bench.command("crs")(bench_crs)
app.add_typer(cases_app, name="cases")
app.add_typer(ab_app, name="ab")
app.add_typer(eval_app, name="eval")
app.add_typer(prompts_app, name="prompts")
app.add_typer(items_app, name="items")
app.add_typer(interactions_app, name="interactions")
app.command("import")(import_data)
app.command("export")(export_data)
app.command("retrain")(retrain_home)
app.command()(tune)
app.command()(forget)
app.command("tune-llm")(tune_llm)
cases_app.command("generate")(generate_cases)

Home = Annotated[Path | None, typer.Option("--home", help="Folder of the assistant's data.")]
Dataset = Annotated[str, typer.Option("--dataset", help="movielens, or a name for the folder of --data.")]
User = Annotated[str, typer.Option("--user", help="Whose turn; a new id starts a new person.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
NoLLM = Annotated[bool, typer.Option("--no-llm", help="Read by rules and write by templates.")]


def main() -> None:
    """Run the command; errors for people end it with one line and exit code 2."""
    try:
        app()
    except (PalateError, RetrieverError, MetalearnError, CaseError, PromptError, RunError) as error:
        print(f"palate: {error}", file=sys.stderr)
        sys.exit(2)


@app.callback()
def start(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Recommend from a catalogue, learning a person's taste from a handful of likes and sentences."""
    if version:
        from assistant.homes.home import program_version

        print(program_version())
        raise typer.Exit


@app.command()
def setup(
    dataset: Dataset = "movielens",
    data: Annotated[Path | None, typer.Option("--data", help="Folder with the data files.")] = None,
    home: Home = None,
    force: Annotated[bool, typer.Option("--force", help="Write the home anew; events are kept.")] = False,
    weights: Annotated[bool, typer.Option("--weights/--no-weights", help="Fetch the model too.")] = True,
    kit: Annotated[str | None, typer.Option(help="shop, video, social, news, music, or a TOML file.")] = None,
) -> None:
    """Make data, vectors, adapter, indexes and weights ready; what is done already is kept."""
    from assistant.homes.domain import check_kit, set_kit
    from assistant.homes.encoders import open_encoder
    from assistant.homes.setup import Job, set_up

    settings = Settings()
    check_kit(kit)
    with console.steps() as progress:
        job = Job(
            settings.home_for(dataset) if home is None else home,
            dataset,
            data,
            lambda told: open_encoder(settings, told),
            progress,
        )
        manifest = set_up(job, force)
        if weights and settings.engine != "off" and not settings.llm_url:
            _fetch_weights(settings, progress)
    if kit is not None:  # without one, a home keeps the kit that it has
        set_kit(job.home, kit)
    for note in job.notes:
        print(note, file=sys.stderr)
    print(f"{job.home} is ready: {manifest.items:,} items, {manifest.interactions:,} interactions.")


def _fetch_weights(settings: Settings, progress: console.Steps) -> None:
    from assistant.models.vllm_server import device_of, prepare

    prepare(settings, device_of(settings), 0, progress)


@app.command()
def serve(
    dataset: Dataset = "movielens",
    home: Home = None,
    host: Annotated[str | None, typer.Option(help="Address to bind to.")] = None,
    port: Annotated[int | None, typer.Option(help="Port of the page.")] = None,
    no_llm: NoLLM = False,
) -> None:
    """Start the local vLLM server (unless PALATE_LLM_URL is set) and the chat page."""
    import app as page
    from assistant.agent import Assistant
    from assistant.homes.domain import greeting
    from assistant.homes.home import open_home
    from assistant.models.serving import connect, running_engine, warm_when_ready

    settings = _settings(no_llm)
    open_home(_home(settings, dataset, home))  # says what is wrong before a server is started
    with running_engine(settings) as engine:
        llm = connect(settings, engine)
        assistant = Assistant.open(_home(settings, dataset, home), llm=llm, settings=settings)
        with contextlib.closing(assistant):
            if llm is not None:
                warm_when_ready(engine, assistant.warm_up)
            said = greeting(assistant.rooms.home, assistant.rooms.catalog)
            page.serve(assistant, host or settings.host, settings.port if port is None else port, said)


@app.command()
def chat(
    user: User = "me",
    once: Annotated[str | None, typer.Option("--once", help="Answer this one message and end.")] = None,
    session: Annotated[str | None, typer.Option("--session", help="Session to go on with.")] = None,
    as_json: Json = False,
    dataset: Dataset = "movielens",
    home: Home = None,
    no_llm: NoLLM = False,
) -> None:
    """Chat in the terminal, or answer one message."""
    from assistant.agent import Assistant
    from assistant.homes.home import open_home
    from assistant.models.serving import local_model
    from assistant.store import check_user_id

    check_user_id(user)
    settings = _settings(no_llm)
    folder = _home(settings, dataset, home)
    open_home(folder)  # says what is wrong before a server is started
    with (
        local_model(settings) as llm,
        contextlib.closing(Assistant.open(folder, llm=llm, settings=settings)) as it,
    ):
        if once is not None:
            _turn(it, user, once, session, as_json)
            return
        print("Tell me what you like. An empty line ends.", file=sys.stderr)
        while line := _ask():
            session = _turn(it, user, line, session, as_json)


def _ask() -> str:
    try:
        return input("> ").strip()
    except EOFError:
        return ""


def _turn(it: Assistant, user: str, text: str, session: str | None, as_json: bool) -> str | None:
    reply = it.chat(user, text, session)
    if as_json:
        reply.read()
        console.print_json(console.reply_json(reply))
    else:
        if reply.recommendations:
            console.print_picks(reply.recommendations)
        for piece in reply:
            print(piece, end="", flush=True)
        print()
    return reply.session_id or session


@app.command()
def recommend(
    user: User = "me",
    n: Annotated[int, typer.Option("--n", help="How many, 1 to 100.")] = 10,
    as_json: Json = False,
    dataset: Dataset = "movielens",
    home: Home = None,
) -> None:
    """Recommend without a request."""
    from assistant.agent import Assistant

    settings = Settings()
    with contextlib.closing(Assistant.open(_home(settings, dataset, home), settings=settings)) as it:
        picks = it.recommend(user, n)
    if as_json:
        console.print_json({"user": user, "picks": [console.pick_json(pick) for pick in picks]})
    else:
        console.print_picks(picks)


@app.command()
def doctor(dataset: Dataset = "movielens", home: Home = None) -> None:
    """Name everything that is missing or does not fit, and how to mend it; exit code 1 where something is."""
    from assistant.homes.doctor import diagnose

    settings = Settings() if home is None else Settings(home=home)
    checks = diagnose(settings, dataset)
    for check in checks:
        print(f"{'ok ' if check.ok else 'BAD'}  {check.name}: {check.detail}")
        if not check.ok:
            print(f"     -> {check.mend}")
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def _settings(no_llm: bool) -> Settings:
    return Settings(engine="off", llm_url=None) if no_llm else Settings()


def _home(settings: Settings, dataset: str, home: Path | None) -> Path:
    return settings.home_for(dataset) if home is None else home


if __name__ == "__main__":
    main()
