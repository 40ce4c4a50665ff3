# make book     set everything up, train any result that is missing or stale, build the site, print its path
# make test     set everything up and run every test
# make serve · make results · make check (format, lint, types) · make bench · make clean

PY := .venv/bin/python
PYTEST := OMP_NUM_THREADS=1 $(PY) -m pytest -q -n 2
.DEFAULT_GOAL := book
.NOTPARALLEL:
.PHONY: book test serve results check bench clean setup browser unit site pages

setup: .venv/.python-ready .venv/.kernels-ready node_modules/.ready

.venv/.python-ready: pyproject.toml constraints.txt tools/setup-python
	@tools/setup-python
	@touch $@

.venv/.kernels-ready: $(wildcard tsup/backends/*.py tsup/backends/*/*.py) | .venv/.python-ready
	@echo "setup: compiling kernels (a minute the first time)"
	@$(PY) -c "from tsup.backends import cpu; cpu.compile_all()"
	@echo "setup: measuring what the backends cost here (seconds)"
	@$(PY) -m tsup info --calibrate --json > .venv/calibration.json
	@touch $@

node_modules/.ready: package.json package-lock.json tools/setup-node
	@tools/setup-node
	@touch $@

browser: .venv/.browser-ready

.venv/.browser-ready: tools/setup-browser | .venv/.python-ready
	@tools/setup-browser
	@touch $@

results: setup
	@$(PY) -m tsup run --stale --scale paper

book: results
	@$(PY) tools/build_book.py

serve: book
	@$(PY) -m http.server --bind 127.0.0.1 --directory _build/html 8000

check: setup
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy

bench: setup
	$(PY) -m tsup bench

# The three stages of the tests: the library, the executed pages run once more, the built site in a browser.
unit: setup
	$(PYTEST) --ignore tests/test_site.py

pages: book
	$(PYTEST) --dist loadscope -o addopts= -W default --nbval-lax _build/executed

site: book browser
	$(PYTEST) tests/test_site.py

test: check unit pages site

clean:
	rm -rf _build .pytest_cache .mypy_cache .ruff_cache .hypothesis
