"""All configuration of the process, read once from the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

EngineKind = Literal["auto", "cpu", "cuda", "off"]
Mode = Literal["pipeline", "agent"]


class Settings(BaseSettings):
    """Hold every setting; each is `PALATE_<NAME>` in the environment or in a local `.env`.

    Attributes:
        home: Folder of the assistant's data; None means `data_root/<dataset>`.
        data_root: Where homes live when `home` is not given.
        cache: Where weights are downloaded, converted and kept.
        llm_url: OpenAI-compatible base URL; None means that a local vLLM server is started.
        llm_model: Model name on that server, or the weights the local engine serves
            (a folder, a hub id, or a name from `assistant.models.weights`);
            None is the default for the hardware.
        llm_key: API key sent to `llm_url`.
        engine: Which local engine to start: `auto` looks for a GPU, `off` never starts one.
        engine_port: Port of the local vLLM server; 0 picks a free one.
        encoder: Text encoder: a folder, a hub id, or None for MiniLM.
        image_encoder: Encoder of pictures: `histograms`, a folder or a hub id; None is CLIP where the extra
            `images` is installed, else the histograms.
        database_url: SQLAlchemy URL of the event store; None is SQLite in the home folder.
        host: Address that the app binds to.
        port: Port of the app.
        audience: Audience -> facet values ruled out for it, as JSON, such as {"kids": ["horror"]}; an
            audience that is not named keeps the limits that come with Palate.
        prompts: Folder of prompts of yours, `<name>/<version>.md`; they stand beside those of Palate.
        trace: File to which every turn is written as one line of JSON; None writes none.
        otel_url: OTLP/HTTP endpoint that gets every turn as OpenTelemetry spans; None sends none.
        mode: `pipeline`, or `agent`: a model with tool calling finds the picks by tools, many calls a turn.
        retrain_share: Share of items or of interactions that may be new since the adapter was trained before
            it is trained anew in the background; until then every change keeps what was learned.
        explore: Share of the lists whose last place is drawn at random among the good candidates, 0..1, so
            that logs can judge other rankers; what was shown is logged with its probability.
        strategies: Candidate sources that are switched on, divided by commas: see `retriever.strategies`.
            None is what `rules.toml` of the home says, else `fused`.
    """

    model_config = SettingsConfigDict(env_prefix="PALATE_", env_file=".env", extra="ignore")

    home: Path | None = None
    data_root: Path = Path.home() / ".local" / "share" / "palate"
    cache: Path = Path.home() / ".cache" / "palate"
    llm_url: str | None = None
    llm_model: str | None = None
    llm_key: str = "none"
    engine: EngineKind = "auto"
    engine_port: int = 0
    encoder: str | None = None
    image_encoder: str | None = None
    database_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 7860
    audience: dict[str, list[str]] = {}
    prompts: Path | None = None
    trace: Path | None = None
    otel_url: str | None = None
    mode: Mode = "pipeline"
    strategies: str | None = None
    retrain_share: float = Field(default=0.1, ge=0.0)
    explore: float = Field(default=0.0, ge=0.0, le=1.0)

    def home_for(self, dataset: str) -> Path:
        """Return the home folder of `dataset`: `home` where it is set, else below `data_root`."""
        return self.home or self.data_root / dataset
