"""The commands that write labelled cases and tune the language model on them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.commands import console
from assistant.errors import BadInput, EngineError
from assistant.settings import Settings

Catalogs = Annotated[
    list[Path] | None, typer.Option("--catalog", help="CSV catalogue (docs/CASES.md); may be repeated.")
]
Home = Annotated[Path | None, typer.Option("--home", help="Home whose catalogue of films is used.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed writes the same.")]
Chinese = Annotated[float, typer.Option("--chinese", min=0, max=1, help="Share in Chinese.")]


def generate_cases(
    out: Annotated[Path, typer.Option("--out", help="JSONL file to write.")],
    n: Annotated[int, typer.Option("--n", min=1, help="Messages to write.")] = 3000,
    seed: Seed = 0,
    catalog: Catalogs = None,
    home: Home = None,
    invented: Annotated[int, typer.Option("--invented", min=0, help="Invented catalogues beside.")] = 0,
    dialogues: Annotated[int, typer.Option("--dialogues", min=0, help="Dialogues to write beside.")] = 0,
    chinese: Chinese = 0.4,
) -> None:
    """Write labelled cases for catalogues at hand by a grammar, the same for the same seed.

    Invented catalogues are written beside the file, so that `palate cases lint` and `palate bench intent`
    find them. Without --catalog and --home, four invented ones are taken.
    """
    from assistant.measuring.case_catalogs import own_catalogs
    from prompts.generate.writing import write_cases

    own = own_catalogs(catalog or [], home)
    written = write_cases(out, own, n, seed, chinese, invented or (0 if own else 4), dialogues)
    print(f"{out}: {written.singles:,} messages, {written.dialogues:,} dialogues.")


def tune_llm(
    out: Annotated[Path, typer.Option("--out", help="Folder for adapter, recipe and checkpoint.")],
    steps: Annotated[int, typer.Option("--steps", min=1, help="Steps of 16 examples.")] = 100,
    seed: Seed = 0,
    catalog: Catalogs = None,
    home: Home = None,
    base: Annotated[str, typer.Option("--base", help="Weights to tune: a name, hub id or folder.")] = "",
    rank: Annotated[int, typer.Option("--rank", min=1, max=64, help="Rank of the corrections.")] = 8,
    rate: Annotated[float, typer.Option("--rate", help="Highest learning rate.")] = 8e-4,
    chinese: Chinese = 0.4,
    cases: Annotated[
        list[Path] | None,
        typer.Option("--cases", help="Labelled messages or dialogues to learn from too; may be repeated."),
    ] = None,
    start: Annotated[
        Path | None, typer.Option("--from", help="Adapter to go on from, such as the one that is shipped.")
    ] = None,
) -> None:
    """Tune the language model on generated and labelled cases, on the CPU; killed, run it again to go on."""
    from assistant.measuring.case_catalogs import gold_of, own_catalogs
    from assistant.models.lora import Adapter
    from assistant.models.registry import sha256_of
    from assistant.models.tune_data import Mixture, Packs
    from assistant.models.tune_llm import Recipe, fast_precision, tune, write_recipe
    from assistant.models.vllm_server import CPU_MODEL
    from assistant.models.weights import resolve

    begun = sha256_of(start) if start else ""
    recipe = Recipe(
        base=base or CPU_MODEL,
        steps=steps,
        seed=seed,
        rank=rank,
        alpha=2.0 * rank,
        rate=rate,
        start=begun,
        precision=fast_precision(),
    )
    own = own_catalogs(catalog or [], home)
    with console.steps() as progress:
        folder = resolve(recipe.base, Settings().cache, progress, scheme="bf16")
        model, tokenizer = _open(folder, recipe.precision)
        packs = Packs(Mixture(seed=seed, chinese=chinese), recipe.name, own, gold_of(cases or [], home))
        first = Adapter.load(start) if start else None
        tuner = tune(model, tokenizer, recipe, packs, out, progress, first)
    write_recipe(out, tuner, packs)
    minutes = tuner.seconds / 60
    print(
        f"{out}: {tuner.step} steps in {minutes:.0f} minutes, loss {tuner.losses[0]} -> {tuner.losses[-1]}."
    )


def _open(folder: Path, precision: str) -> tuple[Any, Any]:
    """Return model, in the given precision, and tokenizer of a folder.

    Raises:
        EngineError: When transformers is not there.
        BadInput: When the folder holds no such model.
    """
    try:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
    except ImportError as error:
        raise EngineError(f"Tuning needs transformers: {error}.", "pip install 'palate[cpu]'") from error
    try:
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=getattr(torch, precision))
        return model, AutoTokenizer.from_pretrained(folder)
    except (OSError, ValueError) as error:
        raise BadInput(f"{folder} holds no language model: {error}.", "Name another with --base.") from error
