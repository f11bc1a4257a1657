# make run: the site on http://127.0.0.1:8000 (PORT changes it). make test: everything that must hold.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help setup run test lint bench bench-search bench-pages bench-desk bench-failpoints bench-load bench-hostile fuzz \
	nightly screenshots audit lock clean

help:
	@echo "make run    set up, import fixtures/ and serve on http://127.0.0.1:$(PORT)"
	@echo "make test   lint, types, import contracts and every test"
	@echo "make setup  only make .venv with the locked dependencies"
	@echo "make bench  how fast a library is loaded; BENCH='FOLDER --rounds N' for one of yours"
	@echo "make bench-search  how well and how fast it is searched; SEARCH='FOLDER --copies N'"
	@echo "make bench-pages  what a page of the site costs the processor, made anew and kept"
	@echo "make bench-desk  what each page of the desk costs; DESK='36000 1000000 --database URL'"
	@echo "make nightly  kill imports at 200 moments, import under load, fuzz a million files; each alone:"
	@echo "            bench-failpoints bench-load bench-hostile fuzz, with POINTS, LOAD_SECONDS, COUNT, SEED"
	@echo "make screenshots  pictures of every type of page in screenshots/; PAGES='question --width 390'"
	@echo "make audit  Lighthouse and the Nu HTML checker over every type of page (Node.js, Java, Chromium)"
	@echo "make lock   resolve the dependencies anew"

setup: $(VENV)/run.stamp

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.txt $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/run.stamp

.secret-key:
	@umask 077; $(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(50))' > $@

run: setup .secret-key
	@export SECRET_KEY="$$(cat .secret-key)" PORT=$(PORT); set -e; \
	$(BIN)/python manage.py migrate --verbosity 0; \
	$(BIN)/python manage.py import_questions fixtures; \
	$(BIN)/python manage.py create_editor; \
	$(BIN)/python manage.py collectstatic --noinput --verbosity 0; \
	echo "Serving on http://127.0.0.1:$(PORT)/learn, the editors' desk on http://127.0.0.1:$(PORT)/admin/"; \
	exec $(BIN)/gunicorn -c quicktakes/gunicorn.py quicktakes.wsgi

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy learn quicktakes
	$(BIN)/lint-imports --no-cache

test: lint
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run --verbosity 1
	$(BIN)/python -m pytest -n 2 --dist worksteal -q
	@if [ -n "$$TEST_POSTGRESQL_URL" ]; then \
		echo "The tests that use a database, on PostgreSQL:"; \
		DATABASE_URL="$$TEST_POSTGRESQL_URL" $(BIN)/python -m pytest -n 2 --dist worksteal -q -m "not looks" tests --ignore=tests/content \
			--ignore=tests/test_corpus.py; \
	elif [ "$$REQUIRE_POSTGRESQL" = 1 ]; then \
		echo "REQUIRE_POSTGRESQL is set, TEST_POSTGRESQL_URL is not"; exit 1; \
	else echo "PostgreSQL: skipped, TEST_POSTGRESQL_URL is not set"; fi

bench: $(VENV)/dev.stamp
	$(BIN)/python -m tests.bench.imports $(BENCH)

bench-search: $(VENV)/dev.stamp
	$(BIN)/python -m tests.bench.search $(SEARCH)

bench-pages: $(VENV)/dev.stamp
	$(BIN)/python -m tests.bench.pages

bench-desk: $(VENV)/dev.stamp
	$(BIN)/python -m tests.bench.desk $(DESK)

# On PostgreSQL too where DATABASE_URL names a database of a server on which databases can be made.
POINTS ?= 200
bench-failpoints: $(VENV)/dev.stamp
	$(BIN)/python -m tests.bench.failpoints --points $(POINTS)

LOAD_SECONDS ?= 60
bench-load: $(VENV)/dev.stamp
	$(BIN)/python -m tests.bench.load --seconds $(LOAD_SECONDS)

bench-hostile: $(VENV)/dev.stamp
	$(BIN)/python -m tests.bench.hostile

COUNT ?= 1000000
fuzz: $(VENV)/dev.stamp
	$(BIN)/python -m tests.bench.fuzz --count $(COUNT) $(if $(SEED),--seed $(SEED))

nightly: fuzz bench-hostile bench-failpoints bench-load

screenshots: $(VENV)/dev.stamp
	$(BIN)/python -m tests.looks.pictures $(PAGES)

# Its tools are fetched into build/audit; neither is a dependency of the project.
audit: $(VENV)/dev.stamp
	$(BIN)/python -m tests.looks.audit $(AUDIT)

lock:
	uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-header --extra postgresql -p 3.11 -o requirements.txt
	uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-header --extra postgresql --group dev -p 3.11 -o requirements-dev.txt

clean:
	rm -rf $(VENV) staticfiles .mypy_cache .ruff_cache .hypothesis
