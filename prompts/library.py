"""Prompts of several folders as one library: found by reference, compared, checked."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from prompts.template import SHIPPED, Prompt, PromptError, choose, load_all, parse

REFERENCE = re.compile(r"([a-z][a-z_]*)(?:@([1-9]\d*))?")


@dataclass(frozen=True)
class Library:
    """Hold the folders in which prompts lie.

    Attributes:
        folders: Folders of the form `<name>/<version>.md`; a version lies in one of them only.
    """

    folders: tuple[Path, ...] = (SHIPPED,)

    @classmethod
    def of(cls, own: Path | None) -> Library:
        """Return the shipped prompts and those of a folder of one's own.

        Raises:
            PromptError: When there is no such folder.
        """
        if own is not None and not own.is_dir():
            raise PromptError(f"There is no folder {own}. Make one with `palate prompts copy`.")
        return cls((SHIPPED,) if own is None else (SHIPPED, own))

    def prompts(self) -> list[Prompt]:
        """Return every prompt, by name and version.

        Raises:
            PromptError: When a file is wrong, or two folders hold the same version.
        """
        names = sorted({path.name for root in self.folders for path in root.iterdir() if path.is_dir()})
        return [prompt for name in names for prompt in self.versions(name)]

    def versions(self, name: str) -> list[Prompt]:
        """Return every version of a prompt, lowest first; raises as `prompts`."""
        found: dict[int, Prompt] = {}
        for root in self.folders:
            for prompt in load_all(name, root):
                if prompt.meta.version in found:
                    raise PromptError(f"{prompt.name} lies in {root} and in another folder: renumber one.")
                found[prompt.meta.version] = prompt
        return [found[version] for version in sorted(found)]

    def get(self, reference: str, model: str = "") -> Prompt:
        """Return the prompt of `NAME@VERSION`; of `NAME` the newest that `model` may read.

        Raises:
            PromptError: When the reference is malformed or there is no such prompt.
        """
        match = REFERENCE.fullmatch(reference)
        if match is None:
            raise PromptError(f"{reference!r} names no prompt. Write NAME@VERSION, such as reply@2.")
        where = " and ".join(map(str, self.folders))
        version = int(match[2]) if match[2] else None
        return choose(match[1], self.versions(match[1]), version, model, where)


def diff(old: Prompt, new: Prompt) -> str:
    """Return the difference of two prompt files as a unified diff; empty where their words are the same."""
    before, after = (prompt.text.splitlines(keepends=True) for prompt in (old, new))
    return "".join(difflib.unified_diff(before, after, old.mark, new.mark))


def copied(prompt: Prompt, version: int) -> str:
    """Return the text of a prompt file under another version number."""
    text = re.sub(r"^version:.*$", f"version: {version}", prompt.text, count=1, flags=re.MULTILINE)
    parse(text, f"{prompt.meta.name}@{version}")
    return text


def lint(prompts: list[Prompt]) -> list[str]:
    """Return what is amiss with prompts that can be loaded, one line each."""
    faults = [f"{prompt.name}: {fault}" for prompt in prompts for fault in _faults(prompt)]
    seen: dict[tuple[object, ...], str] = {}
    for prompt in prompts:
        words = (prompt.meta.name, prompt.meta.model, prompt.meta.temperature, prompt.messages)
        if words in seen:
            faults.append(f"{prompt.name}: says the same as {seen[words]}")
        seen[words] = prompt.name
    return faults


def _faults(prompt: Prompt) -> Iterator[str]:
    roles = [message.role for message in prompt.messages]
    talk = roles[1:] if roles[0] == "system" else roles
    if talk != (["user", "assistant"] * len(talk))[: len(talk)] or not talk or talk[-1] != "user":
        order = ", ".join(roles)
        yield f"its messages go {order}; after the system, user and assistant take turns, user last"
    if any(message.role == "assistant" and "{{" in message.content for message in prompt.messages):
        yield "an example answer holds a gap"
    if any(not message.content for message in prompt.messages):
        yield "a message is empty"
    if prompt.meta.output != "text":
        yield from _answer_faults(prompt)


def _answer_faults(prompt: Prompt) -> Iterator[str]:
    schema: Mapping[str, object] = prompt.meta.output if isinstance(prompt.meta.output, dict) else {}
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        yield f"output is no JSON schema: {error.message}"
        return
    examples = [message.content for message in prompt.messages if message.role == "assistant"]
    for number, text in enumerate(examples, 1):
        try:
            answer = json.loads(text)
        except ValueError as error:
            yield f"example answer {number} is no JSON: {error}"
            continue
        for fault in Draft202012Validator(schema).iter_errors(answer):
            yield f"example answer {number}: {fault.json_path} {fault.message}"
