#!/bin/sh
# Measures the first build, the binary and the speed of three SQLite drivers, in turn. Needs a C
# compiler for mattn, and GNU time.
set -eu
cd "$(dirname "$0")"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for driver in mattn ncruces modernc; do
	cgo=0
	[ $driver = mattn ] && cgo=1
	/usr/bin/time -f "$driver first build: %e s, %U s of CPU" \
		env CGO_ENABLED=$cgo GOCACHE="$out/cache-$driver" go build -o "$out/$driver" ./$driver
	echo "$driver binary: $(wc -c <"$out/$driver") bytes"
done
for _ in 1 2 3; do
	for driver in mattn ncruces modernc; do "$out/$driver"; done
done
