"""`palate eval judge`: a language model compares the prose of two runs of the suite `reply`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.commands import console
from assistant.commands.evaluate import Model, Url, eval_app, model_settings
from assistant.commands.prompts import Folder, library_of
from assistant.errors import BadInput
from prompts.judge import Panel


@eval_app.command("judge")
def judge_runs(
    a: Annotated[Path, typer.Argument(help="Run A of the suite reply, as --json wrote it.")],
    b: Annotated[Path, typer.Argument(help="Run B.")],
    rubric: Annotated[str, typer.Option("--rubric", help="Prompt of the judge.")] = "judge",
    model: Model = None,
    url: Url = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the judgements here.")] = None,
    folder: Folder = None,
) -> None:
    """Let a model say which run words its answers better: both orders, its noise reported."""
    from assistant.models.serving import local_model
    from assistant.types import Usage
    from prompts.judge import Pair, judge
    from prompts.runs import load_run
    from prompts.template import Message

    run_a, run_b, usage = load_run(a), load_run(b), Usage()
    if {run_a.suite, run_b.suite} != {"reply"}:
        raise BadInput("Only runs of the suite reply have prose to judge.", "Use `palate eval run reply`.")
    details = {i: (run_a.cases[i].detail, run_b.cases[i].detail) for i in run_a.cases if i in run_b.cases}
    pairs = [
        Pair(i, str(one["request"]), "; ".join(one["picks"]), str(one["shown"]), str(other["shown"]))
        for i, (one, other) in details.items()
    ]
    with local_model(model_settings(model, url)) as llm, console.steps() as progress:
        if llm is None:
            raise BadInput("A judge needs a language model.", "Give --model or --url.")
        prompt, asked = library_of(folder).get(rubric, llm.state().model), [0]

        def ask(messages: Sequence[Message], schema: dict[str, Any]) -> str:
            asked[0] += 1
            progress(f"judgement {asked[0]} of up to {2 * len(pairs)}", asked[0] / (2 * len(pairs)))
            return llm.complete_json(messages, schema, usage, prompt.meta.max_tokens)

        panel = judge(pairs, prompt, ask)
    if json_file is not None:
        console.write_json(json_file, {"rubric": prompt.mark, "usage": asdict(usage), **asdict(panel)})
    print(f"B over A: {panel.mean:+.3f} [{panel.low:+.3f}, {panel.high:+.3f}] over {len(pairs)} pairs")
    print(noise(panel))
    print(f"{usage.calls} calls, {usage.prompt_tokens:,} + {usage.completion_tokens:,} tokens")


def noise(panel: Panel) -> str:
    """Return how far the judge can be trusted, in two sentences."""
    if not panel.asked:
        return "All answers are the same; the judge was not asked."
    same = len(panel.judgements) - panel.asked
    ends = f"[{panel.agreement_low:.0%}, {panel.agreement_high:.0%}]"
    told = (
        f"Judge noise: over {panel.asked} pairs in both orders it agrees with itself on "
        f"{panel.agreement:.0%} {ends}, by chance {panel.chance:.0%}; "
        f"it names the first answer {panel.first:.0%} of the time."
    )
    told += f" {same} pairs are the same words and count as ties." if same else ""
    return told + (" That is noise: the mean says nothing." if panel.noisy else "")
