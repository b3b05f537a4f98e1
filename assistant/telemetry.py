"""Turns as OpenTelemetry spans; no words, no item and no person goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.errors import BadInput
from assistant.tracing import Trace

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

STAGES = ("intent", "search", "score", "pick")
MILLION = 1_000_000


class Spans:
    """Turn traces into spans: one a turn, and one below it for each stage.

    Args:
        exporter: Where finished spans go.
        wait: Send each at once; for tests.
    """

    def __init__(self, exporter: SpanExporter, *, wait: bool = False) -> None:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor

        provider = TracerProvider(resource=Resource.create({"service.name": "palate"}))
        provider.add_span_processor(SimpleSpanProcessor(exporter) if wait else BatchSpanProcessor(exporter))
        self._tracer = provider.get_tracer("palate")

    def __call__(self, trace: Trace) -> None:
        """Send one turn."""
        from opentelemetry.trace import set_span_in_context

        total = trace.timings.get("total") or 0.0
        start = int(trace.at * 1e9 - total * MILLION)
        turn = self._tracer.start_span("palate.turn", start_time=start, attributes=_attributes(trace))
        context, now = set_span_in_context(turn), start
        for stage in STAGES:
            taken = trace.timings.get(stage)
            if taken is not None:
                span = self._tracer.start_span(f"palate.{stage}", context, start_time=now)
                now += int(taken * MILLION)
                span.end(now)
        if trace.timings.get("first_token") is not None:
            self._tracer.start_span("palate.write", context, start_time=now).end(
                max(now, int(trace.at * 1e9))
            )
        turn.end(max(now, int(trace.at * 1e9)))


def _attributes(trace: Trace) -> dict[str, str | int | bool]:
    """Return what a span says of a turn, by the names of OpenTelemetry where it has them."""
    return {
        "gen_ai.request.model": str(trace.llm.get("model", "")),
        "gen_ai.usage.input_tokens": int(trace.llm.get("prompt_tokens", 0)),
        "gen_ai.usage.output_tokens": int(trace.llm.get("completion_tokens", 0)),
        "palate.move": str(trace.intent.get("move", "")),
        "palate.picks": len(trace.picks),
        "palate.candidates": len(trace.candidates),
        "palate.fallback": trace.fallback,
        "palate.variant": trace.variant,
        **{f"palate.prompt.{name}": mark for name, mark in trace.prompts.items()},
    }


def exporter_to(url: str) -> Spans:
    """Return what sends spans to an OTLP/HTTP endpoint.

    Raises:
        BadInput: When OpenTelemetry is not installed.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk import trace as _  # noqa: F401 - the exporter alone is not enough
    except ImportError as error:
        mend = 'Run `pip install "palate[otel]"`, or unset PALATE_OTEL_URL.'
        raise BadInput("Spans need OpenTelemetry.", mend) from error
    return Spans(OTLPSpanExporter(endpoint=url))
