# 两条命令就够：make run 打开程序，make test 跑测试。每条命令自己准备环境。
# Two commands are enough: `make run` opens the program, `make test` passes the tests. Each prepares what it needs.

PYTHON ?= python3
ARGS ?=
UV ?= uv
SECONDS ?= 30
SEED ?=
SETUP := $(PYTHON) tools/setup_machine.py
IN_VENV := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run test test-fast test-pyqt5 fuzz lint wheel lock clean

help:
	@echo 'make run        打开程序                       open the program'
	@echo 'make test       跑全部测试                     run all tests'
	@echo 'make test-fast  只跑不需要窗口和网页的测试     run the tests that need no window and no web page'
	@echo 'make test-pyqt5 在 PyQt5 下跑核心测试          run the core tests under PyQt5'
	@echo 'make fuzz       用损坏的文件试每种格式         try broken files of every format'
	@echo 'make lint       检查代码：格式、类型、引用方向 check the code: style, types, direction of imports'
	@echo 'make wheel      生成 dist/*.whl 和源码包       build dist/*.whl and the source archive'
	@echo 'make lock       重新生成依赖锁文件（需要 uv）  make the lock files anew (needs uv)'
	@echo 'make clean      删除生成的文件和 .venv         remove what was made, .venv included'
	@echo
	@echo 'make test ARGS="-k words"                      挑选测试  choose tests'
	@echo 'make fuzz SECONDS=30 SEED=7 ARGS="-k gpkg"     每种格式多久、哪一批、哪种  how long each, which ones, which format'
	@echo 'make run PYTHON=python3.12                     换一个 Python  take another Python'

run:
	@$(SETUP) run
	@$(IN_VENV) main.py $(ARGS)

test:
	@$(SETUP) test
	@$(IN_VENV) -m pytest -n 2 $(ARGS)

test-fast:
	@$(SETUP) test-fast
	@$(IN_VENV) -m pytest -m "not gui and not web" $(ARGS)

# The same tests pass under PySide6 with all others.
test-pyqt5:
	@$(SETUP) test-pyqt5
	@PYTEST_QT_API=pyqt5 .venv-pyqt5/bin/python -m pytest tests/bindings $(ARGS)

# Other mutants each time; the seed and every mutant that did harm are told. Two minutes beyond its time, and one hangs.
fuzz:
	@$(SETUP) test
	@seed=$(SEED); seed=$${seed:-$$(date +%s)}; echo "SEED=$$seed"; \
		FUZZ_SECONDS=$(SECONDS) FUZZ_SEED=$$seed FUZZ_FOLDER=$(CURDIR)/build/fuzz \
		$(IN_VENV) -m pytest -q --timeout=$$(($(SECONDS) + 120)) tests/fuzzing/test_mutants.py $(ARGS)

lint:
	@$(SETUP) packages
	$(IN_VENV) -m ruff check .
	$(IN_VENV) -m ruff format --check .
	$(IN_VENV) -m mypy
	.venv/bin/lint-imports

wheel:
	@$(SETUP) packages
	$(IN_VENV) -m build --no-isolation

lock:
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url \
		--custom-compile-command 'make lock' pyproject.toml --output-file requirements.lock
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url \
		--custom-compile-command 'make lock' --group dev --constraints requirements.lock pyproject.toml \
		--output-file requirements-dev.lock
	$(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["pyqt5"], sep="\n")' | \
		$(UV) pip compile --quiet --universal --python-version 3.11 --only-binary :all: --generate-hashes --no-annotate --no-emit-index-url \
		--custom-compile-command 'make lock' - --output-file requirements-pyqt5.lock

clean:
	rm -rf .venv .venv-pyqt5 .venv-unfinished .venv-pyqt5-unfinished build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +
