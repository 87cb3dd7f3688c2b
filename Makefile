PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
.PHONY: demo test fuzz torture simulate lint bench format clean lock catalogues schema pictures

demo: $(READY)
	$(BIN)/python samples/demo.py

test: $(READY)
	$(BIN)/python -m tools.programs curl chromium soffice
	$(BIN)/python -m pytest -q -n 4 --dist worksteal

# fuzz: random bytes, damaged and hostile files, and hostile servers, about half an hour on two processors.
# torture: three hundred kills, stops and freezes of a run against a server that misbehaves, and of what is done beside
#   it, some fifteen minutes.
# simulate: two thousand worlds of one seed each, on a simulated clock, disk and network, some two minutes.
fuzz torture simulate: $(READY)
	$(BIN)/python -m tests.$@

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 -p lecommercial_batch
	$(BIN)/mypy --platform darwin -p lecommercial_batch

bench: $(READY)
	$(BIN)/python -m benchmarks

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The lock holds for every Python from 3.11 on and every system: one file, hashes and markers in it.
lock: $(READY)
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --group dev pyproject.toml -o requirements.lock

# catalogues: every text for people, into lecommercial_batch/core/locale; what is new is translated there, then run again.
# schema: the JSON Schemas of campaign files, for editors, and of JSON reports, for programs.
# pictures: those of the README, of the real command against a sandbox.
catalogues schema pictures: $(READY)
	$(BIN)/python -m tools.$@

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)
