# Each target makes what it needs first; what is there already is not made again.
# VENV, PYTHON (which interpreter), ARGS (passed on to the command), N and SEED may be given on the command line.

VENV ?= .venv
ARGS ?=
N ?= 200
JOBS ?= 3
SEED ?= 1
python := $(VENV)/bin/python
export VENV

.DEFAULT_GOAL := help
.PHONY: help venv server demo test format lint types check mutants crash chaos soak check-topology check-private bench coverage conformance lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

venv: ## make the virtual environment from requirements.lock
	@tools/venv

server: venv ## find or build the Temporal server, and say where it is
	@$(python) -m runtime.server $(ARGS)

demo: venv ## play the order stories on a real server, with live progress (ARGS=--all for all flows, --exit to end by itself)
	@$(python) starter.py demo $(ARGS)

test: venv ## run all tests on real servers (ARGS='-k name' for some of them), JOBS files at a time
	@$(python) -m runtime.server --tests
	@$(python) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

format: venv ## format the code and apply the safe fixes
	@$(python) -m ruff format .
	@$(python) -m ruff check --fix .

lint: venv ## check style, formatting and forbidden imports
	@$(python) -m ruff check .
	@$(python) -m ruff format --check .

types: venv ## check the types, strictly, with mypy and pyright
	@$(python) -m mypy
	@$(python) -m pyright --pythonpath $(python)

check: lint types test ## lint, types and test

mutants: venv ## break the product in each named way and see its test go red
	@$(python) -m tests.mutants $(ARGS)

crash: venv ## every kill, fault and cancel at each place of each flow; keeps the counts
	@$(python) -m tests.crash

chaos: venv ## N random orders under faults and SIGKILL, repeatable by SEED; the verdict is JSON
	@$(python) -m tests.chaos --n $(N) --seed $(SEED) $(ARGS)

soak: venv ## 10,000 ticket changes in two systems, shuffled and doubled, under SIGKILL; the verdict is JSON
	@$(python) -m tests.soak $(ARGS)

check-topology: venv ## run the compose topology's parts natively and put orders through them
	@$(python) -m deploy.check_topology $(ARGS)

check-private: venv ## prove that only a private worker reaches a private network (Linux, as root)
	@$(python) -m deploy.check_private $(ARGS)

bench: venv ## measure the engine side by side with a hand-written workflow
	@$(python) -m benchmarks $(ARGS)

coverage: venv ## run the tests and report which lines they reach
	@$(python) -m runtime.server --tests
	@$(python) -m pytest --cov --cov-report=term-missing $(ARGS)

conformance: venv ## run the tests that name a rule of the Arazzo Specification, and write their page (ARGS=--new for new ones)
	@$(python) -m tests.arazzo.conformance $(ARGS)

lock: venv ## pin the requirements again (ARGS=--upgrade for the newest)
	@tools/lock $(ARGS)
	@PYTHONPATH=. $(python) tools/lock_jars.py

clean: ## remove all that make has made in this folder
	@rm -rf $(VENV) var build dist .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
