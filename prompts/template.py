"""Prompts as strict, versioned files: front matter that is checked, and messages with named gaps."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from langchain_core.prompts import ChatPromptTemplate
from pydantic import BaseModel, ConfigDict, Field, ValidationError

Role = Literal["system", "user", "assistant"]
Schema = dict[str, Any]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
GAP = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
SHIPPED = Path(str(files("prompts") / "templates"))
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
        output: What the answer is: `text`, `json` (in a schema that the caller makes from the catalogue), or
            a JSON schema; the examples of the prompt are held against it.
        language: Two-letter code of the language it asks in, `any` where it follows the person.
        max_tokens: Longest answer, in tokens.
        temperature: Sampling temperature.
        model: Name of the only model that the prompt is for; empty where it is for any.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    version: Annotated[int, Field(ge=1)]
    purpose: Annotated[str, Field(min_length=1)]
    inputs: tuple[Name, ...]
    output: Literal["text", "json"] | Schema = "text"
    language: Annotated[str, Field(pattern=r"^([a-z]{2}|any)$")] = "any"
    max_tokens: Annotated[int, Field(ge=1, le=8192)]
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.0
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
        digest: First 12 hex digits of the file's SHA-256; goes into every trace and result.
        text: The file as it stands.
    """

    meta: FrontMatter
    messages: tuple[Message, ...]
    digest: str
    text: str = ""

    @property
    def name(self) -> str:
        """Return `name@version`."""
        return f"{self.meta.name}@{self.meta.version}"

    @property
    def mark(self) -> str:
        """Return `name@version#digest`, which names these words and no others."""
        return f"{self.name}#{self.digest}"

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

    def langchain(self) -> ChatPromptTemplate:
        """Return the prompt as a template of LangChain, to be put before any of its models."""
        pairs = [(m.role, _as_format(m.content)) for m in self.messages]
        return ChatPromptTemplate.from_messages(pairs)


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
    return Prompt(meta, messages, hashlib.sha256(text.encode()).hexdigest()[:12], text)


def _as_format(text: str) -> str:
    """Return text as a format string: braces stand for themselves, gaps become its fields."""
    parts = GAP.split(text)
    parts[::2] = [part.replace("{", "{{").replace("}", "}}") for part in parts[::2]]
    parts[1::2] = [f"{{{name}}}" for name in parts[1::2]]
    return "".join(parts)


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
    root = folder or SHIPPED
    prompts = load_all(name, root)
    return choose(name, prompts, version, model, str(root))


def choose(name: str, prompts: Iterable[Prompt], version: int | None, model: str, where: str) -> Prompt:
    """Return the prompt of a version; without one, the highest made for `model`, else for any model.

    Raises:
        PromptError: When there is none.
    """
    prompts = list(prompts)
    fitting = [p for p in prompts if version is None or p.meta.version == version]
    fitting = [p for p in fitting if version is not None or p.meta.model in ("", model)]
    if not fitting:
        there = sorted(p.meta.version for p in prompts)
        raise PromptError(f"No prompt {name}@{version or 'any'} in {where}; there are {there}.")
    return max(fitting, key=lambda p: (bool(p.meta.model), p.meta.version))


def load_all(name: str, folder: Path) -> list[Prompt]:
    """Load every version of a prompt that lies in a folder, in order; none where it has none.

    Raises:
        PromptError: When a file is wrong.
    """
    paths = [path for path in (folder / name).glob("*.md") if path.stem.isdigit()]
    return [_checked(name, path) for path in sorted(paths, key=lambda path: int(path.stem))]


def _checked(name: str, path: Path) -> Prompt:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"{path} cannot be read: {error}.") from error
    prompt = parse(text, str(path))
    if (prompt.meta.name, prompt.meta.version) != (name, int(path.stem)):
        raise PromptError(f"{path}: front matter says {prompt.name}.")
    return prompt
