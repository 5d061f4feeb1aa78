# Each target is one line of tools/dev.py, which needs Python alone and brings everything else.
# `make test ARGS="tests/schedule -x"` passes the arguments on; so do bench and run.
PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: demo demo-reset test lint bench messages sizes run help

demo: ## start the demo congress, or go on with it
	@$(PYTHON) tools/dev.py demo
demo-reset: ## forget the demo's data and start it anew
	@$(PYTHON) tools/dev.py demo-reset
test: ## check and test everything
	@$(PYTHON) tools/dev.py test $(ARGS)
lint: ## check everything that needs no running server
	@$(PYTHON) tools/dev.py lint
bench: ## measure, on durable servers of its own
	@$(PYTHON) tools/dev.py bench $(ARGS)
messages: ## bring the catalogues to what the sources say
	@$(PYTHON) tools/dev.py messages
sizes: ## print the ten longest files
	@$(PYTHON) tools/dev.py sizes
run: ## run a command beside throw-away servers: make run ARGS="pytest -x"
	@$(PYTHON) tools/dev.py run -- $(ARGS)
help: ## print these lines
	@$(PYTHON) tools/dev.py help
