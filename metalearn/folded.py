"""Benchmarks that measure people fold by fold: what they share beside what they measure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from metalearn.benchmark import features_of
from metalearn.crossfit import Progress
from metalearn.data import IntArray, ItemFeatures
from metalearn.metrics import bootstrap
from metalearn.protocol import FewShotData, RawLog, few_shot_data, splits
from metalearn.report import Measured, Row, write_json

Key = TypeVar("Key", bound=Hashable)
# Measures some people under the name of their part, "validation" or "test".
Measure = Callable[[str, IntArray], None]


class Folded(NamedTuple):
    """The data of a benchmark, and how it is cut.

    Attributes:
        data: people and items that the protocol keeps.
        features: of the items kept, in their order.
    """

    data: FewShotData
    features: ItemFeatures

    @classmethod
    def of(cls, raw: RawLog, item_ids: Sequence[str], features: ItemFeatures, min_user_likes: int) -> Folded:
        """Cut a log down to what the protocol keeps.

        Raises:
            BadLog: when an item has no features or nobody is left to measure.
        """
        data = few_shot_data(raw, min_user_likes)
        return cls(data, features_of(data, item_ids, features))

    def run(
        self,
        learn: Callable[[IntArray], Measure],
        report: Callable[[], dict[str, object]],
        *,
        json_path: Path | None,
        progress: Progress | None,
    ) -> dict[str, object]:
        """Learn from the training people of every fold and measure the others on one thread.

        Args:
            learn: takes the training people, int64 [m]; what it returns is called for validation, then test.
            report: called at the end.
            json_path: where to write the report as JSON.
            progress: called with what is being done and the share of the whole that is done, 0..1.

        Returns:
            The report.
        """
        tell = progress or (lambda _text, _share: None)
        folds = splits(len(self.data.people))
        for number, fold in enumerate(folds):
            tell(f"fold {number + 1} of {len(folds)}", 0.95 * number / len(folds))
            measure = learn(fold.train)
            with threadpool_limits(limits=1, user_api="blas"):
                measure("validation", fold.validation)
                measure("test", fold.test)
        tell("bootstrapping", 0.96)
        finished = report()
        if json_path:
            write_json(json_path, finished)
        tell("done", 1.0)
        return finished


def joined(found: Mapping[Key, Sequence[Measured]]) -> dict[Key, Measured]:
    """Return the people of all folds side by side."""
    return {
        key: Measured(*(np.concatenate(column) for column in zip(*pieces, strict=True)))
        for key, pieces in found.items()
    }


def difference(one: Measured, other: Measured) -> Row:
    """Return the mean of NDCG@10 of one less that of the other for the same people, with its interval."""
    interval = bootstrap(one.ndcg10 - other.ndcg10)
    return {"difference": interval.mean, "low": interval.low, "high": interval.high}
