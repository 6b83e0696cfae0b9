#!/bin/sh
# Installs what the tests need beyond Go: a C compiler for the race detector, curl with jq for the
# README's tour, and the servers that tests start: Redis, nginx, Apertium, FerretDB on PostgreSQL, and an
# S3 gateway.
set -eu
cd "$(dirname "$0")/.."

missing=""
servers=""
command -v cc >/dev/null || missing="$missing gcc libc6-dev"
command -v curl >/dev/null || missing="$missing curl"
command -v jq >/dev/null || missing="$missing jq"
[ -e /usr/share/apertium/modes/eng-spa.mode ] || missing="$missing apertium-eng-spa"
command -v apertium-apy >/dev/null || servers="$servers apertium-apy"
command -v redis-server >/dev/null || servers="$servers redis-server"
[ -x /usr/sbin/nginx ] || command -v nginx >/dev/null || servers="$servers nginx-light"
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null || servers="$servers postgresql"

install() {
	sleeping=""
	# Tests start servers of their own: what is installed here must not run as a service beside them,
	# not now, not after a restart of the machine.
	if [ -n "$servers" ] && [ ! -e /usr/sbin/policy-rc.d ]; then
		sleeping=yes
		printf '#!/bin/sh\nexit 101\n' | $sudo tee /usr/sbin/policy-rc.d >/dev/null
		$sudo chmod +x /usr/sbin/policy-rc.d
		trap '$sudo rm -f /usr/sbin/policy-rc.d' EXIT
	fi
	case "$servers" in *postgresql*)
		$sudo mkdir -p /etc/postgresql-common/createcluster.d
		echo "create_main_cluster = false" | $sudo tee /etc/postgresql-common/createcluster.d/dentalk.conf >/dev/null
	esac
	# shellcheck disable=SC2086 # lists of packages
	$sudo apt-get update -qq &&
		$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing $servers || return 1
	[ -z "$sleeping" ] || ! command -v systemctl >/dev/null ||
		for server in $servers; do $sudo systemctl disable -q "${server%-light}" || true; done
}

if [ -n "$missing$servers" ]; then
	echo "installing$missing$servers (half a minute)"
	if [ "$(id -u)" = 0 ]; then sudo=""; else sudo="sudo"; fi
	log=$(mktemp)
	install >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
	rm "$log"
fi
"${GO:-go}" run ./test/servers/setup
