"""`palate eval offpolicy`: what another ranker would have earned, from the logs of the one that ran."""

from __future__ import annotations

import contextlib
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from assistant.commands import console
from assistant.commands.evaluate import Dataset, Home, eval_app
from assistant.settings import Settings
from prompts.offpolicy import Estimate


class Reward(StrEnum):
    """What the last card of a list earns; docs/EVAL.md."""

    liked = "liked"
    taken = "taken"
    net = "net"


@eval_app.command("offpolicy")
def offpolicy(
    traces: Annotated[Path, typer.Argument(help="File that PALATE_TRACE wrote while PALATE_EXPLORE was on.")],
    adapter: Annotated[
        list[Path] | None, typer.Option("--adapter", help="Folder of an adapter to judge; repeatable.")
    ] = None,
    reward: Annotated[
        Reward, typer.Option("--reward", help="liked: a like is 1; taken: seen too; net: a dislike is -1.")
    ] = Reward.liked,
    days: Annotated[
        float, typer.Option("--days", min=0, help="Days in which feedback counts; 0 counts all so far.")
    ] = 7.0,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the estimates here.")] = None,
    dataset: Dataset = "movielens",
    home: Home = None,
) -> None:
    """Estimate what other rankers would have earned with the last card, from propensities and feedback."""
    from assistant.experiments import with_adapter
    from assistant.homes.encoders import open_encoder
    from assistant.measuring.offpolicy import Policy, by_adapter, estimate, popular, report, rounds_of, usual
    from assistant.rooms import Rooms
    from assistant.store import Store
    from assistant.tracing import read_traces

    settings, turns = Settings(), read_traces(traces)
    folder = settings.home_for(dataset) if home is None else home
    rooms = Rooms(folder, lambda: open_encoder(settings))
    with contextlib.closing(
        Store(settings.database_url or f"sqlite:///{folder.resolve()}/events.db")
    ) as store:
        log = rounds_of(turns, store, reward.value, days, time.time())
    policies: dict[str, Policy] = {"as it is, no chance": usual, "popularity": popular(rooms)}
    for path in adapter or ():
        policies[str(path)] = by_adapter(with_adapter(rooms, path))
    known = dict(zip(rooms.catalog.ids, rooms.catalog.popularity.tolist(), strict=True))
    found = report(log, estimate(log.rounds, policies, known), reward.value)
    if json_file is not None:
        console.write_json(json_file, found)
    show(found)


def show(found: dict[str, Any]) -> None:
    """Print the estimates as a table."""
    table = Table("policy", "IPS", "SNIPS", "doubly robust", "against now", "rounds", "other card")
    for line in found["policies"]:
        cells = [_cell(Estimate(**line[name])) for name in ("ips", "snips", "dr")]
        gain = _cell(Estimate(**line["gain"]), "+") if line["other"] else "the same"
        table.add_row(line["policy"], *cells, gain, f"{line['ips']['effective']:.0f}", f"{line['other']:.0%}")
    console.OUT.print(table)
    mean, people = f"{found['as_logged']:.3f} ({found['reward']})", found["people"]
    print(f"{found['rounds']} lists of {people} people; their last cards earned {mean}.")
    print("Brackets: 95 % by person. Rounds: effective number behind IPS; below about 50, trust no figure.")
    for why, number in found["left_out"].items():
        print(f"Left out: {number}, {why}.")


def _cell(estimate: Estimate, sign: str = "") -> str:
    return f"{estimate.value:{sign}.3f} [{estimate.low:{sign}.3f}, {estimate.high:{sign}.3f}]"
