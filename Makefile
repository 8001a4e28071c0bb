# What a person types while working on regwatch. Everything here is a thin name
# for a command that can be typed as well.

GO ?= go
FUZZTIME ?= 30s
ENGINE ?= sqlite
ROUNDS ?= $(if $(filter postgres,$(ENGINE)),200,1000)
BENCH ?= .
ARTICLES ?= 100000
LABELLED ?= ../shared/eval
EVENTS ?= ../shared/events

.PHONY: all help build web test check lint fmt golden relevance grouping bench history gobench fuzz soak soak-instances demo packages reproduce clean

all: build test

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST)

build: ## one static program, ./regwatch
	CGO_ENABLED=0 $(GO) build -trimpath -o regwatch ./cmd/regwatch

web: ## the files of the console that are made of npm packages (htmx, the editor of rules); needs Node.js 20. The same packages give the same bytes
	.ci/bundle build

# The command line alone takes close to Go's limit of ten minutes for a package when other
# packages are tested beside it on two cores.
test: ## all tests
	$(GO) test -timeout 20m ./...

check: ## what CI runs, with what is on this machine; installs nothing
	.ci/run --here

# Format, go vet, staticcheck, go.mod. The linters are pinned in tools/go.mod.
# golangci-lint is not among them: building it takes four and a half minutes of
# processor time (v2.15.0, from nothing), these two less than one and a half, and what it
# would run is mostly these.
lint: ## what a reader would object to
	.ci/lint

fmt: ## format all files
	.ci/lint --fix

golden: ## rewrite the expected output of the tests; read the diff
	REGWATCH_UPDATE=1 $(GO) test ./...

# The articles may not be published, so they are outside the repository. What is learned from them is in rules/relevance/data.
relevance: ## train the models of the shipped rules from the labelled articles in LABELLED; the same articles give the same bytes
	$(GO) run ./rules/relevance/gen -data $(LABELLED)

grouping: ## fit the model that groups articles to the labelled articles in EVENTS; the same articles give the same bytes
	$(GO) run ./events/similarity/gen -data $(EVENTS) -texts $(LABELLED)

# libhs is Hyperscan or Vectorscan: libhyperscan-dev or libvectorscan-dev on Debian.
bench: ## matching, scanning 1,000 sources and sending 10,000 notices, storing articles while the database fills, and the pages of the console, beside other ways to do it (Alertmanager where it is installed); articles and rules from REGWATCH_BENCH_DATA
	$(GO) build -C bench $(shell pkg-config --exists libhs 2>/dev/null && echo -tags hyperscan) -o ../.cache/bench .
	REGWATCH_BENCH_DATA=$${REGWATCH_BENCH_DATA:-../shared/match} .cache/bench
	$(GO) build -C bench -o ../.cache/crowd ./crowd
	CGO_ENABLED=0 $(GO) build -trimpath -o .cache/regwatch ./cmd/regwatch
	REGWATCH_BENCH_DATA=$${REGWATCH_BENCH_DATA:-../shared/match} .cache/crowd -regwatch .cache/regwatch
	$(GO) build -C bench -o ../.cache/due ./due
	.cache/due
	$(GO) build -C bench -o ../.cache/ingest ./ingest
	.cache/ingest
	.cache/ingest -alone -matching 1
	$(GO) build -C bench -o ../.cache/pages ./pages
	.cache/pages -regwatch .cache/regwatch

history: ## searching ARTICLES stored articles, beside reading all and beside the database's index alone
	REGWATCH_BENCH_ARTICLES=$(ARTICLES) $(GO) test ./internal/cli -run '^$$' -bench History -benchtime 1x -timeout 12h -v

gobench: ## Go's benchmarks; BENCH=Match runs some of them
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem ./...

fuzz: ## every fuzz test for FUZZTIME
	@set -e; for package in $$($(GO) list ./...); do \
		for name in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "$$package $$name"; \
			$(GO) test -run '^$$' -fuzz "^$$name$$" -fuzztime $(FUZZTIME) $$package; \
		done; \
	done

soak: ## kill the program at ROUNDS random moments and count what was lost; ENGINE=sqlite or postgres; RETOLD=1: stories are told again in other words
	REGWATCH_SOAK_RETOLD=$(RETOLD) REGWATCH_SOAK_ENGINE=$(ENGINE) REGWATCH_SOAK_ROUNDS=$(ROUNDS) $(GO) test ./internal/cli -run 'TestKill$$' -count 1 -timeout 24h -v

soak-instances: ## 10 programs on one PostgreSQL, killed, paused and cut off from it at ROUNDS random moments; REGWATCH_TEST_POSTGRES names the server
	REGWATCH_SOAK_INSTANCES=10 REGWATCH_SOAK_ROUNDS=$(ROUNDS) $(GO) test ./internal/cli -run 'TestInstances$$' -count 1 -timeout 24h -v

demo: ## the product on sample data, without any account
	$(GO) run ./cmd/regwatch demo

# Packages are made of the commit that is checked out, never of changed files, and by Go modules alone.
packages: ## archives, deb, rpm, image, bill of materials and checksums for amd64 and arm64, in .cache/packages
	CGO_ENABLED=0 $(GO) -C packaging run . -out ../.cache/packages

reproduce: packages ## the packages again, from another folder: they must have the same bytes
	rm -rf .cache/packages-again
	CGO_ENABLED=0 $(GO) -C packaging run . -out ../.cache/packages-again
	diff .cache/packages/SHA256SUMS .cache/packages-again/SHA256SUMS

clean: ## what was built
	rm -rf regwatch .cache
