# Two words are enough: `make run` opens claw, `make test` proves it. Each sets up what it needs, and nothing twice.
# `make check` runs every gate that is not a test.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

RUST_SOURCES := Cargo.toml Cargo.lock native/Cargo.toml native/build.rs $(shell find native/src -name '*.rs') $(wildcard themes/*.toml)
RUST_BENCHES := $(basename $(notdir $(wildcard $(if $(ONLY),$(ONLY:%=native/benches/%.rs),native/benches/*.rs))))

.DEFAULT_GOAL := help
.PHONY: help run docs picture test test-rust test-python test-embedded soak check lint types contracts stubs rust-lint bench fuzz wheel format lock clean

help:
	@echo "make run      open claw on this folder (ARGS='...' for its options)"
	@echo "make test     all tests, Python and Rust"
	@echo "make test-embedded   the model in this process; compiles llama.cpp for minutes, once"
	@echo "make soak     an hour of work in minutes: memory, widgets and keys stay as they are"
	@echo "make check    lint, types, import contracts, stubs"
	@echo "make bench    measure against others (ONLY='search', WRITE=1 for docs/performance.md)"
	@echo "make fuzz     a minute of random inputs for each parser (needs cargo-fuzz and a nightly compiler)"
	@echo "make wheel    build the wheel, and prove it in an empty environment"
	@echo "make docs     write the pages that are made from the code"
	@echo "make format   put the sources into shape"

run: $(VENV)/.extension
	@$(BIN)/claw $(ARGS)

test: test-rust test-python

test-rust:
	cargo test --release --no-default-features --locked --quiet

test-python: $(VENV)/.dev-packages $(VENV)/.extension
	$(BIN)/python -m pytest -n 2

# A suite of its own, since the package it needs comes as source.
test-embedded: $(VENV)/.embedded-packages $(VENV)/.extension
	$(BIN)/python -m pytest tests/embedded

soak: $(VENV)/.dev-packages $(VENV)/.extension
	CLAW_SOAK=5000 $(BIN)/python -m pytest -q -n 0 -o faulthandler_timeout=3600 tests/journeys/test_soak.py

check: lint types contracts stubs rust-lint

lint: $(VENV)/.dev-packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev-packages $(VENV)/.extension
	$(BIN)/pyright

contracts: $(VENV)/.dev-packages $(VENV)/.extension
	$(BIN)/lint-imports --no-cache

stubs: $(VENV)/.dev-packages $(VENV)/.extension
	$(BIN)/python -m mypy.stubtest claw_core.native._native

rust-lint:
	cargo fmt --all --check
	cargo fmt --manifest-path native/fuzz/Cargo.toml --check
	cargo clippy --release --all-targets --quiet -- -D warnings
	cargo clippy --release --all-targets --no-default-features --quiet -- -D warnings

docs: $(VENV)/.dev-packages $(VENV)/.extension
	$(BIN)/python docs/generate.py

picture: $(VENV)/.extension
	$(BIN)/python docs/picture.py

bench: $(VENV)/.dev-packages $(VENV)/.extension
	$(if $(RUST_BENCHES),cargo bench --no-default-features --locked --quiet $(RUST_BENCHES:%=--bench %))
	$(BIN)/python -m native.benches.table $(ONLY) $(if $(WRITE),--write)

# Inputs that reach something new join the corpus, which `cargo test` asks again.
fuzz:
	cd native/fuzz && set -e; for target in $(or $(ONLY),$(basename $(notdir $(wildcard native/fuzz/fuzz_targets/*.rs)))); do \
		cargo +nightly fuzz run $$target -- -max_total_time=$(or $(SECONDS),60) -max_len=512 -timeout=5; done

wheel: $(VENV)/.dev-packages
	rm -rf dist
	$(BIN)/maturin build --release --locked --out dist
	PYTHON=$(CURDIR)/$(BIN)/python .ci/wheel dist/*.whl

format: $(VENV)/.dev-packages
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cargo fmt --all
	cargo fmt --manifest-path native/fuzz/Cargo.toml

# ---- what the words above need

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "claw needs Python 3.11 or newer; name one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.packages: requirements.lock $(VENV)/.made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev-packages: requirements-dev.lock $(VENV)/.packages
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.embedded-packages: requirements-embedded.lock $(VENV)/.dev-packages
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-embedded.lock
	@touch $@

$(VENV)/.extension: pyproject.toml $(RUST_SOURCES) $(VENV)/.packages
	@command -v cargo >/dev/null || { echo "claw needs a Rust toolchain (cargo) to build its core" >&2; exit 1; }
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--no-deps --no-build-isolation --editable .
	@touch $@

lock: $(VENV)/.made
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --python-version 3.11 \
		--custom-compile-command "make lock" --group build pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --python-version 3.11 \
		--custom-compile-command "make lock" --group dev pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --python-version 3.11 \
		--custom-compile-command "make lock" --no-header -c requirements-dev.lock --group embedded -o requirements-embedded.lock

clean:
	rm -rf $(VENV) target claw_core/native/_native*.so
