"""The real vLLM server: answers obey a schema. That it comes back is shown in the middle of a turn."""

from __future__ import annotations

import json

import httpx
import pytest

from assistant.engine import Engine

SCHEMA = {
    "type": "object",
    "properties": {"genre": {"enum": ["Comedy", "Drama", "Horror"]}, "year": {"type": "integer"}},
    "required": ["genre", "year"],
    "additionalProperties": False,
}

pytestmark = pytest.mark.llm


def test_answers_obey_the_schema(engine: Engine) -> None:
    question = {
        "model": engine.model,
        "messages": [{"role": "user", "content": "A film to laugh at, from 1999. Answer with JSON."}],
        "max_tokens": 60,
        "temperature": 0,
        "response_format": {"type": "json_schema", "json_schema": {"name": "film", "schema": SCHEMA}},
    }
    answer = httpx.post(f"{engine.base_url}/chat/completions", json=question, timeout=300)
    answer.raise_for_status()
    read = json.loads(answer.json()["choices"][0]["message"]["content"])
    assert read["genre"] in ("Comedy", "Drama", "Horror")
    assert isinstance(read["year"], int)
