#!/usr/bin/env bash
# Checks published evidence with programs that are not ours: golang.org/x/mod/sumdb (Debian), tlog-scales (PyPI) and
# ssh-keygen. Then damages copies of it, one byte each, and requires that they and `expunge-audit` notice.
#
#   Tests/Conformance/run.sh DEMO_FOLDER [FOLDER_OF_OUR_PROGRAMS]
#
# DEMO_FOLDER is what `make demo` leaves: evidence/ bundle/ auditor/ log.vkey allowed_signers plans/ secrets/ keys/ credentials/.
# It is only read.
# What is missing is installed. One line a check; exit status 0 only when every check was made and passed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

fail() { echo "conformance: $*" >&2; exit 1; }
section() { printf '\n== %s\n' "$*"; }
ok() { echo "  $*"; }

[ $# -ge 1 ] || { echo "use: Tests/Conformance/run.sh DEMO_FOLDER [FOLDER_OF_OUR_PROGRAMS]" >&2; exit 2; }
[ -d "$1" ] || fail "$1 is no folder; run \`make demo\` first"
demo=$(cd "$1" && pwd)
bin=${2:-$(cd "$here" && swift build --show-bin-path)}
bin=$(cd "$bin" && pwd) || fail "no folder of our programs; run \`make build\` first"
for need in auditor/index.html evidence/checkpoint evidence/tile bundle/checkpoint bundle/README.txt log.vkey allowed_signers plans \
  secrets keys credentials/logkey; do
  [ -e "$demo/$need" ] || fail "$demo/$need is missing; run \`make demo\` to its end first"
done
for program in expunged expunge expunge-audit; do
  [ -x "$bin/$program" ] || fail "$bin/$program is missing; run \`make build\` first"
done

work=$(mktemp -d "${TMPDIR:-/tmp}/conf.XXXXXX")
daemon=
stop_daemon() { [ -z "$daemon" ] || { kill "$daemon" && wait "$daemon"; }; daemon=; }
trap 'stop_daemon || true; rm -rf "$work"' EXIT

# --- what is needed -------------------------------------------------------------------------------------------------

# GOPATH of Debian's Go libraries.
gocode=/usr/share/gocode
# Our second verifier, written from the format document alone.
second=$here/../../Sources/EvidenceLog/verify.py

install_missing() {
  local packages=() sudo=()
  command -v go > /dev/null || packages+=(golang-go)
  [ -d "$gocode/src/golang.org/x/mod/sumdb/tlog" ] || packages+=(golang-golang-x-mod-dev)
  command -v ssh-keygen > /dev/null || packages+=(openssh-client)
  python3 -c 'import ensurepip, venv' 2> /dev/null || packages+=(python3-venv)
  if [ ${#packages[@]} -gt 0 ]; then
    echo "installing: ${packages[*]}"
    command -v apt-get > /dev/null || fail "install these first: ${packages[*]} (there is no apt-get here)"
    [ "$(id -u)" = 0 ] || sudo=(sudo)
    { "${sudo[@]}" apt-get update -qq && "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends "${packages[@]}"; } > "$work/install.log" 2>&1 ||
      { tail -n 5 "$work/install.log" >&2; fail "could not install ${packages[*]}"; }
  fi
  python3 -m venv "$work/venv" || fail "could not make a Python environment"
  "$work/venv/bin/pip" install -q --disable-pip-version-check tlog-scales==0.0.3 > "$work/install.log" 2>&1 ||
    { tail -n 5 "$work/install.log" >&2; fail "could not install tlog-scales from PyPI (Python 3.11 or later?)"; }
}

section "Programs that are not ours"
install_missing
export GO111MODULE=off GOPATH=$gocode GOCACHE=$work/go-cache GOFLAGS=
go vet "$here/verify.go" || fail "go vet refuses verify.go"
go build -o "$work/verify" "$here/verify.go" || fail "verify.go does not build"
ok "$(go version), golang.org/x/mod $(dpkg-query -W -f '${Version}' golang-golang-x-mod-dev)"
ok "tlog-scales $("$work/venv/bin/python" -c 'import importlib.metadata as m; print(m.version("tlog-scales"))')"
ok "$(ssh -V 2>&1)"
# What the auditor holds himself; nothing of it comes from the bundle.
cp "$demo/allowed_signers" "$work/my_allowed_signers"
cp "$demo/log.vkey" "$work/log.vkey"
printf 'log %s\nquorum none\n' "$(cat "$work/log.vkey")" > "$work/my_policy"
tlog_tiles=$work/venv/bin/tlog-tiles
evidence=$demo/evidence
bundle=$demo/bundle

# --- the demo's evidence --------------------------------------------------------------------------------------------

section "Log folder and bundle, by golang.org/x/mod/sumdb"
"$work/verify" -log "$evidence" -vkey "$work/log.vkey" -bundle "$bundle" -old "$bundle/checkpoint" ||
  fail "the evidence does not conform"

section "Proofs, made again from the tiles by tlog-scales"
# The log goes on after a bundle was taken; so the folder is read as of the bundle's checkpoint.
mkdir "$work/as-of"
cp -r "$evidence/tile" "$work/as-of/tile"
cp "$bundle/checkpoint" "$work/as-of/checkpoint"
# The program itself, called once for every proof within one process: starting it a hundred times takes half a minute.
"$work/venv/bin/python" - "$work/as-of" "$bundle" << 'PYTHON' || fail "tlog-tiles gen-proof makes other proofs"
import contextlib, io, pathlib, sys
from tlog_scales import cli

log, bundle = sys.argv[1], pathlib.Path(sys.argv[2])

def without_cosigners(text, name):
    return [line for line in text.splitlines() if not line.startswith("— ") or line.startswith(f"— {name} ")]

proofs = sorted(bundle.glob("proofs/*.tlog-proof"), key=lambda path: int(path.name.split(".")[0]))
if not proofs:
    sys.exit("the bundle has no proofs")
origin = (bundle / "checkpoint").read_text().splitlines()[0]
for path in proofs:
    made = io.StringIO()
    sys.argv = ["tlog-tiles", "gen-proof", log, path.name.split(".")[0]]
    with contextlib.redirect_stdout(made):
        cli.main()
    if without_cosigners(made.getvalue(), origin) != without_cosigners(path.read_text(), origin):
        sys.exit(f"{path.name} is not what tlog-tiles prints:\n{made.getvalue()}")
print(f"  tlog-tiles gen-proof prints the same {len(proofs)} proofs, line by line")
PYTHON

# namespace_of TEXT: the namespace that belongs to a text's first line.
namespace_of() {
  case $(head -n 1 "$1") in
    expunged-approval/v1) echo erasure-approval@expunged ;;
    expunged-attestation/v1) echo erasure-attestation@expunged ;;
    *) echo "conformance: $1 has a header that nobody signs" >&2; return 1 ;;
  esac
}
# principal_of SIGNATURE: who of the auditor's own list owns the key.
principal_of() { ssh-keygen -Y find-principals -s "$1" -f "$work/my_allowed_signers" 2> /dev/null; }
# signed TEXT SIGNATURE PRINCIPAL NAMESPACE
signed() { ssh-keygen -Y verify -f "$work/my_allowed_signers" -I "$3" -n "$4" -s "$2" < "$1"; }

section "Signatures of people, by ssh-keygen"
approvals=0 attestations=0
for text in "$bundle"/approvals/*.txt; do
  [ -e "$text" ] || fail "the bundle has no approvals"
  signature=${text%.txt}.sig
  name=approvals/$(basename "$text")
  namespace=$(namespace_of "$text") || fail "$name cannot be checked"
  principal=$(principal_of "$signature") || fail "$name: nobody in allowed_signers owns the key"
  said=$(signed "$text" "$signature" "$principal" "$namespace" 2>&1) || fail "$name: $said"
  if signed "$text" "$signature" "$principal" erasure-other@expunged > /dev/null 2>&1; then
    fail "$name verifies in another namespace too"
  fi
  case $namespace in erasure-approval@*) approvals=$((approvals + 1)) ;; *) attestations=$((attestations + 1)) ;; esac
  ok "$name: $said"
done
[ "$(find "$bundle/approvals" -type f | wc -l)" = $((2 * (approvals + attestations))) ] ||
  fail "approvals/ holds files that are neither a text nor its signature"
[ "$approvals" -gt 0 ] || fail "no approval was there to check"
[ "$attestations" -gt 0 ] || fail "no attestation was there to check"

section "Every command of the bundle's README.txt"
grep -q '^How to check it' "$bundle/README.txt" || fail "README.txt does not say how to check the bundle"
mkdir "$work/unpacked"
cp -r "$bundle" "$work/unpacked/bundle"
cp "$work/my_policy" "$work/my_allowed_signers" "$work/log.vkey" "$work/unpacked/"
cp "$demo/authority/ca.pem" "$work/unpacked/my_ca.pem"
ran=" "
while IFS= read -r line; do
  command=$line
  command=${command//log.vkey/../log.vkey}
  command=${command//..\/..\//../}
  # tlog-tiles takes whole paths only.
  command=${command//\/path\/to\/LOGDIR/$(printf %q "$work/as-of")}
  command=${command//\/path\/to\/verify.py/$(printf %q "$second")}
  if [[ $command == *'<principal>'* ]]; then
    [[ $command =~ approvals/([0-9]+)\.sig ]] || fail "README.txt: no signature in: $line"
    command=${command//<principal>/$(principal_of "$bundle/approvals/${BASH_REMATCH[1]}.sig")}
  fi
  if [[ $command == *'<any verifier'* ]]; then
    # A placeholder. Go's verifier has checked these files above; here it counts that they exist.
    [[ $command =~ (entries/[0-9]+\.json)\ (proofs/[0-9]+\.tlog-proof) ]] || fail "README.txt: no proof in: $line"
    for file in "${BASH_REMATCH[@]:1}"; do [ -s "$bundle/$file" ] || fail "README.txt: no such file: $line"; done
  else
    (cd "$work/unpacked/bundle" && PATH=$bin:$work/venv/bin:$PATH bash -o pipefail -c "$command") \
      > "$work/said" 2>&1 < /dev/null || { cat "$work/said" >&2; fail "README.txt: this fails: $line"; }
  fi
  ran+="${line%% *} "
  ok "works: $line"
done < <(sed '1,/^How to check it/d' "$bundle/README.txt" | sed -n 's/^  *//p')
for command in expunge-audit python3 tlog-tiles ssh-keygen openssl; do
  [[ $ran == *" $command "* ]] || fail "README.txt gives no command with $command"
done

# --- a log with full tiles ------------------------------------------------------------------------------------------

section "A log of more than 256 entries, written by the daemon: full tiles, a second level, older checkpoints"
large=$work/large
mkdir "$large"
cp -r "$demo/plans" "$demo/allowed_signers" "$large/"
user=$(id -un)
as_bram() { "$bin/expunge" --socket "$large/s" --as bram "$@"; }
"$bin/expunged" init --config "$large/expunged.yaml" --origin erasure.example/conformance --register "$large/plans" \
  --organisation demo --signers "$large/allowed_signers" --socket "$large/s" --practice \
  --person "anna:clerk:$user:anna@demo.example" --person "bram:officer:$user:bram@demo.example" \
  --person "chris:officer:$user:chris@demo.example" > "$large/init.log" 2>&1 ||
  { cat "$large/init.log" >&2; fail "expunged init failed"; }
cp "$demo"/secrets/* "$large/credentials/"
start_daemon() {
  "$bin/expunged" run --config "$large/expunged.yaml" >> "$large/daemon.log" 2>&1 &
  daemon=$!
  for _ in $(seq 200); do
    as_bram status > /dev/null 2>&1 && return
    kill -0 "$daemon" 2> /dev/null || break
    sleep 0.1
  done
  tail -n 5 "$large/daemon.log" >&2
  fail "the daemon did not start"
}
start_daemon
cp "$large/evidence/checkpoint" "$large/checkpoint.first"
# In practice mode each move of the calendar is an entry. With opening, start and stop they make 256: a tree without any
# partial tile on level 0. The next start goes on behind it.
for _ in $(seq 253); do as_bram calendar --seconds 1 > /dev/null; done
stop_daemon || fail "the daemon did not stop in order"
cp "$large/evidence/checkpoint" "$large/checkpoint.full"
start_daemon
stop_daemon || fail "the daemon did not stop in order"
"$work/verify" -log "$large/evidence" -vkey "$large/log.vkey" \
  -old "$large/checkpoint.first" -old "$large/checkpoint.full" | tee "$work/said" || fail "the log does not conform"
for words in 'hash tiles on 2 levels' 'tiles: 2 full ones'; do
  grep -q "$words" "$work/said" || fail "the log is too small: no line says '$words'"
done
size=$(sed -n 2p "$large/evidence/checkpoint")
for index in 0 255 256 $((size - 1)); do
  "$tlog_tiles" get-leaf -c "$large/evidence" "$index" > "$work/leaf" ||
    fail "tlog-tiles cannot prove entry $index of $size"
  [ -s "$work/leaf" ] || fail "tlog-tiles reads an empty entry $index of $size"
done
ok "tlog-tiles proves entries 0, 255, 256 and $((size - 1)) of $size"
"$bin/expunge-audit" verify "$large/evidence" --key "$large/log.vkey" --signers "$work/my_allowed_signers" \
  --old "$large/checkpoint.first" --old "$large/checkpoint.full" > "$work/said" 2>&1 ||
  { cat "$work/said" >&2; fail "expunge-audit refuses what others accept"; }
ok "expunge-audit agrees"
python3 "$second" "$large/evidence" --key "$large/log.vkey" \
  --signers "$work/my_allowed_signers" --old "$large/checkpoint.first" --old "$large/checkpoint.full" > "$work/said" 2>&1 ||
  { cat "$work/said" >&2; fail "verify.py refuses what others accept"; }
ok "verify.py agrees"

# --- damage ---------------------------------------------------------------------------------------------------------

# Each outside_… verifies the copy in $work/damaged; so does ours.
outside_log() { "$work/verify" -log "$work/damaged" -vkey "$work/log.vkey"; }
outside_bundle() { "$work/verify" -log "$evidence" -vkey "$work/log.vkey" -bundle "$work/damaged"; }
outside_signature() {
  local text=$work/damaged/approvals/1.txt signature=$work/damaged/approvals/1.sig
  signed "$text" "$signature" "$(principal_of "$bundle/approvals/1.sig")" "$(namespace_of "$bundle/approvals/1.txt")"
}
ours() { "$bin/expunge-audit" verify "$work/damaged" --policy "$work/my_policy" --signers "$work/my_allowed_signers"; }
fresh() { rm -rf "$work/damaged"; cp -r "$1" "$work/damaged"; }
# flip FILE OFFSET: turns the last bit of one byte over.
flip() {
  local byte
  byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
  [ -n "$byte" ] || fail "$1 has no byte $2"
  printf '%b' "\\0$(printf '%03o' $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
# damage FOLDER FILE OFFSET WORDS OUTSIDE…: every verifier named, and ours, must refuse the copy, each with a reason.
damage() {
  local folder=$1 file=$2 offset=$3 words=$4 verifier status reasons=
  shift 4
  fresh "$folder"
  flip "$work/damaged/$file" "$offset"
  if cmp -s "$folder/$file" "$work/damaged/$file"; then fail "$file was not damaged"; fi
  for verifier in "$@" ours; do
    status=0
    "$verifier" > "$work/said" 2>&1 || status=$?
    [ "$status" != 0 ] || fail "damaged $words ($file, byte $offset) was not noticed by $verifier"
    # Of ssh-keygen any refusal counts (255); the others must have found the evidence wrong, not stumbled over it.
    [ "$status" = 1 ] || [ "$verifier" = outside_signature ] ||
      { cat "$work/said" >&2; fail "damaged $words ($file, byte $offset): $verifier ended with status $status"; }
    reasons+="${reasons:+ | }$verifier: $(tail -n 1 "$work/said")"
  done
  ok "noticed, $words: ${reasons//"$work/"/}"
}
half() { echo $(($(stat -c %s "$1") / 2)); }

section "Undamaged copies pass; one byte of damage is noticed by others and by us"
for folder in "$evidence" "$bundle"; do
  fresh "$folder"
  checks=(outside_log)
  [ "$folder" = "$evidence" ] || checks=(outside_bundle outside_signature)
  for verifier in "${checks[@]}" ours; do
    "$verifier" > "$work/said" 2>&1 || { cat "$work/said" >&2; fail "$verifier refuses an undamaged copy"; }
  done
done
ok "undamaged copies of evidence/ and bundle/ pass every verifier used here"

# newest_tile KIND: the last tile of level 0 or of the entries, as the size of the checkpoint says.
size=$(sed -n 2p "$evidence/checkpoint")
number=$(printf '%03d' $((size / 256)))
last_full=$(printf '%03d' $((size / 256 - 1)))
[ "$size" -lt 256000 ] || fail "a demo of $size entries is more than this script knows paths for"
newest_tile() {
  if [ $((size % 256)) -gt 0 ]; then echo "tile/$1/$number.p/$((size % 256))"; else echo "tile/$1/$last_full"; fi
}
entry_tile=$(newest_tile entries)
hash_tile=$(newest_tile 0)
artifact=$(cd "$evidence" && find artifacts -type f | sort | head -n 1)
damage "$evidence" "$entry_tile" "$(half "$evidence/$entry_tile")" "an entry tile" outside_log
damage "$evidence" "$entry_tile" 0 "the length of an entry" outside_log
damage "$evidence" "$hash_tile" "$(half "$evidence/$hash_tile")" "a hash tile" outside_log
while IFS= read -r tile; do
  damage "$evidence" "$tile" "$(half "$evidence/$tile")" "a tile of an earlier size" outside_log
done < <(cd "$evidence" && find tile -path '*.p/*' ! -path "$entry_tile" ! -path "$hash_tile" | sort | sed -n '1p;$p')
# Behind origin and size stands the root.
header=$(head -n 2 "$evidence/checkpoint" | wc -c)
damage "$evidence" checkpoint $((header + 10)) "the log's checkpoint" outside_log
damage "$evidence" "$artifact" "$(half "$evidence/$artifact")" "an artifact of the log" outside_log
# Behind the two first lines stands the first hash.
header=$(head -n 2 "$bundle/proofs/0.tlog-proof" | wc -c)
damage "$bundle" proofs/0.tlog-proof $((header + 10)) "a proof's hash" outside_bundle
damage "$bundle" proofs/0.tlog-proof $((header - 2)) "a proof's index" outside_bundle
damage "$bundle" entries/0.json "$(half "$bundle/entries/0.json")" "an entry of the bundle" outside_bundle
damage "$bundle" checkpoint "$(half "$bundle/checkpoint")" "the bundle's checkpoint" outside_bundle
artifact=$(cd "$bundle" && find artifacts -type f | sort | head -n 1)
damage "$bundle" "$artifact" 0 "an artifact of the bundle" outside_bundle
damage "$bundle" report.txt "$(half "$bundle/report.txt")" "the erasure report" outside_bundle
damage "$bundle" approvals/1.txt "$(half "$bundle/approvals/1.txt")" "an approval's text" \
  outside_signature outside_bundle
damage "$bundle" approvals/1.sig "$(half "$bundle/approvals/1.sig")" "an approval's signature" \
  outside_signature outside_bundle

section "verify.py, the second verifier: its own tests, then both of ours over good, damaged and lying evidence"
python3 "$here/test_verify.py" > "$work/said" 2>&1 || { cat "$work/said" >&2; fail "the tests of verify.py fail"; }
ok "$(grep '^Ran' "$work/said"), with $(python3 --version)"
python3 "$here/two_verifiers.py" "$demo" "$bin/expunge-audit" || fail "the two verifiers do not agree"

section "Evidence of every release, by both verifiers of now"
python3 "$here/releases.py" "$bin/expunge-audit" || fail "evidence of an earlier release does not hold any more"

printf '\nconformance: all checks passed\n'
