"""The command `palate import`."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from assistant.commands import console
from assistant.settings import Settings

Spec = Annotated[
    str | None, typer.Option("--items", help="CSV, TSV, Parquet, JSONL, or URL#TABLE of a database.")
]
Log = Annotated[str | None, typer.Option("--interactions", help="The same, of who liked or used what.")]
Links = Annotated[str | None, typer.Option("--links", help="The same, of who follows or trusts whom.")]


def import_data(
    home: Annotated[Path, typer.Option("--home", help="Folder to make.")],
    items: Spec = None,
    interactions: Log = None,
    links: Links = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder of a data set, instead of tables.")
    ] = None,
    mapping: Annotated[str, typer.Option("--map", help="ROLE=COLUMN,... where a guess is wrong.")] = "",
    encoding: Annotated[str | None, typer.Option(help="Encoding of the text files.")] = None,
    delimiter: Annotated[str | None, typer.Option(help="What divides fields; \\t for tabs.")] = None,
    header: Annotated[bool | None, typer.Option(help="The first row names the columns.")] = None,
    dates: Annotated[str | None, typer.Option(help="Format of moments, such as %d/%m/%Y.")] = None,
    triples: Annotated[
        Path | None, typer.Option("--triples", help="CSV or TSV of head,relation,tail: what links items.")
    ] = None,
    rules: Annotated[
        Path | None, typer.Option("--rules", help="TOML file of rules that every pick obeys.")
    ] = None,
    kit: Annotated[str | None, typer.Option(help="shop, video, social, news, music, or a TOML file.")] = None,
    remote_pictures: Annotated[
        bool | None,
        typer.Option(
            "--remote-pictures/--no-remote-pictures",
            help="Let cards load pictures from addresses; their hosts see who looks at what.",
        ),
    ] = None,
    check_only: Annotated[
        bool, typer.Option("--check", help="Only say what would be read and guessed.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Write the home anew; events are kept.")] = False,
) -> None:
    """Make a home of anybody's tables: columns are guessed, and every guess is told."""
    from assistant.homes import twins
    from assistant.homes.domain import check_kit, set_kit
    from assistant.homes.encoders import open_encoder
    from assistant.homes.importing import REJECTED, REPORT, Import, check
    from assistant.homes.picture_report import report_pictures
    from assistant.homes.pictures import Album, allow_remote
    from assistant.homes.setup import Job, set_up
    from retriever.intake.delimited import Options
    from retriever.looks import open_image_encoder
    from retriever.rules import read_rules

    options = Options(encoding, None if delimiter is None else delimiter.replace("\\t", "\t"), header)
    check_kit(kit)
    given = Import(items, interactions, links, data, mapping, options, dates, kit)
    check(given)
    settings = Settings()
    album = Album(given.folder, partial(open_image_encoder, settings.image_encoder))
    if rules is not None:
        read_rules(rules)  # says what is wrong before anything takes long
    if check_only:
        _only_check(given)
        return
    with console.steps() as progress:
        opened = partial(open_encoder, settings)
        job = Job(home, given.name, data, opened, progress, intake=given, album=album)
        try:
            manifest = set_up(job, force)
        finally:
            for line in given.told:
                print(line, file=sys.stderr)
    for note in job.notes:
        print(note, file=sys.stderr)
    set_kit(home, kit)
    _take(home, triples, rules)
    if remote_pictures is not None:
        allow_remote(home, remote_pictures)
    report_pictures(home, home / REPORT)
    rejected = home / REJECTED
    if rejected.is_file() and rejected.stat().st_size:
        print(f"Rows that were not used, each with its reason: {rejected}", file=sys.stderr)
    if groups := twins.report(home, home / REPORT):
        told = f"{groups:,} groups of nearly the same items; `palate items merge --home {home}` merges them."
        print(told, file=sys.stderr)
    print(f"What the data is like, to be read in a browser: {home / REPORT}", file=sys.stderr)
    print(f"{home} is ready: {manifest.items:,} items, {manifest.interactions:,} interactions.")
    print(f'Try: palate chat --home {home} --once "something for me"')


def _take(home: Path, triples: Path | None, rules: Path | None) -> None:
    """Put triples and rules into a home, and say what they hold."""
    from assistant.homes.knowing import take
    from assistant.homes.versions import serving
    from retriever.catalog import Catalog

    if triples is not None or rules is not None:
        known = take(home, Catalog.load(serving(home) / "items.parquet"), triples, rules)
        for line in known.told:
            print(line, file=sys.stderr)


def _only_check(given: object) -> None:
    import tempfile

    from assistant.homes.importing import Import

    assert isinstance(given, Import)
    with tempfile.TemporaryDirectory() as work:
        data = given.load(Path(work))
    print("\n".join([*given.told, data.report.to_text()]))


def export_data(
    home: Annotated[Path, typer.Option("--home", help="Home to export.")],
    out: Annotated[Path, typer.Option("--out", help="New folder to write.")],
    form: Annotated[str, typer.Option("--format", help="recbole, parquet or csv.")] = "recbole",
) -> None:
    """Write items, interactions and links of a home for other programs."""
    from assistant.homes.exporting import export_home

    for path in export_home(home, out, form):
        print(path)


items_app = typer.Typer(
    no_args_is_help=True, help="Add, update, remove or merge items of a home that serves."
)
interactions_app = typer.Typer(no_args_is_help=True, help="Append interactions to a home that serves.")
Home = Annotated[Path, typer.Option("--home", help="The home; a running assistant picks the change up.")]
File = Annotated[str, typer.Argument(help="CSV, TSV, Parquet, JSONL, or URL#TABLE of a database.")]
Mapping = Annotated[str, typer.Option("--map", help="ROLE=COLUMN,... where a guess is wrong.")]
Full = Annotated[bool, typer.Option("--retrain", help="Train the adapter anew before the change serves.")]


@items_app.command("add")
def add_items(file: File, home: Home, mapping: Mapping = "", full: Full = False) -> None:
    """Add items; known ids stay as they are."""
    from assistant.homes.changing import change_items

    _apply(home, change_items(home, "add", file, mapping), full)


@items_app.command("update")
def update_items(file: File, home: Home, mapping: Mapping = "", full: Full = False) -> None:
    """Replace items by rows of the same ids."""
    from assistant.homes.changing import change_items

    _apply(home, change_items(home, "update", file, mapping), full)


@items_app.command("remove")
def remove_items(file: File, home: Home, full: Full = False) -> None:
    """Remove the items whose ids the file names, with their interactions."""
    from assistant.homes.changing import change_items

    _apply(home, change_items(home, "remove", file), full)


@items_app.command("merge")
def merge_near_same(home: Home, full: Full = False) -> None:
    """Make one item of each group of nearly the same ones; the report of the import names the groups."""
    from assistant.homes.merging import merge_items

    _apply(home, merge_items(home), full)


@interactions_app.command("add")
def add_log(file: File, home: Home, mapping: Mapping = "", full: Full = False) -> None:
    """Append interactions and learn from them."""
    from assistant.homes.changing import add_interactions

    _apply(home, add_interactions(home, file, mapping), full)


def _apply(home: Path, change: object, full: bool) -> None:
    from assistant.commands.retraining import when_due
    from assistant.homes.applying import apply
    from assistant.homes.changing import Change
    from assistant.homes.encoders import open_encoder
    from retriever.looks import open_image_encoder

    assert isinstance(change, Change)
    if not change.changed:
        print(f"{change.told}: nothing to do.")
        return
    settings, notes = Settings(), list[str]()
    with console.steps() as progress:
        see = partial(open_image_encoder, settings.image_encoder)
        version = apply(home, change, partial(open_encoder, settings), progress, see, full=full, notes=notes)
    print(f"{change.told}; version {version.name} serves: {change.items.height:,} items.")
    for note in filter(None, (*notes, when_due(home, settings))):
        print(note, file=sys.stderr)
