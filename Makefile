# Ayan: every command of the project. `make help` prints those that carry a ## sentence.

SHELL       := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS   += --no-builtin-rules

PORT  ?= 8000
SCALE ?= small
HOME_DIR ?= var/demo
DIST  ?= dist
TYPES ?= types
PYTEST_ARGS ?= -n 4 --dist loadfile --no-loadscope-reorder

# uv: the one on the machine, or else one in a private environment that touches nothing else.
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
RUN := $(UV) run --no-sync
EXPORT := $(UV) export --quiet --frozen --no-dev --no-emit-project --no-header --no-annotate --format requirements-txt

STAMPS := .stamps

# Where Python is told to write nothing, each worker of each run would rewrite the assertions of every test anew.
test test-postgres test-spark test-report costs soak: export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup ready demo wheel test test-postgres test-spark test-report costs lint style types format golden messages assets audit screenshots bench bench-scale soak docs clean

help: ## print this list
	@echo "Usage: make COMMAND [NAME=value]"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: $(STAMPS)/python $(STAMPS)/assets ## install everything the project needs, inside this folder

# The checkers come first, for what they bring holds what the assets are made of.
ready: $(STAMPS)/checkers setup $(STAMPS)/compiled $(STAMPS)/validators ## install what the tests need besides (twice as fast with --jobs=2)

demo: setup ## build an invented city and serve it (PORT=8000, SCALE=small|city|big)
	$(RUN) ayan demo --home $(HOME_DIR) --scale $(SCALE) --port $(PORT)

# Whoever installs these gets, byte for byte, what the tests ran with: hashes come from uv.lock, our own wheel's is the last line.
wheel: setup ## the wheel, those of ayan-verify and ayan-client, and the hashes of all that the first needs, in dist/ (constraints-databases.txt: with drivers of SQL Server and Oracle)
	@rm -rf $(DIST)
	@$(UV) build --quiet --wheel --out-dir $(DIST) && rm -f $(DIST)/.gitignore
	@$(UV) build --quiet --wheel --out-dir $(DIST)/ayan-verify packages/ayan-verify && rm -f $(DIST)/ayan-verify/.gitignore
	@$(UV) build --quiet --out-dir $(DIST)/ayan-client packages/ayan-client && rm -f $(DIST)/ayan-client/.gitignore
	@$(EXPORT) --output-file $(DIST)/constraints.txt
	@$(EXPORT) --all-extras --output-file $(DIST)/constraints-databases.txt
	@cd $(DIST) && line="./$$(ls *.whl) --hash=sha256:$$(sha256sum *.whl | cut -d' ' -f1)" && \
	for list in constraints*.txt; do echo "$$line" >>$$list; done && sha256sum *.whl *.txt ayan-verify/*.whl ayan-client/* >SHA256SUMS
	@ls -l $(DIST)

# The types are checked on one core: beside the tests they cost half the time. What they say stands at the end. Without
# TYPES somebody else checks them (.ci/run).
test: ready style ## check the style and the types, pass all tests (PYTEST_ARGS="-n 4 --dist loadfile --no-loadscope-reorder")
	@echo "== types and floors are checked beside the tests; what is found stands at the end"
	@$(if $(TYPES),$(MAKE) --no-print-directory $(TYPES),true) >$(STAMPS)/types.log 2>&1 & types=$$!; tests=0; found=0; \
	trap 'kill $$types 2>/dev/null || true' INT TERM; \
	$(RUN) pytest $(PYTEST_ARGS) || tests=$$?; \
	wait $$types || found=$$?; \
	cat $(STAMPS)/types.log; \
	exit $$((tests ? tests : found))

# The rest cannot know a database: a contract forbids core and datasets its driver (.importlinter), and a test without
# the mark is refused every query. A browser sees the same pages over either.
# Of dear tests a twelfth is passed a day (SERVER_DAYS in tests/rotation.py), and all of them by `make soak`.
test-postgres: ready ## pass the tests that meet the database once more, on the PostgreSQL server in DATABASE_URL
	$(RUN) pytest $(PYTEST_ARGS) -m "database and not either and not soak and not browser"

# A master, two workers and a server of Spark Connect on this machine; it wants Java, and half a gigabyte of packages.
# A property is tried with five examples there, and with as many as elsewhere by `make soak`.
# With PYTEST_SAMPLE=whole the cases that carry `soak` then are among them. Thousands of random questions are not: a
# question takes the cluster a third of a second. Whole that is 299 cases: half an hour on two crowded cores, interpreted
# (`tests/engines/spark_cluster.py`); compiled, as `make soak` has it, more.
test-spark: ready ## hold a Spark cluster to the suite of all query engines (slow; not part of `make test`)
	@$(UV) sync --quiet --all-groups --extra spark
	$(RUN) python -m tests.engines.spark_cluster pytest tests/engines -n 2 --dist loadfile -k "spark and not very_many and not long_histories" $(if $(filter whole,$(PYTEST_SAMPLE)),-m "soak or not soak") -o faulthandler_timeout=0

# Rooms that are named are passed whole: nothing waits for its turn (tests/rotation.py).
test-report: ready ## which lines the tests reach and where their time goes, in .report (slow; not part of `make test`)
	@rm -rf .report && mkdir .report
	@failed=0; $(RUN) coverage run -m pytest $(PYTEST_ARGS) $(wildcard tests/*/) -o faulthandler_timeout=0 --junitxml=.report/tests.xml --processor-time=.report/processor.tsv || failed=$$?; \
	$(RUN) coverage combine --quiet && $(RUN) coverage json --quiet && $(RUN) coverage html --quiet; \
	$(RUN) python -m tests.report .report && exit $$failed

costs: ready ## pass all tests, measure what they cost the processor, and write anew which of them are dear and take turns
	@mkdir -p .report
	$(RUN) pytest $(PYTEST_ARGS) $(wildcard tests/*/) --processor-time=.report/costs.tsv || true
	$(RUN) python -m tests.rotation .report/costs.tsv

lint: style types ## ruff, mypy and the floors between the rooms

style: $(STAMPS)/python ## ruff alone: the shape of the code and its rules
	$(RUN) ruff check .

# The checker of types loads the settings of the tests, which want a home; it reads and writes nothing there.
types: $(STAMPS)/python ## mypy and the floors between the rooms
	$(RUN) lint-imports
	AYAN_HOME=$(STAMPS)/home $(RUN) mypy

format: $(STAMPS)/python ## put the code into one shape
	$(RUN) ruff format .
	$(RUN) ruff check --fix .

golden: $(STAMPS)/python ## write the SQL of sample questions and what becomes of the examples anew; look at the diff before you commit it
	$(RUN) python -m tests.engines.golden
	$(RUN) python -m tests.datasets.examples

assets: ## fetch the front-end files and build the font subsets afresh
	@rm -f $(STAMPS)/assets
	@$(MAKE) --no-print-directory $(STAMPS)/assets

audit: setup ## score the main pages with Lighthouse, outside `make test`
	cd tests/audit && npm ci --no-audit --no-fund --ignore-scripts
	$(RUN) python -m tests.audit.lighthouse

messages: $(STAMPS)/python ## collect every sentence for translators (CODES="az ar" makes or updates their catalogues, CITY=DIR those of a city)
	$(RUN) python -m ayan.ui.extraction $(CODES) $(if $(CITY),--home $(CITY))

screenshots: setup ## draw the main pages of the invented city into docs/images
	$(RUN) python docs/screenshots.py

bench: setup ## measure what benchmarks/README.md lists, from the pipeline to many cities, and print the figures
	$(RUN) python -m benchmarks.pipeline
	$(RUN) python -m benchmarks.ledger
	$(RUN) python -m benchmarks.data_api
	$(RUN) python -m benchmarks.pages
	$(RUN) python -m benchmarks.desk
	$(RUN) python -m benchmarks.counter
	$(RUN) python -m benchmarks.tariff
	$(RUN) python -m benchmarks.cities cost
	$(RUN) python -m benchmarks.cities trial
	$(RUN) python -m benchmarks.all_cities
	$(RUN) python -m benchmarks.buckets
	$(RUN) python -m benchmarks.question_box
	$(RUN) python -m benchmarks.land
	$(RUN) python -m benchmarks.open_tables
	$(RUN) python -m benchmarks.contracting
	$(RUN) python -m benchmarks.client
	$(RUN) python -m benchmarks.assistants
	$(RUN) python -m benchmarks.mirrors
	$(RUN) python -m benchmarks.documents
	$(RUN) python -m benchmarks.redaction

bench-scale: setup ## measure what a release costs as its dataset grows (about half an hour)
	$(RUN) python -m benchmarks.scale
	$(RUN) python -m benchmarks.layouts
	$(RUN) python -m benchmarks.layouts --rows 600000 --many 60000 --few 600000
	@$(UV) sync --quiet --all-groups --extra spark
	$(RUN) python -m benchmarks.cluster

# The group of the documents is no part of a set-up; -W: a link that leads nowhere ends it.
docs: setup ## build the documents as a site, in both languages, into .docs
	$(UV) run --frozen --group docs sphinx-build -W --keep-going -q -j 2 -b dirhtml docs .docs
	@echo "== .docs/index.html"

# On a server of PostgreSQL (DATABASE_URL) with it every test that meets the database, of which `make test-postgres` draws.
LONG = soak$(if $(filter postgres%,$(DATABASE_URL)), or (database and not either and not browser))

# Of these files a test may have no turn today: those after it must not lean on it (tests/alone.py).
DEAR = $$(cut -d: -f1 tests/dear_tests.tsv | uniq)

# With the browser that readers have, where it is: `make test` uses its shell without windows.
soak: setup $(STAMPS)/validators ## the long trials, and whole the walks of which `make test` draws some cases each day
	@if command -v java >/dev/null; then PYTEST_SAMPLE=whole $(MAKE) --no-print-directory test-spark; \
	else echo "== no Java on this machine: the trials of a Spark cluster are left out"; fi
	$(RUN) pytest --alone $(DEAR)
	PYTEST_SAMPLE=whole $(if $(wildcard /usr/bin/chromium),AYAN_CHROMIUM=$${AYAN_CHROMIUM:-/usr/bin/chromium}) $(RUN) pytest -m "$(LONG)" -o faulthandler_timeout=0

clean: ## remove what the commands above made; a city's data in var/ is kept
	rm -rf $(STAMPS) .tools .venv node_modules tests/audit/node_modules tests/conformance/node_modules src/ayan/ui/static/build
	rm -rf $(DIST) .docs .report .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

.tools/bin/uv:
	@echo "== uv is not on this machine: installing it into .tools"
	@python3 -m venv .tools || { rm -rf .tools; echo "== install the package python3-venv first, then run this again"; exit 1; }
	.tools/bin/pip install --quiet --disable-pip-version-check uv

# Order-only where uv is the machine's own: its date says nothing about ours.
$(STAMPS)/python: pyproject.toml uv.lock | $(if $(filter .tools/%,$(UV)),.tools/bin/uv)
	$(UV) sync --frozen
	@mkdir -p $(STAMPS) && touch $@

# Without npm the pages still work, in the fonts that the reader's machine has.
$(STAMPS)/assets: package.json package-lock.json src/ayan/ui/assets.py $(STAMPS)/python | $(if $(filter ready test%,$(MAKECMDGOALS)),$(STAMPS)/checkers)
	@mkdir -p $(STAMPS)
	@if command -v npm >/dev/null 2>&1; then \
	  { [ $(STAMPS)/checkers -nt package-lock.json ] || npm ci --omit=dev --no-audit --no-fund --ignore-scripts; } && \
	  $(RUN) python -m ayan.ui.assets && touch $@; \
	else \
	  echo "== npm is not on this machine: pages will use system fonts and load anew at every filter. Install Node.js and run 'make assets'."; \
	fi

# Tests start hundreds of processes, each of which would compile the whole program where Python is told to write nothing;
# and each process of a run would rewrite the assertions of every test. Reading all tests once leaves both compiled, and of
# the packages what is used: all of them are three times as much.
$(STAMPS)/compiled: $(STAMPS)/python
	@$(RUN) python -m compileall -q src demo
	@PYTHONDONTWRITEBYTECODE= $(RUN) pytest --collect-only -q >/dev/null || true
	@mkdir -p $(STAMPS) && touch $@

# What only tests read, the checkers of accessibility and of HTML, together with what the assets are made of.
# The conformance suite of the protocol of assistants comes with a Node.js of its own, for Linux alone; without it its
# test says that it was left out.
$(STAMPS)/checkers: package.json package-lock.json tests/conformance/package-lock.json
	@mkdir -p $(STAMPS)
	@if command -v npm >/dev/null 2>&1; then npm ci --no-audit --no-fund --ignore-scripts && \
	  { (cd tests/conformance && npm ci --no-audit --no-fund --ignore-scripts) || echo "== the conformance suite of MCP could not be installed"; } && \
	  touch $@; fi

# Programs of others that judge what is published, each in an environment of its own. Where one cannot be installed, the
# tests that ask it say so and are skipped.
$(STAMPS)/validators: $(wildcard tests/validators/locks/*.txt) $(STAMPS)/python
	@$(RUN) python -m tests.validators.environments
	@mkdir -p $(STAMPS) && touch $@
