"""The words of names: which are kept, and what each says."""

from __future__ import annotations

import numpy as np
import pytest

from retriever.namewords import TOO_COMMON, name_words


def test_shared_words_and_pairs_weigh_by_how_rare_they_are() -> None:
    names = ["Metal Gear Solid II", "Metal Gear Acid", "Gear Shift", *(f"Other{n}" for n in range(97))]
    table = name_words(names)
    # "gear" is in three names, "metal" and "metal gear" in two; all else in one.
    assert sorted(np.unique(table[1].data)) == pytest.approx([np.log(100 / 3), np.log(100 / 2)])
    assert [table[row].nnz for row in range(4)] == [3, 3, 1, 0]


def test_words_are_the_same_however_they_are_written() -> None:
    table = name_words(["Pokémon II", "POKEMON 2", *(f"Other{n}" for n in range(58))]).toarray()
    np.testing.assert_array_equal(table[0], table[1])
    assert np.count_nonzero(table[0]) == 3


def test_words_of_too_many_names_say_nothing() -> None:
    common = int(TOO_COMMON * 100) + 1
    names = [f"The Thing{n}" if n < common else f"Other{n}" for n in range(100)]
    assert name_words(names).nnz == 0
    assert name_words([name if n else "Solo" for n, name in enumerate(names)]).nnz == common - 1


@pytest.mark.parametrize("names", [[], [""], ["", "?!"], ["one", "two"]])
def test_names_that_share_nothing_have_no_words(names: list[str]) -> None:
    assert name_words(names).shape == (len(names), 0)
