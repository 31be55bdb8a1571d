# wfsite. `make run` and `make test` are all that most people need; `make help` lists the rest.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
FLASK := $(BIN)/flask --app wsgi
export PORT

.PHONY: help run test check bench soak browser markup vendor lock pictures clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

run: .venv/run-installed ## install, migrate, build the demo into an empty database, serve on 127.0.0.1:$(PORT)
	@case "$$DATABASE_URL" in postgres*) $(BIN)/pip install -q --require-hashes -r requirements/postgres.txt;; esac
	@$(FLASK) db upgrade
	@$(FLASK) wfsite demo --if-empty
	@$(FLASK) wfsite compress
	@echo "wfsite is on http://127.0.0.1:$(PORT) (stop it with Ctrl+C)"
	@exec $(BIN)/python serve.py

test: check browser markup ## everything: linters, types, contracts, all tests on SQLite and PostgreSQL, the browser
	$(BIN)/python -m pytest -n 2 --dist loadgroup

check: .venv/dev-installed ## linters, types, import contracts, templates
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --config pyproject.toml
	$(BIN)/djlint templates --lint --quiet

bench: .venv/dev-installed ## measure CPU, latency, statements, bytes and memory; AGAINST=REF compares commits, HEAVY=1 crowds it
	$(BIN)/python -m bench $(if $(AGAINST),--against $(AGAINST)) $(if $(HEAVY),--heavy)

soak: .venv/dev-installed ## the long campaigns: races, leaks, kills
	$(BIN)/python -m pytest -m soak

browser: .venv/dev-installed
	@command -v chromium >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  apt-get update -qq -o DPkg::Lock::Timeout=300 && \
	  apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 chromium >/dev/null; } || \
	  { echo "The browser tests need Chromium: install your system's 'chromium' package. Without it: make test PYTEST_ADDOPTS='-m \"not browser and not soak\"'"; \
	    case "$$PYTEST_ADDOPTS" in *"not browser"*) ;; *) exit 1;; esac; }

# npm compares what it fetches with the hashes of the lock file; Playwright's node runs it.
markup: .venv/markup/node_modules/.package-lock.json

.venv/markup/node_modules/.package-lock.json: tests/support/markup/package-lock.json | .venv/dev-installed
	@command -v npm >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  apt-get update -qq -o DPkg::Lock::Timeout=300 && \
	  apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 npm >/dev/null; } || \
	  { echo "The page tests check their markup with html-validate, which npm installs: install your system's 'npm' package."; exit 1; }
	@mkdir -p .venv/markup
	@cp tests/support/markup/package.json tests/support/markup/package-lock.json tests/support/markup/.npmrc .venv/markup
	@cd .venv/markup && npm ci --silent --no-audit --no-fund --ignore-scripts || \
	  { echo "npm could not install html-validate, which the page tests check their markup with: look at npm's log, then make test again."; exit 1; }
	@touch $@

.venv/run-installed: requirements/run.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing…"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	@touch $@

.venv/dev-installed: requirements/dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing for development…"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@ .venv/run-installed

vendor: ## rebuild static/vendor from npm packages (maintainers only; needs node)
	cd static/vendor/build && npm install --no-package-lock --silent && npm run build --silent && rm -rf node_modules
	cd static/vendor && sha256sum govuk.css govuk.js htmx.js > SHA256SUMS

lock: ## pin every requirement with its hashes (maintainers only; needs uv and npm)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml -o requirements/run.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml --extra postgres -c requirements/run.txt -o requirements/postgres.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml --extra postgres --group dev -c requirements/postgres.txt -o requirements/dev.txt
	cd tests/support/markup && npm install --package-lock-only --silent --no-audit --no-fund

pictures: .venv/dev-installed ## take the pictures of the README again (maintainers only)
	PYTHONPATH=. $(BIN)/python docs/pictures/take.py

clean: ## remove what the tools left behind (never the instance folder)
	rm -rf .venv .mypy_cache .ruff_cache .hypothesis test-results
