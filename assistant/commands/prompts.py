"""The commands on prompts: `palate prompts list | show | diff | render | copy | lint`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from assistant.commands import console
from assistant.errors import BadInput
from assistant.settings import Settings
from prompts.library import Library, copied, diff, lint
from prompts.template import Prompt

prompts_app = typer.Typer(no_args_is_help=True, help="Look at prompts and check them (docs/EVAL.md).")
Reference = Annotated[str, typer.Argument(help="NAME@VERSION; NAME alone is the newest for any model.")]
Folder = Annotated[
    Path | None, typer.Option("--prompts", help="Folder of prompts of yours; PALATE_PROMPTS if not given.")
]


def library_of(folder: Path | None) -> Library:
    """Return the shipped prompts and those of the folder given or set.

    Raises:
        PromptError: When there is no such folder.
    """
    return Library.of(folder or Settings().prompts)


@prompts_app.command("list")
def list_prompts(folder: Folder = None) -> None:
    """List every prompt with its digest, inputs and purpose."""
    table = Table("prompt", "digest", "model", "language", "inputs", "purpose", box=None, pad_edge=False)
    for prompt in library_of(folder).prompts():
        meta = prompt.meta
        inputs = ", ".join(meta.inputs)
        table.add_row(prompt.name, prompt.digest, meta.model or "any", meta.language, inputs, meta.purpose)
    console.OUT.print(table)


@prompts_app.command("show")
def show_prompt(reference: Reference, folder: Folder = None) -> None:
    """Print a prompt file as it stands."""
    print(library_of(folder).get(reference).text, end="")


@prompts_app.command("diff")
def diff_prompts(old: Reference, new: Reference, folder: Folder = None) -> None:
    """Print what differs between two prompts; exit code 1 where something does."""
    library = library_of(folder)
    changes = diff(library.get(old), library.get(new))
    for line in changes.splitlines():
        style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
        console.OUT.print(escape(line), style=style, highlight=False, soft_wrap=True)
    if changes:
        raise typer.Exit(1)


@prompts_app.command("render")
def render_prompt(
    reference: Reference,
    values: Annotated[
        list[str] | None, typer.Option("--set", help="NAME=VALUE, or NAME=@FILE; once for each input.")
    ] = None,
    folder: Folder = None,
) -> None:
    """Print the messages that a model would be sent."""
    prompt = library_of(folder).get(reference)
    for message in prompt.render(dict(_value(text) for text in values or ())):
        console.OUT.print(f"## {message.role}", style="bold", highlight=False)
        print(f"{message.content}\n")


def _value(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise BadInput(f"{text!r} sets nothing.", "Write --set request='a comedy'.")
    if not value.startswith("@"):
        return name, value
    try:
        return name, Path(value[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"The value of {name} cannot be read: {error}.", "Give a text file.") from error


@prompts_app.command("copy")
def copy_prompt(
    reference: Reference,
    folder: Annotated[
        Path | None, typer.Option("--prompts", help="Folder of prompts of yours; ./prompts.d if none is set.")
    ] = None,
) -> None:
    """Copy a prompt into a folder of yours under the next free version, to be changed there."""
    root = folder or Settings().prompts or Path("prompts.d")
    root.mkdir(parents=True, exist_ok=True)
    library = Library.of(root)
    prompt = library.get(reference)
    version = library.versions(prompt.meta.name)[-1].meta.version + 1
    path = root / prompt.meta.name / f"{version}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(copied(prompt, version), encoding="utf-8")
    print(path)


@prompts_app.command("lint")
def lint_prompts(folder: Folder = None) -> None:
    """Check every prompt: front matter, gaps, order of messages, example answers; exit code 1 on faults."""
    prompts: list[Prompt] = library_of(folder).prompts()
    faults = lint(prompts)
    for fault in faults:
        print(fault)
    print(f"{len(prompts)} prompts, {len(faults)} faults")
    if faults:
        raise typer.Exit(1)
