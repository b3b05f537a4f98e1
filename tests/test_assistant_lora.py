"""Adapters: packing and merging change no number, and a resumed run goes on bit for bit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from assistant.errors import BadInput, WeightsError
from assistant.models.convert import convert
from assistant.models.lora import Adapter, attach, merged, tensors_of
from assistant.models.packing import loss, pack_tokens
from assistant.models.tune_llm import Recipe, Tuner
from assistant.models.tuned import tuned_for
from assistant.models.weights import ready_folder

PAIRS = [
    ([5, 6, 7, 8, 9, 20, 21], [30, 31, 2]),
    ([5, 6, 7, 8, 9, 22], [32, 2]),
    ([5, 6, 7, 8, 9, 23, 24, 25], [33, 34, 35, 2]),
]


def tiny() -> Any:
    transformers = pytest.importorskip("transformers")
    config = transformers.Qwen2Config(
        vocab_size=64,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        tie_word_embeddings=True,
    )
    torch.manual_seed(0)
    return transformers.Qwen2ForCausalLM(config).eval()


def recipe(**changes: Any) -> Recipe:
    return Recipe(**{"rank": 4, "alpha": 8.0, "steps": 6, "warm": 2, "rate": 0.01, **changes})


def steps(tuner: Tuner, n: int) -> None:
    for place in range(n):
        at = tuner.step + place * 0
        tuner.learn([pack_tokens(PAIRS[: 2 + at % 2]), pack_tokens(PAIRS[1:])])


def alone(model: Any, prompt: list[int], answer: list[int]) -> torch.Tensor:
    logits = model(torch.tensor([prompt + answer[:-1]])).logits[0, len(prompt) - 1 :]
    return torch.nn.functional.cross_entropy(logits, torch.tensor(answer), reduction="sum")


def test_a_pack_gives_the_loss_of_separate_sequences() -> None:
    model = tiny()
    weights = [len(answer) ** -0.5 for _, answer in PAIRS]
    total = sum(w * len(answer) for w, (_, answer) in zip(weights, PAIRS, strict=True))
    expected = sum(w * alone(model, *pair) for w, pair in zip(weights, PAIRS, strict=True)) / total
    torch.testing.assert_close(loss(model, pack_tokens(PAIRS)), expected, rtol=1e-4, atol=1e-5)


def test_a_pack_computes_the_common_beginning_once() -> None:
    packed = pack_tokens(PAIRS)
    assert packed.ids[:5].tolist() == [5, 6, 7, 8, 9]
    assert len(packed.ids) == 5 + (2 + 2) + (1 + 1) + (3 + 3)
    assert len(packed.at) == len(packed.answers) == 9
    assert float(packed.weights.sum()) == pytest.approx(1.0)


def test_a_pack_of_equal_prompts_still_predicts() -> None:
    packed = pack_tokens([([5, 6, 7], [8, 2]), ([5, 6, 7], [9, 2])])
    assert packed.answers.tolist() == [8, 2, 9, 2]
    assert torch.isfinite(loss(tiny(), packed))


def test_a_new_adapter_changes_nothing() -> None:
    model, ids = tiny(), torch.tensor([[5, 6, 7, 8]])
    before = model(ids).logits
    layers = attach(model, 4, 8.0, 0)
    assert len(layers) == 2 * 7
    torch.testing.assert_close(model(ids).logits, before)
    assert all(
        p.requires_grad == ("lora" in n or n.endswith((".a", ".b"))) for n, p in model.named_parameters()
    )


def test_merged_weights_equal_base_plus_product(tmp_path: Path) -> None:
    model, plain, ids = tiny(), tiny(), torch.tensor([[5, 6, 7, 8, 30]])
    tuner = Tuner(model, recipe(), "")
    steps(tuner, 4)
    tuner.adapter().save(tmp_path / "adapter.safetensors")
    adapter = Adapter.load(tmp_path / "adapter.safetensors")
    assert (adapter.name, adapter.base, adapter.scale) == ("palate-0.5b", recipe().base, 2.0)
    tensors = merged(adapter, dict(plain.state_dict()))
    name = "model.layers.1.mlp.down_proj"
    product = 2.0 * adapter.tensors[f"{name}.lora_b"].float() @ adapter.tensors[f"{name}.lora_a"].float()
    torch.testing.assert_close(tensors[f"{name}.weight"], plain.state_dict()[f"{name}.weight"] + product)
    plain.load_state_dict(tensors)
    torch.testing.assert_close(plain(ids).logits, model(ids).logits, rtol=2e-3, atol=2e-3)


def test_an_adapter_for_another_model_is_refused(tmp_path: Path) -> None:
    adapter = Tuner(tiny(), recipe(), "").adapter()
    with pytest.raises(WeightsError, match="does not fit"):
        merged(adapter, {"model.layers.0.self_attn.q_proj.weight": torch.zeros(3, 3)})
    (tmp_path / "broken").write_bytes(b"no adapter")
    with pytest.raises(WeightsError, match="no adapter"):
        Adapter.load(tmp_path / "broken")


def test_training_lowers_the_loss() -> None:
    tuner = Tuner(tiny(), recipe(steps=30), "")
    steps(tuner, 30)
    assert tuner.losses[-1] < 0.9 * tuner.losses[0]


def test_a_resumed_run_goes_on_bit_for_bit(tmp_path: Path) -> None:
    whole = Tuner(tiny(), recipe(), "packs")
    steps(whole, 6)
    first = Tuner(tiny(), recipe(), "packs")
    steps(first, 3)
    first.save(tmp_path / "checkpoint")
    second = Tuner(tiny(), recipe(), "packs")
    second.resume(tmp_path / "checkpoint")
    assert second.step == 3
    steps(second, 3)
    assert second.losses == whole.losses
    for name, tensor in tensors_of(whole.layers).items():
        assert torch.equal(tensor, tensors_of(second.layers)[name])


def test_training_goes_on_from_an_adapter() -> None:
    first = Tuner(tiny(), recipe(), "")
    steps(first, 3)
    second = Tuner(tiny(), recipe(start="sum"), "", first.adapter())
    packed = pack_tokens(PAIRS)
    torch.testing.assert_close(loss(second.model, packed), loss(first.model, packed))
    with pytest.raises(BadInput, match="another rank"):
        Tuner(tiny(), recipe(rank=2), "", first.adapter())


def test_a_checkpoint_of_another_recipe_is_refused(tmp_path: Path) -> None:
    tuner = Tuner(tiny(), recipe(), "packs")
    steps(tuner, 1)
    tuner.save(tmp_path / "checkpoint")
    with pytest.raises(BadInput, match="another recipe"):
        Tuner(tiny(), recipe(seed=1), "packs").resume(tmp_path / "checkpoint")
    with pytest.raises(BadInput, match="another recipe"):
        Tuner(tiny(), recipe(), "other packs").resume(tmp_path / "checkpoint")


def test_conversion_merges_an_adapter_before_rounding(tmp_path: Path) -> None:
    safetensors = pytest.importorskip("safetensors.torch")
    source, plain = tmp_path / "source", tiny()
    plain.save_pretrained(source)
    tuner = Tuner(tiny(), recipe(), "")
    steps(tuner, 4)
    tuner.adapter().save(tmp_path / "adapter.safetensors")
    convert(source, tmp_path / "with", "bf16", tmp_path / "adapter.safetensors")
    convert(source, tmp_path / "without", "bf16")
    name = "model.layers.0.self_attn.q_proj"
    added = tuner.adapter().delta(name)
    assert added is not None
    with_, without = (safetensors.load_file(tmp_path / f / "model.safetensors") for f in ("with", "without"))
    torch.testing.assert_close(
        with_[f"{name}.weight"].float() - without[f"{name}.weight"].float(), added, rtol=0.1, atol=2e-3
    )
    assert torch.equal(with_["model.norm.weight"], without["model.norm.weight"])


def test_an_adapter_has_weights_of_its_own_in_the_cache(tmp_path: Path) -> None:
    folder = tmp_path / "tuned" / "toy"
    folder.mkdir(parents=True)
    base = "qwen2.5-coder-0.5b-instruct"
    Tuner(tiny(), recipe(), "").adapter().save(folder / "adapter.safetensors")
    notes = {"name": "toy", "base": base, "sha256": "?"}
    (folder / "recipe.json").write_text(json.dumps(notes))
    with pytest.raises(WeightsError, match="checksum"):
        tuned_for(base, tmp_path / "tuned")
    import hashlib

    notes["sha256"] = hashlib.sha256((folder / "adapter.safetensors").read_bytes()).hexdigest()
    (folder / "recipe.json").write_text(json.dumps(notes))
    tuned = tuned_for("Qwen/Qwen2.5-Coder-0.5B-Instruct", tmp_path / "tuned")
    assert tuned is not None
    with_, without = ready_folder(base, tmp_path, tuned=tuned), ready_folder(base, tmp_path)
    assert without.name == f"{base}-int8"
    assert with_.name == f"{base}-toy-{notes['sha256'][:8]}-int8"
    assert tuned_for("qwen2.5-coder-1.5b-instruct", tmp_path / "tuned") is None
    assert tuned_for(tmp_path, tmp_path / "tuned") is None


def test_corrections_of_a_bfloat16_model_are_learnt_in_float32() -> None:
    tuner = Tuner(tiny().bfloat16(), recipe(precision="bfloat16"), "")
    steps(tuner, 6)
    assert tuner.losses[-1] < tuner.losses[0]
    assert {tensor.dtype for tensor in tuner.tensors.values()} == {torch.float32}
    assert tuner.model.lm_head.weight.dtype == torch.bfloat16
