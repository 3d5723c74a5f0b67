#!/usr/bin/env bash
# The auditor's program as one file: builds it for release with Swift inside, and runs it where there is nothing but the C
# library, neither Swift nor anything else of this machine.
#
#   Tests/Conformance/static.sh [DEMO_FOLDER]
#
# With a folder that `make demo` left, its evidence is verified there; without one only the program's help is asked for.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
fail() { echo "static: $*" >&2; exit 1; }

# Swift's own runtime is C++: a folder with nothing but the archive of its library is looked into before those of the machine.
libraries=$PWD/.build/audit-libraries
archive=$(gcc -print-file-name=libstdc++.a 2> /dev/null || find /usr/lib -name libstdc++.a | head -n 1)
[ -e "$archive" ] || fail "libstdc++.a is missing: apt-get install libstdc++-12-dev"
mkdir -p "$libraries"
ln -sf "$archive" "$libraries/libstdc++.a"
build=(swift build -c release --static-swift-stdlib --product expunge-audit --scratch-path .build/audit
  -Xswiftc "-L$libraries" -Xswiftc -Xclang-linker -Xswiftc -static-libgcc -Xlinker -s)
"${build[@]}"
program=$("${build[@]}" --show-bin-path)/expunge-audit

# The C library and its loader; nothing of Swift, and nothing that a minimal system may lack.
others=$(ldd "$program" | sed -E 's/^\s*(\S*\/)?([^ /]+) .*/\2/' |
  grep -vE '^(linux-vdso\.so\.1|ld-linux-x86-64\.so\.2|ld-linux-aarch64\.so\.1|lib(c|m|dl|rt|pthread)\.so\.[0-9]+)$' || true)
[ -z "$others" ] || fail "it needs more than the C library: $others"

room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cp "$program" "$room/expunge-audit"
ldd "$program" | grep -oE '/[^ ]+' | while read -r library; do
  mkdir -p "$room$(dirname "$library")"
  cp -L "$library" "$room$library"
done
mkdir "$room/proc"
export PATH=$PATH:/usr/sbin
alone=(unshare --mount --pid --fork)
[ "$(id -u)" = 0 ] || alone=(unshare --user --map-root-user --mount --pid --fork)
# Swift reads a program's arguments from /proc.
inside() {
  "${alone[@]}" bash -c 'mount -t proc proc "$0/proc" && exec env -i "$(command -v chroot)" "$0" /expunge-audit "$@"' \
    "$room" "$@"
}
inside --help > "$room/said" || fail "it does not run without this machine: $(cat "$room/said")"
if [ $# -ge 1 ]; then
  for name in evidence bundle log.vkey allowed_signers; do cp -r "$1/$name" "$room/"; done
  for folder in evidence bundle; do
    inside verify "$folder" --key log.vkey --signers allowed_signers > "$room/said" || fail "$folder: $(cat "$room/said")"
    grep -qx VERIFIED "$room/said" || fail "$folder was not verified"
  done
  printf 'x' >> "$room/evidence/checkpoint"
  if inside verify evidence --key log.vkey --signers allowed_signers > "$room/said"; then
    fail "a checkpoint with a byte more was taken"
  fi
fi
echo "$program: $(($(stat -c %s "$program") >> 20)) MiB, runs with the C library alone"
