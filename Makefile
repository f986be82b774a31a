# Everything a fresh machine needs is installed by these targets, into .venv and .cache alone
# (and Chromium by apt, if you are root).

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := tests/data/traces/training
OUT ?= out
BENCH := .venv-bench

.PHONY: bench bench-parts bench-report demo test unit lint types check fuzz fuzz-smoke hostile \
	screenshots expected web web-check clean

$(VENV)/.installed: pyproject.toml
	scripts/make_venv.sh $(PYTHON) $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/.installed-tests: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group test
	touch $@

$(VENV)/.installed-lint: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group lint
	touch $@

# Extract a real trace of this repository and say where to look.
demo: $(VENV)/.installed
	$(BIN)/artifact-stream run $(DEMO) $(OUT)/demo --overwrite
	@echo "Open file://$(abspath $(OUT))/demo/index.html in a browser."

# All tests, in a real browser too.
test: $(VENV)/.installed-tests
	CHROMIUM="$$(scripts/install_chromium.sh | tail -n 1)" TMPDIR="$$(scripts/scratch_folder.sh)" \
	  $(BIN)/python -m pytest -n auto $(TESTS)

# Those that need no browser and take no time: half a minute on two cores.
unit: $(VENV)/.installed-tests
	TMPDIR="$$(scripts/scratch_folder.sh)" \
	  $(BIN)/python -m pytest -q -n auto -m "not browser and not slow" $(TESTS)

lint: $(VENV)/.installed-lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-lint
	$(BIN)/mypy

check: test lint types

# Speed and memory against peers: docs/benchmarks.md. Takes some minutes.
# In an environment of its own, where the package is installed as users have it: compiled.
bench: $(BENCH)/.installed
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall .
	$(BENCH)/bin/python benchmarks/compare.py --write docs/benchmarks.md
	$(BENCH)/bin/python benchmarks/profiles.py --write docs/benchmarks.md

$(BENCH)/.installed: pyproject.toml
	scripts/make_venv.sh $(PYTHON) $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check . --group bench --group parts
	touch $@

# Speed of the parts, against another commit: fails where one has become slower by a fifth.
BASE ?= HEAD~1
bench-parts: $(BENCH)/.installed
	benchmarks/parts_against.sh $(BENCH)/bin/python $(BASE)

# How the report page of 100,000 artifacts opens and filters in Chromium.
bench-report: $(VENV)/.installed-tests
	CHROMIUM="$$(scripts/install_chromium.sh | tail -n 1)" $(BIN)/python benchmarks/report_page.py

# Look for input that breaks what must hold, each target for so many seconds.
FUZZ_TARGETS := names raw_log jsonl json_format code_page
FUZZ_SECONDS ?= 600
fuzz: $(VENV)/.installed-tests
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group fuzz || { \
	  echo "make fuzz: atheris cannot be installed for $$($(BIN)/python --version): use a Python it has wheels for, with make PYTHON=..." >&2; exit 1; }
	set -e; for target in $(FUZZ_TARGETS); do \
	  $(BIN)/python -m fuzz.run $$target -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1; \
	done

# The same for some seconds each, for every change.  Fails where atheris cannot be installed.
fuzz-smoke:
	$(MAKE) fuzz FUZZ_SECONDS=3

# Peak memory with hostile input: docs/hostile-input.md. Takes half an hour, and up to
# 10 GB in /dev/shm.
hostile: $(VENV)/.installed-tests
	$(BIN)/python scripts/measure_hostile_input.py --write docs/hostile-input.md

# The pictures in the README.
screenshots: $(VENV)/.installed-tests
	CHROMIUM="$$(scripts/install_chromium.sh | tail -n 1)" $(BIN)/python scripts/make_screenshots.py

# The expected outputs of the handlers and the generated parts of the docs, after a change.
expected: $(VENV)/.installed-tests
	UPDATE_EXPECTED=1 $(BIN)/python -m pytest -q tests/unit/handlers tests/project/test_docs.py

# The scripts of the pages, bundled of web/src into the package, after a change there or in the shapes
# of data files.
web: $(VENV)/.installed
	$(BIN)/python scripts/make_shapes.py
	node=$$(scripts/install_node.sh $(VENV) | tail -n 1) && export PATH="$$node:$$PATH" && cd web && \
	  npm ci --no-audit --no-fund && npm run --silent build

# Lint, types and tests of web/src; fails where the committed bundles are not what it makes.
web-check: $(VENV)/.installed
	node=$$(scripts/install_node.sh $(VENV) | tail -n 1) && export PATH="$$node:$$PATH" && cd web && ./check.sh

clean:
	rm -rf $(VENV) $(BENCH) .cache out web/node_modules
