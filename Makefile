# Everything you can do here, one word each: `make help` lists the words.
PORT ?= 8765
VENV := .venv
BIN := $(VENV)/bin
PINS := constraints.txt pyproject.toml
INSTALL = $(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt
HOUSE := $(wildcard tierwise tests bench docs)
# Where the tests find a PostgreSQL server; without one they are skipped, but not under CI=true.
export TIERWISE_TEST_POSTGRES ?= postgresql://tierwise:tierwise@127.0.0.1:5432/tierwise_test?connect_timeout=3

# Test processes with two threads each would wait for one another; a third fills what waits.
export OPENBLAS_NUM_THREADS ?= 1

# The build server and `make test-all` leave nothing out; `make test` leaves out what is slow.
ifeq ($(CI),true)
EVERYTHING := yes
WATCH := -v --cov --cov-report=term:skip-covered --cov-fail-under=95
endif
test-all: EVERYTHING := yes
PICK = $(if $(EVERYTHING),,-m "not slow and not spark")
# On the build server every exchange with a help desk passes a judge that knows Zendesk's API: where
# its description is at hand (TIERWISE_SHARED, or ../shared) and npm; else a line says what is missing.
JUDGE = $(if $(filter true,$(CI)),TIERWISE_DESK_PROXY=$$($(BIN)/python -m tests.desks.prism))

.PHONY: help demo setup check format lint types contracts docs docs-check test test-all bench clean

help: ## list these words
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/' | expand -t 18

demo: $(VENV)/.has-app ## the sample shop on http://127.0.0.1:8765 (another port: make demo PORT=9000)
	@exec $(BIN)/tierwise demo --port $(PORT)

setup: $(VENV)/.has-dev ## the environment a developer needs

check: setup ## every check of the house, then the tests
	@$(MAKE) --no-print-directory format lint types contracts docs-check
	@$(MAKE) --no-print-directory test

format: setup ## is the code laid out by ruff?
	$(BIN)/ruff format --check $(HOUSE)

lint: setup ## do ruff's rules hold?
	$(BIN)/ruff check $(HOUSE)

types: setup ## do the types hold?
	$(BIN)/mypy

contracts: setup ## does every package import only what stands below it?
	$(BIN)/lint-imports

docs: setup ## write the generated pages
	$(BIN)/python docs/build.py

docs-check: setup ## do the generated pages match the code?
	$(BIN)/python docs/build.py --check

test: setup $(if $(filter true,$(CI)),$(VENV)/.has-spark) ## the tests; slow ones are left out unless CI=true
	@.ci/machine chromium pango $(if $(filter true,$(CI)),postgres java)
	$(JUDGE) $(BIN)/pytest -n 3 --dist worksteal $(WATCH) $(PICK)

test-all: $(VENV)/.has-spark ## every test, with PostgreSQL and Spark
	@.ci/machine chromium pango postgres java
	$(JUDGE) $(BIN)/pytest -n 3 --dist worksteal $(WATCH) $(PICK)

bench: setup ## every claim of speed, measured again
	@for claim in $$(grep -l '^def main' bench/*.py | xargs -n1 basename -s .py); do \
	  echo "== $$claim"; $(BIN)/python -m bench.$$claim || exit 1; done

clean: ## remove what can be made again
	rm -rf $(VENV) build *.egg-info .coverage .hypothesis .*_cache
	find $(HOUSE) -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/python:
	@.ci/environment $(VENV)

# Each stamp is older than the pins only until the pins change, so a second run installs nothing.
$(VENV)/.has-app: $(PINS) | $(BIN)/python
	@echo "installing Tierwise into $(VENV) (once, about a minute)"
	@$(INSTALL) -e .
	@touch $@

$(VENV)/.has-dev: $(PINS) | $(BIN)/python
	@echo "installing Tierwise and its tools into $(VENV) (once, about a minute)"
	@$(INSTALL) -e '.[dev,postgres,pdf,export]'
	@touch $(VENV)/.has-app $@

$(VENV)/.has-spark: $(PINS) | $(VENV)/.has-dev
	@echo "installing Spark into $(VENV) (once, 450 MB)"
	@$(INSTALL) -e '.[dev,postgres,pdf,export,spark]'
	@touch $@
