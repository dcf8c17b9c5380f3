# Needs Python 3.11 or newer and nothing else; everything lands under this folder.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
CASES ?= 100000
COMPARISONS ?= 100000
MINUTES ?= 30
PROCESSES ?= 3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
GRAPHIQL_SOURCE := $(shell find gateway/graphiql/source -name node_modules -prune -o -type f -print)
GRAPHIQL := gateway/graphiql/built/.built
DIARY_SOURCE := $(shell find gateway/diary/source \( -name node_modules -o -name generated \) -prune -o -type f -print)
DIARY := gateway/diary/built/.built

.PHONY: serve test browser-of-tests recipes-of-tests modules-of-tests check fuzz year chaos chaos-proof fresh bench bench-peers bench-growth bench-live schema texts setup clean
.DELETE_ON_ERROR:

setup: $(INSTALLED) $(GRAPHIQL) $(DIARY)

serve: setup
	$(BIN)/gradebook serve --demo --host $(HOST) --port $(PORT)

test: setup
	$(BIN)/python -m compileall -q -x node_modules domain db resolvers schema gateway tests
	$(MAKE) --no-print-directory --jobs browser-of-tests recipes-of-tests modules-of-tests
	$(BIN)/pytest --numprocesses $(PROCESSES) --dist worksteal

browser-of-tests:
	$(BIN)/python -m tests.gateway.chromium

recipes-of-tests:
	$(BIN)/python -m tests.gateway.recipes

# pytest rewrites the asserts of each module and caches that: here once, and not in each of its
# processes. A module that cannot be imported is reported by the tests themselves.
modules-of-tests:
	-@env -u PYTHONDONTWRITEBYTECODE $(BIN)/pytest --collect-only -qq > /dev/null

check: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m tests.checks
	$(BIN)/lint-imports
	$(BIN)/gradebook schema --check

fuzz: setup
	$(BIN)/python -m tests.store.differential --cases $(CASES)

year: setup
	$(BIN)/python -m tests.year $(if $(SEED),--seed $(SEED))

chaos: setup
	$(BIN)/python -m tests.chaos --minutes $(MINUTES)

fresh: setup
	$(BIN)/python -m tests.fresh --prove
	$(BIN)/python -m tests.fresh --comparisons $(COMPARISONS)

chaos-proof: setup
	$(BIN)/python -m tests.chaos --prove

bench: setup
	$(BIN)/python -m tests.bench

bench-peers: setup
	$(BIN)/python -m tests.bench --peers
	$(BIN)/python -m tests.bench.evening --peers

bench-growth: setup
	$(BIN)/python -m tests.bench --grow

bench-live: setup
	$(BIN)/python -m tests.bench.live

schema: $(INSTALLED)
	$(BIN)/gradebook schema --write

texts: $(INSTALLED)
	$(BIN)/python -m gateway.catalogues

$(INSTALLED): requirements-dev.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=/path/to/python")'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(GRAPHIQL): $(INSTALLED) $(GRAPHIQL_SOURCE) gateway/graphiql/build.py
	$(BIN)/python gateway/graphiql/build.py
	touch $@

$(DIARY): $(INSTALLED) $(DIARY_SOURCE) gateway/diary/build.py schema/schema.graphql
	$(BIN)/python -m gateway.diary.build
	touch $@

clean:
	@if [ -d .gradebook ]; then \
	  answer=$(if $(filter 1 y yes,$(YES)),yes,); \
	  if [ -z "$$answer" ]; then \
	    printf 'Delete the data in .gradebook, every school of it? Type yes, or give YES=1: '; \
	    read -r answer || answer=; echo; \
	  fi; \
	  if [ "$$answer" = yes ]; then rm -rf .gradebook; else echo 'The data stays.'; fi; \
	fi
	rm -rf $(VENV) gateway/graphiql/built gateway/graphiql/source/node_modules gateway/diary/built gateway/diary/source/generated gateway/diary/source/node_modules gateway/docs/recipes/generated gateway/docs/recipes/node_modules tests/gateway/headless/node_modules tests/bench/peers/node_modules
