# Candour. `make demo` shows it, `make test` checks it. Both set up everything they need.
PY := $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
AREA ?= spine
WORKERS ?= 2

.PHONY: demo test serve lint prove peers bench lock dev run clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

run:
	@$(PY) config/bootstrap.py run
dev:
	@$(PY) config/bootstrap.py dev

## make demo            set up everything and run the main job (ONCE=1: the same, without leaving a server running)
demo: run
	@CANDOUR_DEMO=1 CANDOUR_VAR=$(CURDIR)/var/demo $(BIN)/python manage.py demo $(if $(ONCE),--once) --port $(PORT)

## make test            set up everything and run the tests (SQLite; with DATABASE_URL and BROKER_URL, on those)
test: dev
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadscope -m "not prove" $(T)

## make serve           web pages, worker and schedule in one process
serve: run
	@$(BIN)/python manage.py serve --port $(PORT)

## make lint            ruff, types, import contracts, templates
lint: dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports && $(BIN)/djlint templates --lint --quiet

## make prove           the long proofs
prove: dev
	@$(BIN)/python -m pytest -q -m prove

## make peers           install and start the real peer servers and run the connector contract against them
peers: dev
	@$(BIN)/python -m pytest -q -m peer

## make bench AREA=x    measure an area; prints a table, writes var/bench/x.json
bench: dev
	@$(BIN)/python -m bench.$(AREA)

# Write the lock files again from requirements/*.in (for whoever changes a dependency).
lock: dev
	@for f in dev demo run; do $(BIN)/uv pip compile --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --python-version 3.11 -q $$([ $$f = dev ] || echo -c requirements/dev.txt) -o requirements/$$f.txt requirements/$$f.in; done
	@$(BIN)/uv pip compile --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 -q -o requirements/node.txt requirements/node.in

clean:
	@rm -rf $(VENV) node_modules static/vendor var
