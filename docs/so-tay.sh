#!/usr/bin/env bash
# Makes the printed handbook and the one-page card: so-tay.pdf and the-mot-trang.pdf in the folder given (docs/ if none).
# Needs pandoc and Chromium (apt-get install pandoc chromium).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
to=${1:-$here}
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
    echo "Chromium is needed: apt-get install chromium" >&2
    exit 1
}
command -v pandoc >/dev/null || { echo "pandoc is needed: apt-get install pandoc" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/style.css" <<'CSS'
@page { size: A4; margin: 16mm; }
html { font: 11pt/1.4 "Noto Serif", "Times New Roman", serif; }
body { max-width: none; margin: 0; padding: 0; }
h1 { font-size: 20pt; } h2 { font-size: 14pt; break-after: avoid; } h3 { font-size: 12pt; break-after: avoid; }
table { border-collapse: collapse; width: 100%; margin: .4em 0 .8em; }
th, td { border: 1px solid #888; padding: .2em .45em; vertical-align: top; text-align: left; font-size: 9.5pt; }
thead { display: table-header-group; } tr { break-inside: avoid; }
td:first-child { white-space: nowrap; }
code { font: .92em "Noto Sans Mono", monospace; }
CSS
printf '%s\n' 'html { font-size: 13.5pt; } th, td { font-size: 12pt; }' | cat "$work/style.css" - > "$work/card.css"
page() {
    pandoc --quiet --from gfm --to html5 --standalone --self-contained --metadata lang=vi --metadata pagetitle="$1" \
        --css "$work/$3" "$here/$2.md" -o "$work/$2.html"
    "$chromium" --headless --no-sandbox --disable-gpu --no-pdf-header-footer \
        --print-to-pdf="$to/$2.pdf" "file://$work/$2.html" >/dev/null 2>&1
    echo "$to/$2.pdf"
}
page "Sổ tay cán bộ" so-tay style.css
page "lamsach: một trang" the-mot-trang card.css
