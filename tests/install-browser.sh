#!/usr/bin/env bash
# What the tests in a real browser need: Debian's chromium, and axe-core (MPL-2.0), which checks pages for
# accessibility. Does nothing where both are there.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v chromium >/dev/null; then
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends chromium
fi

axe=target/axe-core
version=4.14.1
if [ ! -f "$axe/package/axe.min.js" ]; then
    command -v npm >/dev/null || apt-get install -y -qq --no-install-recommends npm
    mkdir -p "$axe"
    (cd "$axe" && npm pack --silent "axe-core@$version" && tar -xzf "axe-core-$version.tgz")
fi
