from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retriever.encoder import Encoder
from retriever.errors import RetrieverError

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "dark", "film", "heat", "the", "matrix"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a real, tiny, randomly initialised sentence-transformers model."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    root = tmp_path_factory.mktemp("model")
    torch.manual_seed(0)
    (root / "vocab.txt").write_text("\n".join(VOCABULARY))
    BertTokenizer(str(root / "vocab.txt")).save_pretrained(root / "bert")
    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    BertModel(BertConfig(vocab_size=len(VOCABULARY), **shape)).save_pretrained(root / "bert")
    bert = Transformer(str(root / "bert"), max_seq_length=16)
    SentenceTransformer(modules=[bert, Pooling(bert.get_embedding_dimension())]).save(str(root / "tiny"))
    return root / "tiny"


def test_unit_rows_in_order(folder: Path) -> None:
    encoder = Encoder.open(folder)
    texts = ["the matrix", "a dark film", "", "heat \ud800 \x00 🎬", "the matrix"]
    done: list[tuple[int, int]] = []
    vectors = encoder.encode(texts, lambda n, total: done.append((n, total)))
    assert (encoder.name, encoder.dim, vectors.shape, vectors.dtype) == ("tiny", 16, (5, 16), np.float32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(vectors[0], vectors[4], atol=1e-6)
    assert done == [(5, 5)]
    assert encoder.encode([]).shape == (0, 16)


def test_queries_are_remembered_and_equal_the_batch(folder: Path) -> None:
    encoder = Encoder.open(folder)
    first = encoder.encode_query("a dark film")
    assert encoder.encode_query("a dark film") is first
    np.testing.assert_allclose(first, encoder.encode(["heat", "a dark film"])[1], atol=1e-5)


def test_bfloat16_is_faithful(folder: Path) -> None:
    texts = ["the matrix", "a dark film", "heat"]
    exact = Encoder.open(folder, dtype="float32").encode(texts)
    half = Encoder.open(folder, dtype="bfloat16").encode(texts)
    assert (exact * half).sum(axis=1).min() > 0.999


def test_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(RetrieverError, match="No text encoder can be loaded"):
        Encoder.open(tmp_path)
