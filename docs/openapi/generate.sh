#!/bin/sh
# Writes the description of the API, made from the handlers' annotations, into the folder $1.
set -eu
cd "$(dirname "$0")/../.."
swagger=$(mktemp -d)
trap 'rm -rf "$swagger"' EXIT
go tool -modfile=tools/go.mod swag init --quiet --requiredByDefault \
	--dir handlers --generalInfo openapi.go --outputTypes json --output "$swagger"
go run ./docs/openapi "$swagger/swagger.json" "$1"
