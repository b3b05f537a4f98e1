"""How the local vLLM server is started: its command line and its environment."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import EngineError
from assistant.models.registry import Progress
from assistant.models.tuned import Tuned, tuned_for
from assistant.models.weights import Scheme, resolve
from assistant.settings import Settings

CPU_MODEL = "qwen2.5-coder-0.5b-instruct"
GPU_MODEL = "Qwen/Qwen2.5-7B-Instruct"  # not run by us: there was no GPU at hand
CONTEXT = 4096
FEW_CORES = 4
CACHE_GB = 1  # key-value cache; 12 KB a token for the 0.5B, 28 KB for the 1.5B


@dataclass(frozen=True)
class Launch:
    """Say what to run and under which name it serves.

    Attributes:
        command: Program and arguments.
        environment: The child's whole environment.
        model: Served model name.
        port: Port that it will listen on.
    """

    command: list[str]
    environment: dict[str, str]
    model: str
    port: int


def has_gpu() -> bool:
    """Say whether torch sees a CUDA device."""
    import torch

    return bool(torch.cuda.is_available())


def device_of(settings: Settings) -> str:
    """Return `cpu`, `cuda` or `off` for the engine setting; `auto` looks for a GPU.

    Raises:
        EngineError: If a GPU is demanded and there is none.
    """
    if settings.engine == "auto":
        return "cuda" if has_gpu() else "cpu"
    if settings.engine == "cuda" and not has_gpu():
        raise EngineError(
            "PALATE_ENGINE is cuda, but torch sees no GPU.", "Set PALATE_ENGINE=auto, or run `palate doctor`."
        )
    return settings.engine


def served_name(settings: Settings, device: str) -> str:
    """Return the name under which the model of `settings` is served: its own, or that of its adapter."""
    spec = settings.llm_model or (GPU_MODEL if device == "cuda" else CPU_MODEL)
    tuned = adapter_of(spec, device)
    return tuned.name if tuned else Path(spec).name


def adapter_of(spec: str, device: str) -> Tuned | None:
    """Return the adapter that is merged into the weights `spec`; on a GPU larger models run without one."""
    return tuned_for(spec) if device == "cpu" and not Path(spec).expanduser().exists() else None


def prepare(settings: Settings, device: str, port: int, progress: Progress | None = None) -> Launch:
    """Make the weights ready and return how to start vLLM on them.

    On a GPU a hub id is left to vLLM, which downloads it itself.

    Raises:
        WeightsError: If the weights cannot be had.
    """
    spec = settings.llm_model or (GPU_MODEL if device == "cuda" else CPU_MODEL)
    name = served_name(settings, device)
    tools = ["--enable-auto-tool-choice", "--tool-call-parser", "hermes"] if settings.mode == "agent" else []
    if device == "cuda" and "/" in spec and not Path(spec).expanduser().is_dir():
        return Launch(command_line(spec, name, port, tools), environment(local=False), name, port)
    scheme: Scheme = "bf16" if device == "cuda" else "int8"
    folder = resolve(spec, settings.cache, progress, scheme=scheme, tuned=adapter_of(spec, device))
    # Small blocks cache more of a common prefix: the prompts' fixed parts are a few hundred tokens long.
    extra = [] if device == "cuda" else ["--enforce-eager", "--dtype", "bfloat16", "--block-size", "32"]
    command = command_line(str(folder.resolve()), name, port, [*extra, *tools])
    return Launch(command, environment(local=True), name, port)


def command_line(model: str, name: str, port: int, extra: list[str]) -> list[str]:
    """Return the command; the module is run because the `vllm` script fails in the CPU package."""
    return [
        *(sys.executable, "-m", "vllm.entrypoints.openai.api_server"),
        *("--model", model, "--served-model-name", name, "--host", "127.0.0.1", "--port", str(port)),
        *("--max-model-len", str(CONTEXT), "--enable-prefix-caching"),
        *("--structured-outputs-config.backend", "xgrammar"),
        *("--structured-outputs-config.disable_any_whitespace", "true"),
        *extra,
    ]


def environment(*, local: bool) -> dict[str, str]:
    """Return the child's environment: ours, because it needs PATH and the like, and vLLM's own switches.

    On few cores vLLM's own choice is poor twice over: it keeps one core free, and its threads spin at
    barriers, so that any other load slows them several times. There it gets every core, unbound, and threads
    that sleep.
    """
    child = dict(os.environ)
    child |= {"VLLM_CPU_KVCACHE_SPACE": str(CACHE_GB), "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}
    child |= {"VLLM_PLUGINS": "palate_int8"}
    child.pop("OMP_NUM_THREADS", None)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cores <= FEW_CORES:
        child |= {"VLLM_CPU_OMP_THREADS_BIND": "nobind", "OMP_NUM_THREADS": str(cores)}
        child |= {"OMP_WAIT_POLICY": "PASSIVE"}
    if local:
        child |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    return child
