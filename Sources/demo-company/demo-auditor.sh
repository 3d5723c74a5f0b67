#!/usr/bin/env bash
# What an auditor wants to see first: evidence checked without the programs that wrote it, and four forgeries that are
# found. `make demo-auditor` runs it on what `make demo` left, in a folder of its own; nothing of ours is needed but one
# Python file.
set -euo pipefail
cd "$(dirname "$0")/../.."
demo=$PWD/.demo
audit=$PWD/.demo-auditor

fail() { echo "demo-auditor: $*" >&2; exit 1; }
step() { printf '\n== %s\n' "$*"; }
[ -e "$demo/bundle/report.txt" ] || fail "no finished demo here; run \`make demo\` first"
for program in python3 ssh-keygen; do command -v "$program" > /dev/null || fail "$program is missing"; done

rm -rf "$audit"
mkdir "$audit"
cp -r "$demo/evidence" "$demo/bundle" "$audit/"
# What an auditor has from elsewhere: the program, the log's key, the people's keys, and the checkpoint of his last visit.
cp Sources/EvidenceLog/verify.py "$demo/log.vkey" "$demo/allowed_signers" "$audit/"
cp "$demo/bundle/checkpoint" "$audit/checkpoint.kept"
cd "$audit"
verify() { python3 verify.py "$@" --key log.vkey --signers allowed_signers; }

step "The whole log, and that it goes on from the checkpoint that was kept from an earlier visit."
verify evidence --old checkpoint.kept
step "The bundle of one request."
verify bundle

step "One approval by hand, with OpenSSH alone: what was signed, and by whom."
cat bundle/approvals/1.txt
principal=$(ssh-keygen -Y find-principals -s bundle/approvals/1.sig -f allowed_signers)
ssh-keygen -Y verify -f allowed_signers -I "$principal" -n erasure-approval@expunged -s bundle/approvals/1.sig \
  < bundle/approvals/1.txt

# refused WORDS FOLDER [OPTION…]: the folder must be found wrong, at a place that fits the words.
refused() {
  local words=$1 said status=0
  shift
  said=$(verify "$@" | tail -n 1) || status=$?
  echo "$said"
  [ "$status" = 1 ] || fail "this forgery was not noticed"
  grep -q "$words" <<< "$said" || fail "it was noticed, but not where it is: expected $words"
}
copy() { rm -rf forged && cp -r "$1" forged; }
# The last entry's tile, by the size in the checkpoint.
size=$(sed -n 2p evidence/checkpoint)
[ $((size % 256)) -gt 0 ] && [ "$size" -lt 256000 ] || fail "a log of $size entries is not what this script was made for"
entries=tile/entries/$(printf '%03d' $((size / 256))).p/$((size % 256))

step "Forgery 1: one letter of an entry. \"found\":true becomes \"found\":tsue."
copy evidence
offset=$(grep -abo '"found":true' "forged/$entries" | head -n 1 | cut -d: -f1)
printf 's' | dd of="forged/$entries" bs=1 seek=$((offset + 9)) conv=notrunc status=none
refused '^WRONG: entry [0-9]' forged

step "Forgery 2: an entry that nobody likes is left out of the bundle, with its proof: that a company stayed silent."
copy bundle
silent=$(grep -l '"outcome":"unconfirmed"' forged/entries/*.json | head -n 1)
index=$(basename "$silent" .json)
rm "$silent" "forged/proofs/$index.tlog-proof"
refused '^WRONG: entry [0-9]' forged

step "Forgery 3: the log's tail is cut off. An older checkpoint, truly signed, makes it whole again - but one was kept."
copy evidence
verify evidence > /dev/null
cp evidence/checkpoint checkpoint.kept
cp bundle/checkpoint forged/checkpoint
refused '^WRONG: checkpoint: .*cut off' forged --old checkpoint.kept

step "Forgery 4: what stayed unconfirmed is given the ending of a job that was erased."
copy bundle
erased=$(grep -l '"voucher":"recipient-signed"' forged/entries/*.json | head -n 1)
python3 - "forged/entries/$index.json" "$erased" << 'PYTHON'
import json, sys
mine, other = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:])
mine["outcome"] = other["outcome"]
with open(sys.argv[1], "w", encoding="utf-8", newline="") as file:
    json.dump(mine, file, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
PYTHON
refused "^WRONG: entry $index:" forged

step "All four were found. verify.py, the folders and the last forgery are in .demo-auditor/."
