#!/usr/bin/env bash
# What an auditor wants to see first: evidence opened, checked and explained without the daemon that wrote it, four
# forgeries that are found, and a daemon that is lied to. `make demo-auditor` runs it on what `make demo` left, in a folder
# of its own. One function a step; the steps are listed at the end.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
demo=$PWD/.demo
work=$PWD/.demo-auditor

fail() { echo "demo-auditor: $*" >&2; exit 1; }
step() { printf '\n== %s\n' "$*"; }
verify() { python3 verify.py "$@" --key log.vkey --signers allowed_signers; }
audit() { "$bin/expunge-audit" "$@"; }

prepare() {
  [ -e "$demo/auditor/index.html" ] || fail "no finished demo here; run \`make demo\` first"
  for program in python3 ssh-keygen openssl; do command -v "$program" > /dev/null || fail "$program is missing"; done
  # The auditor's own program may come from anywhere; here it is the one that was built.
  bin=${EXPUNGE_BIN:-$(swift build --show-bin-path)}
  [ -x "$bin/expunge-audit" ] || fail "$bin/expunge-audit is missing; run \`make build\` first"
  rm -rf "$work"
  mkdir "$work"
  cp -r "$demo/evidence" "$demo/bundle" "$demo/auditor" "$work/"
  # What an auditor has from elsewhere: the program, the log's key, the people's keys, and the checkpoint of his last
  # visit.
  cp Sources/EvidenceLog/verify.py "$demo/log.vkey" "$demo/allowed_signers" "$work/"
  cp "$demo/bundle/checkpoint" "$work/checkpoint.kept"
  cd "$work"
  # The last entry's tile, by the size in the checkpoint.
  size=$(sed -n 2p evidence/checkpoint)
  [ $((size % 256)) -gt 0 ] && [ "$size" -lt 256000 ] || fail "a log of $size entries is not what this script is for"
  entries=tile/entries/$(printf '%03d' $((size / 256))).p/$((size % 256))
}

open_the_index() {
  step "The auditor's folder. Its page needs no script and no network, and says first what it does not prove."
  ls -p auditor
  python3 - auditor/index.html << 'PYTHON'
import html.parser, sys

class Page(html.parser.HTMLParser):
    """Every tag closed, no script, nothing that is fetched, and each link to a file that is there."""
    def __init__(self):
        super().__init__()
        self.open, self.text, self.links = [], [], []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        assert tag not in ("script", "iframe", "object", "embed", "img", "link", "form"), tag
        assert not any(name.startswith("on") or name == "src" for name in values), attributes
        if tag == "html":
            assert values["lang"] == "en"
        if tag == "th":
            assert values["scope"] in ("row", "col")
        if "href" in values:
            self.links.append(values["href"])
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"] and data.strip():
            self.text.append(data.strip())

with open(sys.argv[1], encoding="utf-8") as file:
    page = Page()
    page.feed(file.read())
assert not page.open, page.open
import os
for link in page.links:
    if not link.startswith("#"):
        assert "/" not in link and ":" not in link and os.path.exists("auditor/" + link), link
start = page.text.index("What this evidence does not prove:")
assert start <= 3, "what it does not prove does not come first"
print("\n".join("  " + line for line in page.text[1:start + 8]))
print(f"  ... {len(page.text)} pieces of text, {len(page.links)} links, every tag closed")
PYTHON
  step "Every request number has its line, the one that came back too."
  cut -d, -f1-4,6-9 auditor/requests.csv
}

check_without_us() {
  step "python3 verify.py: the folder, the published log, and that it goes on from the checkpoint of an earlier visit."
  verify auditor --old checkpoint.kept
  verify evidence --old checkpoint.kept > /dev/null
  step "The other verifier, which shares not a line with it, says the same of the folder."
  audit verify auditor --key log.vkey --signers allowed_signers --old checkpoint.kept | tail -n 1
  step "The bundle of one request."
  verify bundle | tail -n 2
}

one_approval_by_hand() {
  step "One approval by hand, with OpenSSH alone: what was signed, and by whom."
  cat bundle/approvals/1.txt
  local principal
  principal=$(ssh-keygen -Y find-principals -s bundle/approvals/1.sig -f allowed_signers)
  ssh-keygen -Y verify -f allowed_signers -I "$principal" -n erasure-approval@expunged -s bundle/approvals/1.sig \
    < bundle/approvals/1.txt
}

a_time_stamp() {
  step "Somebody else says when the log was there: his time stamp, with OpenSSL alone and his certificate from elsewhere. His list of
revoked certificates is as it was that day."
  [ -e evidence/checkpoint.tsr ] || fail "the demo's log has no time stamp; run \`make demo\` again"
  { cat "$demo/authority/ca.pem"; sed -n '/BEGIN X509 CRL/,/END X509 CRL/p' evidence/tsa/ca.pem; } > my_ca.pem
  local said at
  said=$(openssl ts -reply -in evidence/checkpoint.tsr -text 2> /dev/null | sed -n 's/^Time stamp: //p')
  echo "checkpoint of $size entries, stamped $said"
  at=$(date -d "$said" +%s)
  openssl ts -verify -data evidence/checkpoint -in evidence/checkpoint.tsr -CAfile my_ca.pem -crl_check -attime "$at" 2> /dev/null
  sed '2s/$/0/' evidence/checkpoint > forged.checkpoint
  if openssl ts -verify -data forged.checkpoint -in evidence/checkpoint.tsr -CAfile my_ca.pem -attime "$at" \
    > /dev/null 2>&1
  then fail "a checkpoint of another size passed"; fi
  echo "A checkpoint of another size does not pass."
}

a_drawn_sample() {
  step "A sample of three, drawn by words that nobody knew before. Both programs draw the same."
  local seed="dice 5 2 6" first second number
  first=$(python3 verify.py sample auditor --seed "$seed" --count 3)
  second=$(audit sample auditor --seed "$seed" --count 3)
  [ "$first" = "$second" ] || fail "the two programs drew different numbers"
  echo "drawn: $(echo "$first" | tr '\n' ' ')(the demo's log has $(($(wc -l < auditor/requests.csv) - 1)) requests)"
  for number in $first; do
    step "Request $number, explained from the evidence alone."
    audit explain "$number" auditor > "explained-$number.txt"
    head -n 12 "explained-$number.txt"
    echo "  ..."
    sed -n '/^How its jobs stand/,$p' "explained-$number.txt" | sed -n 1,40p
  done
  step "The period in figures."
  audit report auditor --from 2026-01-01 --until 2026-12-31
}

# refused WORDS FOLDER [OPTION…]: both verifiers must find the folder wrong, at a place that fits the words.
refused() {
  local words=$1 said status=0 other=0
  shift
  said=$(verify "$@" | tail -n 1) || status=$?
  echo "  verify.py:     $said"
  [ "$status" = 1 ] || fail "this forgery was not noticed by verify.py"
  grep -q "WRONG: .*$words" <<< "$said" || fail "it was noticed, but not where it is: expected $words"
  said=$(audit verify "$@" --key log.vkey --signers allowed_signers | tail -n 1) || other=$?
  echo "  expunge-audit: $said"
  [ "$other" = 1 ] || fail "this forgery was not noticed by expunge-audit"
  grep -q "$words" <<< "$said" || fail "expunge-audit noticed it, but not where it is: expected $words"
}
copy() { rm -rf forged && cp -r "$1" forged; }

forgery_flip() {
  step "Forgery 1: one letter of an entry. \"found\":true becomes \"found\":tsue."
  copy evidence
  local offset
  offset=$(grep -abo '"found":true' "forged/$entries" | sed -n 1,1p | cut -d: -f1)
  printf 's' | dd of="forged/$entries" bs=1 seek=$((offset + 9)) conv=notrunc status=none
  refused 'entry [0-9]' forged
}

forgery_delete() {
  step "Forgery 2: an entry that nobody likes is left out of the bundle, with its proof: that a company stayed silent."
  copy bundle
  silent=$(basename "$(grep -l '"outcome":"unconfirmed"' forged/entries/*.json | sed -n 1,1p)" .json)
  rm "forged/entries/$silent.json" "forged/proofs/$silent.tlog-proof"
  refused 'entry [0-9]' forged
  step "And its request is taken out of the list of requests."
  copy auditor
  sed -i '/^1,/d' forged/requests.csv
  refused 'requests.csv.*request 1' forged
}

forgery_cut() {
  step "Forgery 3: the log's tail is cut off. An older checkpoint, truly signed, makes it whole again - but one was kept."
  copy evidence
  cp evidence/checkpoint checkpoint.kept
  cp bundle/checkpoint forged/checkpoint
  refused 'checkpoint: .*\(cut off\|taken back\)' forged --old checkpoint.kept
}

forgery_swap() {
  step "Forgery 4: what stayed unconfirmed is given the ending of a job that was erased."
  copy bundle
  local erased
  erased=$(grep -l '"voucher":"recipient-signed"' forged/entries/*.json | sed -n 1,1p)
  python3 - "forged/entries/$silent.json" "$erased" << 'PYTHON'
import json, sys
mine, other = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:])
mine["outcome"] = other["outcome"]
with open(sys.argv[1], "w", encoding="utf-8", newline="") as file:
    json.dump(mine, file, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
PYTHON
  refused "entry $silent" forged
}

prepare
open_the_index
check_without_us
one_approval_by_hand
a_time_stamp
a_drawn_sample
forgery_flip
forgery_delete
forgery_cut
forgery_swap
EXPUNGE_BIN=$bin bash "$here/demo-auditor-daemon.sh" "$demo" "$work"

step "All were found. The folders, the explanations and the last forgery are in .demo-auditor/."
