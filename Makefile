# Everything here sets itself up below .cache/ (or below CACHE=...) on the first call and keeps it for the next. See
# CONTRIBUTING.md.
.DEFAULT_GOAL := help
.NOTPARALLEL:
SHELL := /bin/sh

targets := setup bench bench-sets soak demo test lint sanity types unit integration molecule docs build test-matrix
.PHONY: help clean $(targets)

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1@\2/p' Makefile | tr '@' '\t' | expand -t 20

setup: ## Only install what the other calls need, which each does for itself
demo: ## Deploy to a local AWS, trip the alarm, watch the pause, resume
test: ## Run every part below, sum up: what CI runs
lint: ## ruff, yamllint, ansible-lint, cfn-lint, detect-secrets, changelog fragments, licences
sanity: ## ansible-test sanity
types: ## mypy
unit: ## Unit tests with branch coverage
integration: ## ansible-test integration against a local AWS
molecule: ## Molecule scenarios against a local AWS
bench: ## Measure the collection beside its peers; make bench SIZES=1,10 ROUNDS=1 is a short one (in full about 20 minutes)
bench-sets: ## Guard 10,000 configuration sets on a local AWS with its quotas on (about 10 minutes)
soak: ## Reliability in full: faults at every write and at random (12 to 20 minutes; SOAK_SEED=...)
docs: ## The documentation site, in .cache/docs/html
build: ## The collection archive in .cache/dist, installed and looked at, also as Galaxy does
test-matrix: ## The demo on every supported Python, ansible-core and amazon.aws that is found here (about 15 minutes)
clean: ## Remove .cache/ and all in it

$(targets):
	@python=$$(tools/find-python) && exec "$$python" -X utf8 -IB tools $@

clean:
	rm -rf .cache
