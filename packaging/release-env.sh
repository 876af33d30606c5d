# Sourced by the scripts that make packages: what a release says of itself (`lamsach --version --verbose`).
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
wanted_rust=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
rustc_version=$(rustc -vV | sed -n 's/^release: //p')
case $rustc_version in
"$wanted_rust"|"$wanted_rust".*) ;;
*) printf 'rustc is %s, wanted is %s\n' "$rustc_version" "$wanted_rust" >&2; exit 1 ;;
esac
source_state=$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
if [ "$source_state" != unknown ] && [ -n "$(git status --porcelain 2>/dev/null)" ]; then
    source_state=$source_state-changed
fi
export LAMSACH_SOURCE=$source_state
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
# Built in unless told otherwise: sheets encrypted for hand-over.
export LAMSACH_FEATURES=${LAMSACH_FEATURES-encryption}
profile=${LAMSACH_PROFILE:-release}
