"""Prompts as strict, versioned files: front matter that is checked, and messages with named gaps."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

Role = Literal["system", "user", "assistant"]
GAP = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
HEADING = re.compile(r"^## (system|user|assistant)[ \t]*$", re.MULTILINE)


class PromptError(Exception):
    """Report a prompt file that breaks the format, or a rendering that lacks a variable."""


class FrontMatter(BaseModel):
    """Describe a prompt; unknown keys are refused.

    Attributes:
        name: Name, equal to the folder's.
        version: Version, equal to the file's name.
        purpose: One line for people.
        inputs: Variables that must be given, and no others.
        max_tokens: Longest answer, in tokens.
        temperature: Sampling temperature.
        model: Name of the only model that the prompt is for; empty where it is for any.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    version: int
    purpose: str
    inputs: tuple[str, ...]
    max_tokens: int
    temperature: float = 0.0
    model: str = ""


@dataclass(frozen=True)
class Message:
    """One chat message."""

    role: Role
    content: str


@dataclass(frozen=True)
class Prompt:
    """A prompt file, read and checked.

    Attributes:
        meta: The front matter.
        messages: Messages with their gaps still open.
        digest: First 12 hex digits of the file's SHA-256; goes into every trace.
    """

    meta: FrontMatter
    messages: tuple[Message, ...]
    digest: str

    def render(self, variables: Mapping[str, str]) -> list[Message]:
        """Fill every gap.

        Raises:
            PromptError: When a variable is missing or unknown; it is named.
        """
        missing, unknown = set(self.meta.inputs) - set(variables), set(variables) - set(self.meta.inputs)
        if missing or unknown:
            raise PromptError(
                f"Prompt {self.meta.name}@{self.meta.version}: "
                f"missing variables {sorted(missing)}, unknown variables {sorted(unknown)}."
            )
        return [Message(m.role, GAP.sub(lambda gap: variables[gap[1]], m.content)) for m in self.messages]


def parse(text: str, where: str = "prompt") -> Prompt:
    """Read the text of a prompt file.

    Raises:
        PromptError: When front matter, headings or gaps are wrong; the place is named.
    """
    match = re.match(r"---\n(.*?)\n---\n(.*)", text, re.DOTALL)
    if match is None:
        raise PromptError(f"{where}: must start with front matter between two lines of ---.")
    try:
        meta = FrontMatter.model_validate(yaml.safe_load(match[1]))
    except (ValidationError, yaml.YAMLError) as error:
        raise PromptError(f"{where}: front matter is wrong: {error}") from error
    before, *parts = HEADING.split(match[2])
    if before.strip() or not parts:
        raise PromptError(f"{where}: every text belongs under '## system', '## user' or '## assistant'.")
    pairs = zip(parts[::2], parts[1::2], strict=True)
    messages = tuple(Message(role, body.strip()) for role, body in pairs)  # type: ignore[arg-type]
    used = {name for message in messages for name in GAP.findall(message.content)}
    if used != set(meta.inputs):
        raise PromptError(f"{where}: inputs {sorted(meta.inputs)} differ from gaps {sorted(used)}.")
    return Prompt(meta, messages, hashlib.sha256(text.encode()).hexdigest()[:12])


def load(name: str, version: int | None = None, folder: Path | None = None, model: str = "") -> Prompt:
    """Load a prompt by name.

    Args:
        name: Name of the prompt.
        version: Which one; if not given, the highest made for `model`, else the highest for any model.
        folder: Where prompts lie; the shipped ones if not given.
        model: Name of the model that will read it.

    Raises:
        PromptError: When there is no such prompt or its file is wrong.
    """
    root = folder or Path(str(files("prompts") / "templates"))
    found = {int(p.stem): p for p in (root / name).glob("*.md") if p.stem.isdigit()}
    if version is not None:
        found = {number: path for number, path in found.items() if number == version}
    prompts = [_checked(name, path) for path in found.values()]
    fitting = [p for p in prompts if version is not None or p.meta.model in ("", model)]
    if not fitting:
        raise PromptError(f"No prompt {name}@{version or 'any'} in {root}; there are {sorted(found)}.")
    return max(fitting, key=lambda p: (bool(p.meta.model), p.meta.version))


def _checked(name: str, path: Path) -> Prompt:
    prompt = parse(path.read_text(encoding="utf-8"), str(path))
    if (prompt.meta.name, prompt.meta.version) != (name, int(path.stem)):
        raise PromptError(f"{path}: front matter says {prompt.meta.name}@{prompt.meta.version}.")
    return prompt
