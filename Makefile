# `make demo` and `make test` set up .venv by themselves; another Python: make PYTHON=python3.13 venv
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PYPROJECTS := pyproject.toml adapters/langchain/pyproject.toml adapters/llama_index/pyproject.toml
PIP := -m pip --quiet --no-input --disable-pip-version-check install
# Without isolation the builds use the pinned hatchling of the environment and download no other.
PROJECTS := --no-build-isolation -e '.[dev]' -e adapters/langchain -e adapters/llama_index
BUILD := hatchling editables
FRESH := build/fresh

.PHONY: demo test lint venv constraints clean

demo: $(STAMP)
	$(BIN)/ocr-plugins convert examples/data/scan.pdf -o demo-out --stdout --force

test: lint
	$(BIN)/python -m pytest

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -p ocr_plugins -p langchain_ocr_plugins -p llama_index.readers.ocr_plugins

venv: $(STAMP)

$(STAMP): $(PYPROJECTS) constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=…" if sys.version_info < (3, 11) else 0)'
	@echo "Installing into $(VENV), which takes a minute or two"
	@# Debian's python3 has no ensurepip, but its pip can install another one.
	@$(PYTHON) -m venv $(VENV) > /dev/null \
		|| { $(PYTHON) -m venv --without-pip $(VENV) && $(PYTHON) -m pip --quiet --python $(BIN)/python install pip; }
	@$(BIN)/python $(PIP) -c constraints.txt $(BUILD)
	@$(BIN)/python $(PIP) -c constraints.txt $(PROJECTS)
	@touch $@

# The newest versions that fit together, from an environment of their own. The comments and torch's pin stay.
constraints:
	rm -rf $(FRESH) && $(PYTHON) -m venv $(FRESH)
	$(FRESH)/bin/python $(PIP) $(BUILD)
	$(FRESH)/bin/python $(PIP) $(PROJECTS)
	grep '^#' constraints.txt > $(FRESH)/constraints.txt
	{ grep '^torch==' constraints.txt; $(FRESH)/bin/python -m pip freeze --all --exclude pip --exclude-editable; } \
		| LC_ALL=C sort -f >> $(FRESH)/constraints.txt
	mv $(FRESH)/constraints.txt constraints.txt && rm -rf $(FRESH)

clean:
	rm -rf $(VENV) build dist demo-out .mypy_cache .pytest_cache .ruff_cache
