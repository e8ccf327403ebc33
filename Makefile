# Every target does its own set-up. `make run` and `make test` need Python (3.11 or newer) and a network.

CANDIDATES := python3.13 python3 python3.12 python3.11 python
IS_RECENT := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(firstword $(foreach p,$(CANDIDATES),$(shell $(p) -c '$(IS_RECENT)' 2>/dev/null && echo $(p))))
VENV := .venv
BIN := $(VENV)/bin
CODE := layers/core/python functions local cli benchmarks tests docs
UV := 0.13.8
SEEDS ?= 0:100
SUITES ?= tests/functional/conditions
SEED ?= $(shell date -u +%Y%m%d)# of requests made up: others each day
EXAMPLES ?= 300# of each operation in each mode; about five minutes
STACK ?= statustext
STEPS ?= 60
DECISIONS ?= 100000
REAL_PARTS := .cache/real-parts
NODE_RECEIVER := .cache/node-receiver
PATIENCE := 300# seconds until a test on real parts is given up

export PYTHONPATH := layers/core/python:cli:.

.DEFAULT_GOAL := help
.PHONY: help run command package release test test-integration conformance test-deploy simulate fault-matrix teeth teeth-conditions mutants decisions messages walk pictures check bench bench-large build checkov format lock clean test-events docs licences check-licences audit

help: ## What can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

run: $(VENV)/run ## The whole system on this machine: status page, API, phones
	@exec $(BIN)/python -m local

command: $(BIN)/statustext ## The operators' command, as .venv/bin/statustext

package: $(VENV)/uv ## The command as a wheel in dist/, installed into an empty environment and run there
	rm -rf dist && $(BIN)/uv build --quiet --out-dir dist
	scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && \
		$(BIN)/uv venv --quiet --python $(BIN)/python "$$scratch/empty" && \
		$(BIN)/uv pip install --quiet --python "$$scratch/empty/bin/python" dist/*.whl && \
		cd "$$scratch" && env -u PYTHONPATH empty/bin/statustext --version && \
		env -u PYTHONPATH empty/bin/statustext --help >/dev/null && \
		! env -u PYTHONPATH empty/bin/python -c 'import cli' 2>/dev/null

release: ## Check everything, build, and tag what is committed: make release VERSION=0.1.0
	@test -n "$(VERSION)" || { echo "Name it: make release VERSION=0.1.0" >&2; exit 1; }
	@test -z "$$(git status --porcelain)" || { echo "Commit or remove what is uncommitted first." >&2; exit 1; }
	@grep -q '^__version__ = "$(VERSION)"$$' layers/core/python/statustext/__init__.py || \
		{ echo "Set __version__ in layers/core/python/statustext/__init__.py to $(VERSION)." >&2; exit 1; }
	@grep -q '^## $(VERSION) (' CHANGELOG.md || \
		{ echo "Head what is released with '## $(VERSION) (the date)' in CHANGELOG.md." >&2; exit 1; }
	@! grep -q '^## Unreleased' CHANGELOG.md || \
		{ echo "Nothing stays unreleased: put what is under '## Unreleased' in CHANGELOG.md under $(VERSION)." >&2; exit 1; }
	@! git rev-parse --quiet --verify "refs/tags/v$(VERSION)" >/dev/null || \
		{ echo "v$(VERSION) is tagged already; a version is released once." >&2; exit 1; }
	@git var GIT_COMMITTER_IDENT >/dev/null # or git refuses the tag, after all that
	.ci/run
	git tag --annotate "v$(VERSION)" --message "Statustext $(VERSION)"
	@echo "Tagged v$(VERSION); dist/ has the command. Push the tag to publish it."
	@echo "The next change begins a new '## Unreleased' at the top of CHANGELOG.md."

test: $(VENV)/dev $(VENV)-clients/ready $(VENV)-clients-npm/ready ## All tests
	$(BIN)/python -m pytest -n 2 --dist loadfile

test-integration: $(VENV)/dev $(REAL_PARTS)/ready $(NODE_RECEIVER)/ready ## The functional tests on DynamoDB Local and ElasticMQ, and more (THIRD=0, 1 or 2: a third of them)
	scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && trap 'exit 1' INT TERM && \
		TMPDIR="$$scratch" STATUSTEXT_AWS=real STATUSTEXT_SEED=$(SEED) STATUSTEXT_THIRD=$(THIRD) \
		$(BIN)/python -m pytest -n 2 --dist worksteal \
		-o faulthandler_timeout=$(PATIENCE) -o faulthandler_exit_on_timeout=true \
		tests/integration tests/functional

conformance: $(VENV)/dev ## Requests made up from the API's description, by all of Schemathesis's checks: make conformance EXAMPLES=300
	@echo "Examples $(EXAMPLES) in each mode of each operation, of seed $(SEED)"
	STATUSTEXT_EXAMPLES=$(EXAMPLES) STATUSTEXT_SEED=$(SEED) $(BIN)/python -m pytest -n 2 -q tests/functional/test_openapi_conformance.py

test-deploy: $(VENV)/dev $(VENV)-sam/ready $(VENV)-ministack/ready ## Deploy, update and delete, on ministack: make test-deploy SINCE=v1.0.0
	scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && trap 'exit 1' INT TERM && \
		TMPDIR="$$scratch" STATUSTEXT_DEPLOYS=1 STATUSTEXT_SINCE=$(SINCE) $(BIN)/python -m pytest tests/deployment

simulate: $(VENV)/dev ## Simulated histories, for as long as one likes: make simulate SEEDS=0:1000
	@PYTHONHASHSEED=0 $(BIN)/python -m tests.simulation $(SEEDS) $(STEPS)

fault-matrix: $(VENV)/dev ## Every fault at every call to AWS and Twilio, and how many there are
	$(BIN)/python -m tests.faults

teeth: $(VENV)/dev ## Deliberate bugs, one at a time: which test notices each
	$(BIN)/python -m tests.teeth

teeth-conditions: $(VENV)/dev ## Terms left out of the conditions of writes, one at a time (minutes; WORD=claims for some)
	$(BIN)/python -m tests.teeth.conditions $(WORD) --suites $(SUITES)

mutants: $(VENV)/dev ## The pure rules changed by machine: what unit tests notice (a quarter of an hour)
	@$(BIN)/python -m tests.mutants

decisions: $(VENV)/dev ## A hundred thousand decisions, each held to its promises: some seconds
	DECISIONS=$(DECISIONS) $(BIN)/python -m pytest -q tests/unit/test_promises_of_a_decision.py

walk: $(VENV)/dev ## docs/command.md anew: what every command prints
	STATUSTEXT_WRITE_WALK=1 $(BIN)/python -m pytest -q tests/functional/test_command_walk.py

pictures: $(VENV)/dev ## The pictures of the docs anew, taken of a local run
	@$(BIN)/python -m docs.pictures >/dev/null

messages: $(VENV)/dev ## The translations, compiled from the .po files that translators edit
	$(BIN)/python -m tests.messages

check: $(VENV)/dev ## Linters and types, without running anything
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/cfn-lint template.yaml monitoring.yaml

bench: $(VENV)/dev ## Speed and cost, as JSON lines, each with its floor
	@$(BIN)/python -m benchmarks

bench-large: $(VENV)/dev ## The same up to a million subscribers, and by the clock on the wall: ten minutes
	@$(BIN)/python -m benchmarks large

build: $(VENV)-sam/ready ## What `sam deploy` ships, without containers (needs Python 3.13)
	$(VENV)-sam/bin/sam validate --lint --region us-east-1
	$(VENV)-sam/bin/sam build

test-events: $(VENV)-sam/ready ## Put events/ into the account, for the Lambda console: make test-events STACK=statustext
	@for function in functions/*/; do \
		name=$$(basename "$$function"); \
		id=$$($(VENV)-sam/bin/python -c 'import sys; print(sys.argv[1].title().replace("_", "") + "Function")' "$$name"); \
		for file in events/"$$name"_*.json; do \
			$(VENV)-sam/bin/sam remote test-event put "$$id" --stack-name $(STACK) --force \
				--name "$$(basename "$$file" .json)" --file "$$file" || exit 1; \
		done; \
	done

checkov: $(VENV)-checkov/ready ## The policy checker over the templates
	$(VENV)-checkov/bin/checkov --config-file .checkov.yaml --file template.yaml monitoring.yaml

docs: $(VENV)-docs/ready ## The documentation as a site, in site/; a broken link fails, in README.md and its like too
	$(VENV)-docs/bin/python docs/links.py $$(git ls-files --cached --others --exclude-standard '*.md')
	NO_MKDOCS_2_WARNING=1 $(VENV)-docs/bin/mkdocs build --quiet --site-dir site

licences: $(VENV)/dev $(VENV)-audit/ready ## Write docs/licences.md from the locks
	@$(VENV)-audit/bin/python docs/licences.py $(BIN)/python $(VENV)-audit/bin/pip-licenses > docs/licences.md.new
	@mv docs/licences.md.new docs/licences.md

check-licences: licences ## Whether docs/licences.md is what the locks say
	git diff --exit-code -- docs/licences.md

audit: $(VENV)-audit/ready ## Advisories about what we depend on (needs PyPI's; a week old is old)
	@for lock in layers/dependencies/requirements.txt requirements/*.txt; do \
		echo "$$lock"; \
		$(VENV)-audit/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off \
			--requirement "$$lock" || failed=1; \
	done; exit $${failed:-0}

format: $(VENV)/dev
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

lock: $(VENV)/dev ## Newer versions of everything, pinned
	for set in run dev sam checkov ministack docs clients audit; do \
		$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
			--no-annotate --no-header --output-file requirements/$$set.txt requirements/$$set.in; \
	done
	$(BIN)/uv pip compile --quiet --upgrade --python-platform aarch64-manylinux2014 --python-version 3.13 \
		--generate-hashes --no-annotate --output-file layers/dependencies/requirements.txt \
		layers/dependencies/requirements.in
	if command -v npm >/dev/null; then npm update --silent --package-lock-only --ignore-scripts --prefix requirements/clients-npm; fi

clean:
	rm -rf $(VENV) $(VENV)-sam $(VENV)-checkov $(VENV)-ministack .aws-sam dist site $(REAL_PARTS) $(NODE_RECEIVER)

# Environments. A stamp is as new as the pins that it was made from.

$(VENV)/uv:
	@test -n "$(PYTHON)" || { echo "Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { echo "$(PYTHON) cannot make environments; install its venv module." >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV)
	@touch $@

$(VENV)/run: $(VENV)/uv requirements/run.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements/run.txt
	@touch $@

$(BIN)/statustext: $(VENV)/run Makefile
	@printf '#!/bin/sh\nPYTHONPATH="%s:%s" exec "%s" -m statustext_cli "$$@"\n' \
		"$(CURDIR)/layers/core/python" "$(CURDIR)/cli" "$(CURDIR)/$(BIN)/python" > $@
	@chmod +x $@

$(VENV)/dev: $(VENV)/uv requirements/dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements/dev.txt
	@touch $@ $(VENV)/run

$(REAL_PARTS)/ready: tests/integration/install.py $(wildcard tests/integration/java/*) | $(VENV)/dev
	$(BIN)/python -m tests.integration.install $(REAL_PARTS)
	@touch $@

# Without Node its test is skipped.
$(NODE_RECEIVER)/ready: $(wildcard tests/integration/node/*)
	mkdir -p $(@D) && cp tests/integration/node/* $(@D)
	! command -v npm >/dev/null || npm ci --prefix $(@D) --silent --ignore-scripts --no-audit --no-fund
	@touch $@

$(VENV)-clients-npm/ready: requirements/clients-npm/package-lock.json
	rm -rf $(@D) && mkdir -p $(@D) && cp requirements/clients-npm/*.json $(@D)
	@if command -v npm >/dev/null; then npm ci --silent --ignore-scripts --no-audit --no-fund --prefix $(@D); \
		else echo "No npm here: the clients written in JavaScript are not tried." >&2; fi
	@touch $@

$(VENV)-%/ready: $(VENV)/uv requirements/%.txt
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(VENV)-$*
	$(BIN)/uv pip install --quiet --python $(VENV)-$*/bin/python --require-hashes --requirement requirements/$*.txt
	@touch $@
