# Everything a newcomer needs: make demo, make test. Only Python 3.11 or newer, make and a package index are required.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: install demo test lint types score lock clean

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "crosswire needs Python 3.11 or newer; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked dependencies and the models into $(VENV) (once; about two minutes) ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --editable .
	@touch $(STAMP)

demo: install
	@$(BIN)/crosswire run --demo

test: install
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright

types: install
	$(BIN)/pyright

score: install
	$(BIN)/python -m pytest tests/golden -s

# Resolve every dependency anew for all Python versions. torch is named without its build (CPU or CUDA): the index decides.
lock:
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --group dev pyproject.toml -o requirements.new
	sed -E -e '/^(nvidia|cuda|triton)/d' -e 's/^torch==([0-9.]+).*/torch==\1/' requirements.new | uniq > requirements.lock
	rm requirements.new

clean:
	rm -rf $(VENV) demo-data .pytest_cache .ruff_cache
