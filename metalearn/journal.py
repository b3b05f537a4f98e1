"""What a training writes down on its way, as TensorBoard event files."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from metalearn.errors import MissingPackage
from metalearn.features import Blocks
from metalearn.metamodel import MetaModel

# Takes a step and its figures by name.
Journal = Callable[[int, Mapping[str, float]], None]
# Gates with more entries than this are told by their root mean square.
FEW = 8


def check_installed() -> None:
    """Find out whether a journal can be written.

    Raises:
        MissingPackage: when TensorBoard is not installed.
    """
    if importlib.util.find_spec("tensorboard") is None:
        raise MissingPackage("TensorBoard", "tensorboard")


@contextmanager
def journal(folder: Path | None, step: int = 0) -> Iterator[Journal | None]:
    """Yield a journal in a folder; None for no folder.

    Args:
        folder: where event files go.
        step: where this run starts; what a killed run wrote of later steps is not shown.

    Raises:
        MissingPackage: when TensorBoard is not installed.
    """
    if folder is None:
        yield None
        return
    check_installed()
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(folder), purge_step=step or None) as writer:

        def write(step: int, figures: Mapping[str, float]) -> None:
            for name, value in figures.items():
                writer.add_scalar(name, value, step)

        yield write


def gate_figures(meta: MetaModel) -> dict[str, float]:
    """Return the gates by name, those of features as for features of unit deviation."""
    figures: dict[str, float] = {}
    for name, table in meta.gates(np.ones(len(meta.features), np.float32)).tensors().items():
        if table.size == 1:
            figures[f"gates/{name}"] = float(table.ravel()[0])
        elif table.size <= FEW:
            figures |= {f"gates/{name}/{at}": float(value) for at, value in enumerate(table.ravel())}
        else:
            figures[f"gates/{name} (rms)"] = float(np.sqrt(np.square(table).mean()))
    gains = zip(Blocks._fields, meta.projection().gains, strict=True)
    return figures | {f"gains/{name}": float(gain) for name, gain in gains}
