# Everything that a developer or CI does. CGO is off for the product: it is pure Go.
GO      ?= go
TOOLS   := $(GO) tool -modfile=tools/go.mod
BUILD   := CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w"

.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: build ## build and start the server on the embedded store
	@bin/dentalk serve

build: ## build bin/dentalk
	@echo "building bin/dentalk (a few minutes the first time)"
	@$(BUILD) -o bin/dentalk ./cmd/dentalk

test: setup ## install what the tests need and run them all, with the race detector
	$(GO) test -race -timeout 40m $$($(GO) list ./... | grep -v /test/contract)
	@echo "the delivery contract, ten rounds of faults (four minutes)"
	$(GO) test -race -timeout 40m ./test/contract/...

setup: ## install the servers and tools that the tests need, and build FerretDB and an S3 gateway once
	@GO="$(GO)" ./test/setup.sh

contract: setup ## hold the delivery contract for a while: DURATION=30m SEED=7 make contract
	$(GO) run ./test/contract $(if $(SEED),-seed $(SEED)) -duration $(or $(DURATION),90s)

lint: gosec vulncheck ## gofmt, vet, staticcheck, gosec and govulncheck
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "gofmt would change:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...
	$(TOOLS) staticcheck ./...

# What the server is made of; the rest runs on the machines of developers only.
SHIPPED = $$($(GO) list ./... | sed 's,^dentalk/,./,' | grep -vE '^\./(docs|test|enrichment/analyser/train|repository/repositorytest|streams/streamstest)(/|$$)')

gosec: ## look for what is known to be insecure in code; its first build takes two minutes
	$(GO) tool -modfile=tools/gosec/go.mod gosec -quiet $(SHIPPED)

# Another copy of the database may be named, also as file:///path.
DENTALK_VULNDB ?= https://vuln.go.dev

vulncheck: ## look for known vulnerabilities in the modules, if the database of them can be reached
	@if curl --silent --fail --location --max-time 20 --output /dev/null "$(DENTALK_VULNDB)/index/db.json"; \
	then $(TOOLS) govulncheck -db "$(DENTALK_VULNDB)" ./...; \
	else echo "vulncheck: the database $(DENTALK_VULNDB) cannot be reached: NOT CHECKED"; fi

bench: ## run the Go benchmarks; docs/benchmarks.md has figures
	$(GO) test -run '^$$' -bench . -benchmem ./repository/... ./streams/... ./enrichment/...

openapi: ## write docs/openapi.yaml and docs/openapi.json from the handlers' annotations
	@./docs/openapi/generate.sh docs

FUZZED = FuzzRequests:./test FuzzDecode:./streams/redisbroker FuzzFind:./enrichment/glossary FuzzAnalyse:./enrichment/analyser \
	FuzzAnswer:./enrichment/openai FuzzDetect:./enrichment/language FuzzParseGlossary:./domain FuzzFindTeeth:./domain \
	FuzzMissing:./enrichment/protect FuzzRoundTrip:./enrichment/privacy FuzzStage:./attachments FuzzStripLocation:./attachments

fuzz: ## fuzz everything that parses what others write, a minute each
	set -e; for one in $(FUZZED); do \
		$(GO) test -run '^$$' -fuzz "^$${one%%:*}$$" -fuzztime 1m -fuzzminimizetime 1x "$${one#*:}"; done

fuzz-api: setup ## requests made of the API's description to the real server, with the race detector: REQUESTS=100000
	DENTALK_TEST_REQUESTS=$(or $(REQUESTS),100000) $(GO) test -count=1 -v -timeout 2h -run TestFuzzedRequests ./test

.PHONY: help run build test setup contract lint gosec vulncheck bench openapi fuzz fuzz-api
