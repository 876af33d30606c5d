# Sourced by the tests that run what was packed in clean roots made by debootstrap: sets `work`, which goes at the end.
data=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../sample_data")
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
passed=0
ok() { passed=$((passed + 1)); }
command -v debootstrap >/dev/null || { apt-get update -qq; apt-get install -qq -y --no-install-recommends debootstrap >/dev/null; }
work=$(mktemp -d)
# Users of the roots go through it, too.
chmod 0755 "$work"
trap 'rm -rf --one-file-system "$work"' EXIT
