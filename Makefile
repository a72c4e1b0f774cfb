# Two commands: `make demo` sets up and runs the main job, `make test` sets up and passes the tests.
PYTHON ?= python3
BIN := .venv/bin
PO := src/turs/desk/web/locale/ar/LC_MESSAGES/django.po

.PHONY: demo test bench docs messages screenshots clean
demo: .deps/front .deps/messages .deps/reports
	$(BIN)/turs demo

test: .deps/dev .deps/browser .deps/ocr .deps/reports .deps/front .deps/messages
	scripts/test.sh

bench: .deps/dev .deps/messages
	$(BIN)/python -m benchmarks

docs: .deps/dev
	$(BIN)/mkdocs build --strict --quiet

messages: .deps/dev
	$(BIN)/python scripts/messages.py update

screenshots: .deps/dev .deps/browser .deps/front .deps/messages
	$(BIN)/python scripts/screenshots.py

clean:
	rm -rf .venv .deps node_modules site src/turs/desk/web/vendor

.deps/base: pyproject.toml constraints.txt scripts/setup.sh
	scripts/setup.sh base "$(PYTHON)"

.deps/dev: .deps/base
	scripts/setup.sh dev

.deps/browser: scripts/setup.sh
	scripts/setup.sh browser

.deps/ocr .deps/reports: .deps/%: scripts/setup.sh
	scripts/setup.sh $*

.deps/front: .deps/base package-lock.json scripts/vendor.py
	scripts/setup.sh front

.deps/messages: .deps/base $(PO) scripts/messages.py
	scripts/setup.sh messages
