# Everything sets up .venv by itself, as much of it as it needs. Another Python: make clean, then make PYTHON=python3.13 test
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYPROJECTS := $(wildcard pyproject.toml adapters/*/pyproject.toml examples/*/pyproject.toml)
PIP := -m pip --quiet --no-input --disable-pip-version-check install
# Without isolation the builds use the pinned hatchling of the environment and download no other.
BUILD := hatchling editables
ADAPTERS := -e 'adapters/langchain[test,stores]' -e 'adapters/llama_index[test,stores]'
# The example of a plugin; its tests are skipped, with the reason, without the models of Tesseract.
PLUGIN := -e examples/plugin-tesseract
# The stages of .venv, each on top of the one before it.
demo := -e '.[rapidocr]'
core := -e '.[test]'
docs := -e '.[docs]'
adapters := -e '.[test,docs]' $(ADAPTERS) $(PLUGIN)
all := -e '.[dev]' $(ADAPTERS) $(PLUGIN)
FRESH := build/fresh
LOWEST := build/lowest
VERSIONS := build/versions

PYTEST := $(BIN)/python -m pytest

.PHONY: demo docs build test test-fast test-core test-adapters test-models test-packages test-lowest test-models-versions lint venv \
	notebooks constraints clean

demo: $(VENV)/.demo
	$(BIN)/ocr-plugins convert examples/data/scan.pdf -o demo-out --stdout --force

# The documentation site, in build/site.
docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build

# Wheels and source distributions of the three packages, in dist.
build: $(VENV)/.core
	rm -rf dist
	for project in . adapters/langchain adapters/llama_index; do \
		$(BIN)/python -m build --no-isolation --outdir dist $$project || exit 1; done

# Their tests against the wheels, in a new environment with what pip finds for them.
test-packages: build
	$(BIN)/python scripts/packages.py dist -m 'not models'

# One after the other also with -j: in a fresh checkout the core is tested before torch is there.
test:
	@$(MAKE) --no-print-directory test-core
	@$(MAKE) --no-print-directory test-adapters
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory test-models

test-fast: $(VENV)/.core
	$(PYTEST) -n auto -m 'not slow and not models' tests

# Two at a time: more of them would wait for one another's models.
test-core: $(VENV)/.core
	$(PYTEST) -n 2 -m 'not models' tests

test-adapters: $(VENV)/.adapters
	$(PYTEST) -n 2 adapters examples/plugin-tesseract tests/test_plugins.py tests/test_notebooks.py \
		tests/test_docs.py tests/test_packages.py tests/test_site.py

test-models: $(VENV)/.all
	$(PYTEST) -m models

# The core and the adapters with the oldest versions that their pyproject.toml allow, in an environment of its own. Without
# the examples of adapters, whose embeddings need a newer NumPy.
test-lowest:
	rm -rf $(LOWEST) && $(PYTHON) -m venv $(LOWEST)
	$(LOWEST)/bin/python $(PIP) -c constraints.txt uv
	$(LOWEST)/bin/uv pip install --quiet --python $(LOWEST)/bin/python --resolution lowest-direct \
		$(core) -e adapters/langchain -e adapters/llama_index
	$(LOWEST)/bin/uv pip freeze --python $(LOWEST)/bin/python
	$(LOWEST)/bin/python -m pytest -m 'not models'

# TrOCR and LightOnOCR with the oldest and the newest transformers that each allows, whose caches they use from inside; in an
# environment of its own. What transformers pins itself is free.
oldest = $(shell sed -n 's/^$(1) = .*"transformers>=\([^,"]*\).*/\1/p' pyproject.toml)
versions = $(VERSIONS)/bin/python $(PIP) -c $(VERSIONS)/constraints.txt
test-models-versions:
	rm -rf $(VERSIONS) && $(PYTHON) -m venv $(VERSIONS)
	grep -vE '^(transformers|tokenizers|huggingface_hub|safetensors)==' constraints.txt > $(VERSIONS)/constraints.txt
	$(versions) $(BUILD) && $(versions) --no-build-isolation $(all)
	$(versions) transformers==$(call oldest,trocr)
	$(VERSIONS)/bin/python -m pytest tests/engines/test_trocr*.py
	$(versions) transformers==$(call oldest,lightonocr)
	$(VERSIONS)/bin/python -m pytest tests/engines/test_lightonocr*.py
	$(versions) --upgrade 'transformers<6'
	$(VERSIONS)/bin/python -m pytest tests/engines/test_trocr*.py tests/engines/test_lightonocr*.py

lint: $(VENV)/.all
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

venv: $(VENV)/.all

$(VENV)/.demo $(VENV)/.docs $(VENV)/.core $(VENV)/.adapters $(VENV)/.all: $(VENV)/.%: $(VENV)/.python $(PYPROJECTS) constraints.txt
	@echo "Installing into $(VENV): $*"
	@$(BIN)/python $(PIP) -c constraints.txt $(BUILD)
	@$(BIN)/python $(PIP) -c constraints.txt --no-build-isolation $($*)
	@touch $@

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=…" if sys.version_info < (3, 11) else 0)'
	@# Debian's python3 has no ensurepip, but its pip can install another one.
	@$(PYTHON) -m venv $(VENV) > /dev/null \
		|| { $(PYTHON) -m venv --without-pip $(VENV) && $(PYTHON) -m pip --quiet --python $(BIN)/python install pip; }
	@touch $@

# Run again, and stored with what they give now.
notebooks: $(VENV)/.all
	$(BIN)/python scripts/notebooks.py

# The newest versions that fit together, from an environment of their own. The comments and torch's pin stay.
constraints:
	rm -rf $(FRESH) && $(PYTHON) -m venv $(FRESH)
	$(FRESH)/bin/python $(PIP) $(BUILD)
	$(FRESH)/bin/python $(PIP) --no-build-isolation $(all)
	grep '^#' constraints.txt > $(FRESH)/constraints.txt
	{ grep '^torch==' constraints.txt; $(FRESH)/bin/python -m pip freeze --all --exclude pip --exclude-editable; } \
		| LC_ALL=C sort -f >> $(FRESH)/constraints.txt
	mv $(FRESH)/constraints.txt constraints.txt && rm -rf $(FRESH)

clean:
	rm -rf $(VENV) build dist demo-out .mypy_cache .pytest_cache .ruff_cache
