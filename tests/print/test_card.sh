#!/usr/bin/env bash
# A badge's code must be read straight, blurred and askew, by two decoders; its PDF has the card's size and repeats.
set -euo pipefail
: "${LIANGZHENG_BIN:?}" "${LIANGZHENG_SOURCE:?}"
here=$LIANGZHENG_SOURCE/tests/print
print=$LIANGZHENG_BIN/liangzheng-print
for tool in zbarimg convert pdfinfo pdftoppm node jq; do
    command -v "$tool" >/dev/null || { echo "skipped: no $tool" && exit 77; }
done
[[ -d $LIANGZHENG_SOURCE/tests/node_modules/jsqr ]] || { echo "skipped: npm packages are not installed" && exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    echo "FAILED: $*" >&2
    exit 1
}
read_both() { # IMAGE WHAT
    local said
    said=$(zbarimg -q --raw -Sdisable -Sqrcode.enable "$1" 2>/dev/null) || fail "zbar cannot read the code $2"
    [[ $said == "$url" ]] || fail "zbar reads something else $2: $said"
    said=$(timeout 60 node "$here/decode.mjs" "$1") || fail "jsQR cannot read the code $2"
    [[ $said == "$url" ]] || fail "jsQR reads something else $2: $said"
    echo "- read by both decoders: $2"
}

url=HTTPS://LZ.EXAMPLE.CN/V/$(printf 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567%.0s' {1..6} | cut -c1-198)
for kind in enforcement supervision auxiliary; do
    jq -n --arg url "$url" --arg kind $kind '[{number: "27060100123", name: "㛃𠮷", organ: "某市市场监督管理局", post: "科员",
        kind: $kind, scope: ["市场监管", "食品安全"], region: "某市", issued_on: "2026-03-01", valid_until: "2031-02-28",
        issuer: "某市司法局", complaint_line: "12345", url: $url, photo: null}]' >$kind.json
    "$print" card --input $kind.json --side back -o $kind.png
    read_both $kind.png "$kind, straight"
    convert $kind.png -blur 0x1 blurred.png && read_both blurred.png "$kind, blurred by one pixel"
    convert $kind.png -background white -rotate 10 turned.png && read_both turned.png "$kind, turned by 10 degrees"
    "$print" card --input - -o $kind.pdf <$kind.json
    "$print" card --input $kind.json -o again.pdf
    cmp $kind.pdf again.pdf || fail "the same card gave another PDF"
    [[ $(pdfinfo $kind.pdf | grep -c 'Page size: *242.6[0-9]* x 153.01') == 1 ]] || fail "the page is not a card"
    [[ $(pdfinfo $kind.pdf | awk '/^Pages/ {print $2}') == 2 ]] || fail "a card has two sides"
    pdftoppm -r 300 -png $kind.pdf page
    read_both page-2.png "$kind, from the PDF"
done
[[ $(stat -c %a enforcement.pdf) == 600 ]] || fail "others may read a file that shows a face"
pdftotext enforcement.pdf - 2>/dev/null | grep -q '㛃𠮷' || fail "the name is not in the PDF's text"

jq 'del(.[0].complaint_line)' enforcement.json >no-line.json
"$print" card --input no-line.json --side back -o no-line.pdf
[[ $(pdftotext enforcement.pdf - | grep -c 监督投诉) == 1 ]] || fail "the complaint line is not on the back"
! pdftotext no-line.pdf - | grep -q 监督投诉 || fail "a complaint line without a number is promised"

# cairo 1.16 drops this very character when it cuts Noto Sans CJK down; the PDF must show what the PNG shows.
jq '.[0].organ = "如如如如如如如如"' enforcement.json >ru.json
"$print" card --input ru.json --side front -o ru.png
"$print" card --input ru.json --side front -o ru.pdf
pdftoppm -r 300 -singlefile -png ru.pdf ru-pdf
differ=$(compare -metric AE -fuzz 40% \( ru.png -resize 25% \) \( ru-pdf.png -crop "$(identify -format '%wx%h' ru.png)+0+0" +repage -resize 25% \) null: 2>&1) || true
[[ ${differ%%.*} -lt 50 ]] || fail "the PDF shows something else than the PNG: $differ pixels"
[[ $(stat -c %s ru.pdf) -lt 300000 ]] || fail "a card of $(stat -c %s ru.pdf) bytes: the font was not cut down"

"$print" sheet --input enforcement.json -o sheet.pdf
pdfinfo sheet.pdf | grep -q 'A4' || fail "the sheet is not A4"

status=0
"$print" card --input auxiliary.json --design officer -o no.pdf 2>said || status=$?
[[ $status == 2 && ! -e no.pdf ]] || fail "an auxiliary got an officer's design"
status=0
"$print" card -o no.pdf 2>said || status=$?
[[ $status == 2 ]] || fail "no number and no input must be wrong use"
echo '[{"number": 5}]' >bad.json
status=0
"$print" card --input bad.json -o no.pdf 2>said || status=$?
[[ $status == 2 ]] && grep -q 'number' said || fail "a bad member is not named"

mkdir -p d/officer && cp "$LIANGZHENG_SOURCE"/badge-print/designs/officer/*.svg d/officer
sed -i '5s/</<</' d/officer/front.svg
status=0
"$print" card --input enforcement.json --designs d -o no.pdf 2>said || status=$?
[[ $status == 2 ]] && grep -q 'officer/front.svg' said || fail "a broken design is not named"

"$print" portrait --seed 4 -o face.jpg
convert face.jpg -set comment SECRET commented.jpg
"$print" photo commented.jpg -o clean.jpg
! grep -q SECRET clean.jpg || fail "a comment survived"
echo "- photos are cleaned, faults are named"
