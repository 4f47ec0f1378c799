# Everything runs in this checkout: `make setup` writes .tools/, .venv/ and node_modules/ beside each package.json, nothing else.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
RUN = .venv/bin/python -m

.PHONY: help setup packages demo test record life lint sbom docs pictures wheel machines release bench audit upgrade

help: ## Show this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

setup: ## Install what the project needs into the checkout
	@$(PYTHON) estate/setup.py

packages: ## Install what pipelines need to plan and deploy, by hash, and nothing else
	@$(PYTHON) estate/setup.py deploy

demo: setup ## Deploy the sample organization to a local AWS, and prove it
	@$(RUN) estate demo

# The product's in six processes on two processors: what deploys in five mostly waits for AWS. Those that share a deployed
# organization stay in one, in order (tests/conftest.py).
test: setup ## Run every test: your organization's, then the product's
	@$(RUN) pytest -q -rfEs organization_tests
	@$(RUN) pytest -n 6

record: setup ## Record your organization's stacks and decisions, which its tests compare with
	@$(RUN) pytest -q organization_tests --snapshot-update

lint: setup ## Format check, lint, types, import directions, licences
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@$(RUN) mypy
	@.venv/bin/python .venv/bin/lint-imports
	@$(RUN) estate.supply.licences

sbom: setup ## List all packages in dist/sbom.cdx.json, as CycloneDX
	@$(RUN) estate.supply.sbom dist/sbom.cdx.json

docs: setup ## Write the documentation as a site into dist/docs
	@$(RUN) docs.site.build

pictures: setup ## Take the pictures of the README anew (about 10 minutes)
	@$(RUN) tests.pictures

# Needs Python only: no Node, no Terraform, no checkov.
wheel: ## Build the wheels of the construct library and of the app, for CDKTF and for CDK Terrain, into dist/
	@$(PYTHON) estate/setup.py python
	@$(RUN) build --wheel --no-isolation --outdir dist .
	@$(RUN) build --wheel --no-isolation --outdir dist wheels/app
	@$(RUN) build --wheel --no-isolation --outdir dist wheels/cdktn/library
	@$(RUN) build --wheel --no-isolation --outdir dist wheels/cdktn/app

machines: setup ## Synthesize with every Python that is found, and Node 22, 24, 26, and compare
	@$(RUN) pytest -q -rs tests/machines

release: setup ## Check that this commit can be released; build its wheels twice into dist/, with what they were built from
	@$(RUN) estate.supply.release

life: setup ## Live an account's life on a local AWS, from new to closed, reopened and closed again, killed on the way
	@$(RUN) pytest -q tests/e2e/account_life.py tests/e2e/account_life_jobs.py

upgrade: setup ## Raise locked versions within their bounds; tell what that changes in dist/upgrade.md
	@$(RUN) estate.supply.upgrade

# Prowler takes 1.4 GB.
audit: setup ## Scan the deployed sample with Prowler, on demand
	@test -x .tools/prowler/bin/prowler || { $(PYTHON) -m venv .tools/prowler && .tools/prowler/bin/pip install --quiet --no-deps -r tests/audit/requirements.txt; }
	@$(RUN) tests.audit $(ARGUMENTS)

bench: setup ## Measure synth and plan beside their peers (about 20 minutes)
	@$(RUN) bench
