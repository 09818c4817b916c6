# Each target sets up what it needs: Poetry in .poetry/, the project and its tools in .venv/.
# A machine needs Python 3.11 or newer with venv, and GNU make 3.81 or newer.
POETRY_VERSION := 2.5.1
MIRROR_VERSION := 0.6.5
PYTHON ?=
TOOL := .poetry/.stamp-$(POETRY_VERSION)-$(MIRROR_VERSION)
export PYTHON_KEYRING_BACKEND := keyring.backends.null.Keyring
export PIP_USER := 0
unexport PYTHONHOME PYTHONPATH PYTHONDONTWRITEBYTECODE

# Picks the first Python that runs and can make a virtual environment. pyenv's shims exist, but may fail.
PICK = for p in "$(PYTHON)" python3 python3.14 python3.13 python3.12 python3.11 python; do [ -n "$$p" ] && "$$p" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' >/dev/null 2>&1 && break; p=; done; [ -n "$$p" ] || { echo "Python 3.11 or newer with venv is needed (Debian: apt-get install python3-venv); name one with make PYTHON=..." >&2; exit 1; }
# Poetry uses an index's JSON interface, which not every index has. Its plugin uses the simple one, at pip's index.
INDEX = from pip._internal.commands import create_command as c; print(c("install").parser.parse_args([])[0].index_url)
POETRY = env VIRTUAL_ENV="$$PWD/.venv" REQUESTS_CA_BUNDLE="$${REQUESTS_CA_BUNDLE:-$$PIP_CERT}" POETRY_PYPI_MIRROR_URL="$${POETRY_PYPI_MIRROR_URL:-$$(.poetry/bin/python -c '$(INDEX)')}" .poetry/bin/python -m poetry --no-interaction
RUN = .venv/bin/python -m

# Deletes an environment that was moved or has lost its Python, so that it is made again.
_ := $(shell [ ! -e .venv/.stamp ] || { [ "$$(cat .venv/.stamp)" = "$$(pwd -P)" ] && .venv/bin/python -c ''; } 2>/dev/null || rm -rf .venv)

.DEFAULT_GOAL := help
.PHONY: help sandbox run test test-slow soak check format migrate migration lock picture

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' $(firstword $(MAKEFILE_LIST))

sandbox: .venv/.stamp ## try the bot in the browser: no token, no network, no database
	@$(RUN) bot sandbox

run: .venv/.stamp ## run the worker with the token in .env
	@$(RUN) bot

test: .venv/.stamp ## run all tests but the slow ones, or some: make test ARGS=tests/features
	@$(RUN) pytest $(ARGS)

test-slow: .venv/.stamp ## run the slow tests: long faults, the page on adding a feature, removing features
	@$(RUN) pytest -n 0 -m slow $(ARGS)

soak: .venv/.stamp ## break everything for half an hour and count what is lost
	@$(RUN) tests.faults.soak $(ARGS)

check: .venv/.stamp ## check style, types, import rules, texts, migrations and the lock file
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) mypy
	@$(RUN) pytest -q -n 0 tests/test_architecture.py tests/framework/test_texts.py tests/db/test_migrations.py
	@$(POETRY) check --lock

format: .venv/.stamp ## format the code and fix what ruff can fix
	@$(RUN) ruff check --fix .
	@$(RUN) ruff format .

migrate: .venv/.stamp ## bring the database's schema to head
	@$(RUN) bot migrate

migration: .venv/.stamp ## write a migration from the models: make migration m="add notes"
	@[ -n "$(m)" ] || { echo 'say what it does: make migration m="add notes"' >&2; exit 2; }
	@$(RUN) bot migrate
	@$(RUN) alembic revision --autogenerate -m "$(m)"
	@$(RUN) ruff check --quiet --fix migrations && $(RUN) ruff format --quiet migrations

picture: .venv/.stamp ## retake the README's picture of the sandbox (needs Chromium)
	@$(RUN) docs.picture

lock: $(TOOL) ## update poetry.lock to match pyproject.toml
	@$(POETRY) lock

.venv/.stamp: pyproject.toml poetry.lock $(TOOL)
	@.venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { $(PICK); rm -rf .venv && "$$p" -m venv --without-pip .venv; }
	@$(POETRY) sync && pwd -P > $@

$(TOOL):
	@$(PICK); rm -rf .poetry && "$$p" -m venv .poetry && .poetry/bin/python -m pip install -q --disable-pip-version-check poetry==$(POETRY_VERSION) poetry-plugin-pypi-mirror==$(MIRROR_VERSION) && touch $@
