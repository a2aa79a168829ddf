# Family Pairing: every command that people type. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup run demo test fast prove mutants lint types bench words documents

# Where the packages and the data of this copy live, and the port of the page.
VENV ?= .venv
FAMILY_PAIRING_HOME ?= .local
PORT ?= 8000
export VENV FAMILY_PAIRING_HOME PORT

python := $(VENV)/bin/python
# `make test ARGS="-k pairing"` and the like.
ARGS ?=
ALL ?=
# How many share the tests; one of them has the tests that start processes of the product, one after the other.
TESTERS ?= 2
# `make prove MINUTES=10` takes what fits into less than forty minutes.
MINUTES ?=

# Finds a Python that fits and lets it install what is missing; a set-up that is fresh takes no time.
define prepare
@for each in $(or $(PYTHON),$(python)) python3.12 python3.11 python3 python; do \
  if "$$each" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' 2>/dev/null; \
  then exec "$$each" -m family_pairing.bootstrap $(1); fi; \
  if [ "$$each" = "$(PYTHON)" ]; then break; fi; \
done; \
echo "Family Pairing needs Python 3.11 or 3.12$(if $(PYTHON),; PYTHON=$(PYTHON) is not one of them,, and there is none on the PATH; name one with PYTHON=/path/to/python3.11)." >&2; \
exit 1
endef

# Types and imports need the names of the settings, never their servers.
names_only = DATABASE_URL=postgresql://nobody@127.0.0.1:9/none REDIS_URL=redis://127.0.0.1:9/0 \
  SECRET_KEY=not-a-secret-only-here-so-that-settings-load-without-a-server \
  DEVICE_TOKEN_KEYS=k1:0000000000000000000000000000000000000000000000000000000000000000 \
  DJANGO_SETTINGS_MODULE=family_pairing.settings

help:
	@echo "make run      set up what is missing and start everything; the page is http://localhost:$(PORT)"
	@echo "make demo     who can sign in to the demo family, and three commands to try"
	@echo "make setup    only install (into $(VENV))"
	@echo "make test     every test"
	@echo "make fast     the core and the verbs: under a minute"
	@echo "make lint     style, imports, types, migrations"
	@echo "make types    types alone"
	@echo "make words    bring the French catalogue up to date, and print what it lacks"
	@echo "make documents  bring what docs/ says of the catalogue, the events and the API up to date"
	@echo "make prove    crash and fault runs (ALL=1 for the long ones)"
	@echo "make mutants  plant small bugs in the core and name those that no test finds (ARGS=\"settle bands\" for some files)"
	@echo "make bench    measure the hot paths"
	@echo
	@echo "PORT=$(PORT)  FAMILY_PAIRING_HOME=$(FAMILY_PAIRING_HOME)  PYTHON=/path/to/python3.11"
	@echo "DATABASE_URL and REDIS_URL, when set, are used instead of the servers that \`make run\` starts."

setup:
	$(call prepare,run dev)

run:
	$(call prepare,run)
	@$(python) -m family_pairing.supervisor

demo:
	@if [ ! -x $(python) ]; then echo "There is no demo family yet: run \`make run\` first." >&2; exit 1; fi
	@$(python) -m family_pairing.supervisor demo

test:
	$(call prepare,run dev)
	@$(python) -m pytest -n $(TESTERS) --dist loadgroup $(ARGS)

fast:
	$(call prepare,run dev)
	@$(python) -m pytest -n $(TESTERS) tests/core tests/verbs $(ARGS)

lint: types
	@$(python) -m ruff check .
	@$(python) -m ruff format --check .
	@$(VENV)/bin/lint-imports
	@$(names_only) $(python) -W ignore manage.py makemigrations --check --dry-run

types:
	$(call prepare,run dev)
	@$(names_only) $(python) -m mypy .

prove:
	$(call prepare,run dev)
	@ALL=$(ALL) MINUTES=$(MINUTES) $(python) -m tests.prove $(ARGS)

mutants:
	$(call prepare,run dev)
	@$(python) -m tests.mutants $(ARGS)

bench:
	$(call prepare,run dev)
	@$(python) -m bench $(ARGS)

words:
	$(call prepare,run dev)
	@$(names_only) $(python) -m tests.words

documents:
	$(call prepare,run dev)
	@$(names_only) $(python) -W ignore manage.py documents $(ARGS)
