# One word for each task; the work is in scripts/.
.PHONY: help build test asan lint bench demo install fmt clean
.DEFAULT_GOAL := help
PREFIX ?= /usr/local

help: ## print these lines
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

build: ## build ./build/toehold (the engine first, once, a few minutes)
	@scripts/build

test: ## unit, cli and model tests, the sanitizers and lint; what CI runs
	@scripts/test

asan: ## only the tests without a model, under the sanitizers
	@scripts/asan

lint: ## format, include direction, caps, banned functions, linker fences
	@scripts/lint

bench: build ## compare with other programs (bench/README.md)
	@bench/run

demo: ## from here to a decision with three small models
	@scripts/demo

install: build ## install below PREFIX (/usr/local)
	@cmake --install build --prefix "$(PREFIX)"

fmt: ## format the C files in place
	@find src tests -name '*.[ch]' -print0 | xargs -0 clang-format -i

clean: ## remove ./build (the engine and the models are kept in the cache)
	@rm -rf build
