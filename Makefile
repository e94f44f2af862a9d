# The verbs of the project, the same for people and for automation. `make` alone lists them.
#
#   PYTHON       the interpreter that makes the environment, 3.11 to 3.13:   make PYTHON=python3.12 setup
#   TORCH_INDEX  where to take torch from. The default index may bring gigabytes of CUDA; on a laptop name
#                PyTorch's index of CPU builds (its install page tells it):   make TORCH_INDEX=... setup
#   VENV         where the environment stands

PYTHON ?= python3
TORCH_INDEX ?=
VENV ?= .venv

BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
FOLDERS := envs agents conf experiments

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow check format prose bench docs golden diagnose zoo baselines viewer clean

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(INSTALLED) ## make .venv, with straits and all extras but `bench`, as constraints.txt says

demo: setup ## train, evaluate and report on the sources' scenarios, into runs/
	$(BIN)/straits demo

test: setup ## run the tests that take seconds
	$(BIN)/python -m pytest -m "not slow"

test-slow: setup ## run the tests that take minutes
	$(BIN)/python -m pytest -m slow

check: setup ## formatting, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	PYTHONPATH=typings $(BIN)/lint-imports --no-cache

format: setup ## put the code in the house format
	$(BIN)/ruff check --select I --fix .
	$(BIN)/ruff format .

prose: setup ## list idioms and long sentences in docs and docstrings
	$(BIN)/straits prose

bench: setup ## measure speed, on a quiet machine, and renew docs/performance.md
	mkdir -p runs
	$(BIN)/straits bench --json runs/bench.json --page docs/performance.md

docs: setup ## renew the tables and the picture of the pages
	$(BIN)/straits docs
	$(BIN)/straits readme-figure

golden: setup ## record the golden games anew, after a change of behaviour
	$(BIN)/straits golden

diagnose: setup ## measure whether the game is worth learning
	mkdir -p docs/results
	$(BIN)/straits diagnose --json docs/results/game-report.json --page docs/game-report.md

zoo: setup ## train the policies that ship, hours of one core
	$(BIN)/straits zoo --runs runs/zoo --page docs/zoo.md

baselines: zoo ## compare scripted and trained policies in each seat of each scenario
	$(BIN)/straits baselines --runs runs/zoo --league experiments/reproduce/league --page docs/baselines.md

viewer: ## build the bundle of the web pages, with Node, after a change in experiments/viewer/web
	cd experiments/viewer/web && npm ci --no-audit --no-fund && npm run build

clean: ## remove what the other verbs made, except runs/
	rm -rf $(VENV) typings build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find $(FOLDERS) tests -name __pycache__ -type d -prune -exec rm -rf {} +

# mypy cannot follow an editable install's folder map, so links give it the installed names.
$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; (3, 11) <= sys.version_info < (3, 14) or sys.exit(f"PYTHON=$(PYTHON) is {sys.version.split()[0]}: expected 3.11 to 3.13, e.g. make PYTHON=python3.12 setup")'
	@echo "making $(VENV), which takes some minutes and downloads torch"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) --editable '.[all]'
	mkdir -p typings/straits
	for folder in $(FOLDERS); do ln -sfn ../../$$folder typings/straits/$$folder; done
	touch $@
