#!/usr/bin/env bash
# Builds both versions of the shop with real dbt and writes what the demo embeds: the two manifests, the pull request's
# run results, and the SQL that builds the tables without dbt.
#
#   ./rebuild.sh            writes built/
#   ./rebuild.sh --check    fails if built/ is not what dbt makes of the sources (needs Python 3.10+ and its package index)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
here=$PWD
mode=write
[ "${1:-}" = --check ] && mode=check

venv=${SHOP_VENV:-$(git rev-parse --show-toplevel)/build/dbt-venv}
if ! cmp -s requirements.txt "$venv/installed.txt"; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r requirements.txt
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps dbt-core==1.12.6 dbt-duckdb==1.11.1
  cp requirements.txt "$venv/installed.txt"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r shop "$work/production"
cp -r shop "$work/pull_request"
cp -r pull_request/. "$work/pull_request/"
(cd "$work/pull_request" && xargs rm -- <"$here/pull_request.removed")

export DO_NOT_TRACK=1 SHOP_DATABASE=$work/shop.duckdb
for version in production pull_request; do
  # Without tests: the pull request's duplicate keys would fail one and skip what is downstream of it.
  (cd "$work/$version" && "$venv/bin/dbt" --quiet --no-use-colors build --profiles-dir . --target "$version" \
    --exclude-resource-type test unit_test exposure)
done
"$venv/bin/python" "$here/built.py" "$mode" "$work" "$here/built"
