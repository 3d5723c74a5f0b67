// Command verify checks a published log folder, and an evidence bundle taken from it, with code that is not ours:
// all hashing, proving and signature checking is golang.org/x/mod/sumdb/{note,tlog}. What is written here only finds
// the files by the paths of C2SP tlog-tiles and reads the lines of C2SP tlog-checkpoint and tlog-proof.
//
// It prints one line a check. Exit status: 0 everything holds, 1 something does not, 2 wrong use.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// tileHeight is the one height that C2SP tlog-tiles knows: 256 hashes in a full tile.
const tileHeight = 8

// entryLevel is the level by which tlog.Tile names the tiles of the entries themselves.
const entryLevel = -1

func main() {
	logFolder := flag.String("log", "", "the published log `folder`")
	keyFile := flag.String("vkey", "", "`file` with the log's verifier key, the auditor's own copy")
	bundleFolder := flag.String("bundle", "", "an evidence bundle's `folder`")
	var older []string
	flag.Func("old", "`file` with an older checkpoint of the log; may be repeated", func(path string) error {
		older = append(older, path)
		return nil
	})
	flag.Parse()
	if *logFolder == "" || *keyFile == "" || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "use: verify -log FOLDER -vkey FILE [-bundle FOLDER] [-old CHECKPOINT]...")
		os.Exit(2)
	}
	if err := run(*logFolder, *keyFile, *bundleFolder, older); err != nil {
		fmt.Fprintln(os.Stderr, "verify.go:", err)
		os.Exit(1)
	}
}

func run(logFolder, keyFile, bundleFolder string, older []string) error {
	key, err := os.ReadFile(keyFile)
	if err != nil {
		return err
	}
	verifier, err := note.NewVerifier(strings.TrimSuffix(string(key), "\n"))
	if err != nil {
		return fmt.Errorf("%s: %v", keyFile, err)
	}
	log, err := openLog(logFolder, verifier)
	if err != nil {
		return err
	}
	// The library looks first, then the comparison of every file that no proof needs.
	checks := []func() error{log.readEntries, log.checkRoot, log.checkProofs, log.checkTiles, log.checkArtifacts}
	for _, check := range checks {
		if err := check(); err != nil {
			return err
		}
	}
	for _, path := range older {
		point, err := readCheckpoint(path, verifier)
		if err != nil {
			return err
		}
		if err := log.extends(point); err != nil {
			return fmt.Errorf("%s: %v", path, err)
		}
		if err := log.serves(point.N); err != nil {
			return err
		}
		say("older checkpoint of size %d: signature holds, the newest tree extends it, its tiles are there", point.N)
	}
	if bundleFolder == "" {
		return nil
	}
	return checkBundle(bundleFolder, log, verifier)
}

func say(format string, values ...any) { fmt.Printf("  "+format+"\n", values...) }

// A checkpoint is a signed tree head as C2SP tlog-checkpoint writes it.
type checkpoint struct {
	tlog.Tree
	bytes []byte
}

var decimal = regexp.MustCompile(`^(0|[1-9][0-9]*)$`)

func readCheckpoint(path string, verifier note.Verifier) (checkpoint, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return checkpoint{}, err
	}
	point, err := parseCheckpoint(content, verifier)
	if err != nil {
		return checkpoint{}, fmt.Errorf("%s: %v", path, err)
	}
	return point, nil
}

func parseCheckpoint(content []byte, verifier note.Verifier) (checkpoint, error) {
	opened, err := note.Open(content, note.VerifierList(verifier))
	if err != nil {
		return checkpoint{}, err
	}
	lines := strings.Split(strings.TrimSuffix(opened.Text, "\n"), "\n")
	if len(lines) != 3 {
		return checkpoint{}, fmt.Errorf("%d lines of text; ours are origin, size and root, and no extension", len(lines))
	}
	if lines[0] != verifier.Name() {
		return checkpoint{}, fmt.Errorf("origin %q is not the key's name %q", lines[0], verifier.Name())
	}
	if !decimal.MatchString(lines[1]) {
		return checkpoint{}, fmt.Errorf("size %q is no decimal without leading zeros", lines[1])
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return checkpoint{}, err
	}
	root, err := parseHash(lines[2])
	if err != nil {
		return checkpoint{}, fmt.Errorf("root: %v", err)
	}
	return checkpoint{tlog.Tree{N: size, Hash: root}, content}, nil
}

// parseHash reads one hash in the only base64 text it has; tlog.ParseHash alone takes several.
func parseHash(text string) (tlog.Hash, error) {
	hash, err := tlog.ParseHash(text)
	if err == nil && base64.StdEncoding.EncodeToString(hash[:]) != text {
		err = fmt.Errorf("%q is not the one base64 text of its bytes", text)
	}
	return hash, err
}

// A logFolder is a published log: checkpoint, tile/, artifacts/sha256/.
type logFolder struct {
	folder  string
	newest  checkpoint
	entries [][]byte
	// stored holds the hashes of the tree that the entries alone give, in the order of tlog.StoredHashIndex.
	stored hashList
	// tiles reads the tree's hashes from the tile files; tlog checks each against the checkpoint's root.
	tiles tlog.HashReader
}

// A hashList holds stored hashes in memory.
type hashList []tlog.Hash

func (list hashList) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, 0, len(indexes))
	for _, index := range indexes {
		if index < 0 || index >= int64(len(list)) {
			return nil, fmt.Errorf("no stored hash %d", index)
		}
		hashes = append(hashes, list[index])
	}
	return hashes, nil
}

func openLog(folder string, verifier note.Verifier) (*logFolder, error) {
	newest, err := readCheckpoint(filepath.Join(folder, "checkpoint"), verifier)
	if err != nil {
		return nil, err
	}
	if newest.N == 0 {
		return nil, errors.New("the log is empty: nothing could be checked")
	}
	say("checkpoint: the signature of %s holds; size %d, no extension line", verifier.Name(), newest.N)
	log := &logFolder{folder: folder, newest: newest}
	log.tiles = tlog.TileHashReader(newest.Tree, tileFiles{folder})
	return log, nil
}

// tilePath is the path of a tile in C2SP tlog-tiles: that of tlog without the height, and `entries` for `data`.
func tilePath(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight))
	if tile.L == entryLevel {
		path = "entries" + strings.TrimPrefix(path, "data")
	}
	return "tile/" + path
}

// parseTilePath is the reverse of tilePath; it knows one path for one tile.
func parseTilePath(path string) (tlog.Tile, error) {
	rest := strings.TrimPrefix(path, "tile/")
	if strings.HasPrefix(rest, "entries/") {
		rest = "data" + strings.TrimPrefix(rest, "entries")
	}
	tile, err := tlog.ParseTilePath(fmt.Sprintf("tile/%d/%s", tileHeight, rest))
	if err != nil || tilePath(tile) != path || tile.L > 63 {
		return tlog.Tile{}, fmt.Errorf("%s is no path of C2SP tlog-tiles", path)
	}
	return tile, nil
}

// tileFiles reads hash tiles for tlog.TileHashReader.
type tileFiles struct{ folder string }

func (files tileFiles) Height() int { return tileHeight }

func (files tileFiles) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var contents [][]byte
	for _, tile := range tiles {
		content, err := os.ReadFile(filepath.Join(files.folder, filepath.FromSlash(tilePath(tile))))
		if err != nil {
			return nil, err
		}
		contents = append(contents, content)
	}
	return contents, nil
}

// SaveTiles keeps nothing: the tiles are files already.
func (files tileFiles) SaveTiles([]tlog.Tile, [][]byte) {}

// tilesAt names the tiles of one level that a log of this size has: full ones, and a partial one for what is left over.
// (tlog.NewTiles also names partial tiles of earlier sizes, which C2SP tlog-tiles does not ask for.)
func tilesAt(level int, size int64) []tlog.Tile {
	count := size
	if level > 0 {
		count >>= tileHeight * level
	}
	var tiles []tlog.Tile
	for n := int64(0); n<<tileHeight < count; n++ {
		width := count - n<<tileHeight
		if width > 1<<tileHeight {
			width = 1 << tileHeight
		}
		tiles = append(tiles, tlog.Tile{H: tileHeight, L: level, N: n, W: int(width)})
	}
	return tiles
}

// splitEntries reads an entry bundle: big-endian uint16 lengths, each before its entry.
func splitEntries(content []byte) ([][]byte, error) {
	var entries [][]byte
	for len(content) > 0 {
		if len(content) < 2 {
			return nil, errors.New("ends within a length")
		}
		length := int(binary.BigEndian.Uint16(content))
		if len(content)-2 < length {
			return nil, errors.New("ends within an entry")
		}
		entries = append(entries, content[2:2+length])
		content = content[2+length:]
	}
	return entries, nil
}

func joinEntries(entries [][]byte) []byte {
	var content []byte
	for _, entry := range entries {
		content = binary.BigEndian.AppendUint16(content, uint16(len(entry)))
		content = append(content, entry...)
	}
	return content
}

// readEntries reads the entry bundles that a log of this size has, and builds the tree from them alone.
func (log *logFolder) readEntries() error {
	bundles := 0
	for _, tile := range tilesAt(entryLevel, log.newest.N) {
		content, err := os.ReadFile(filepath.Join(log.folder, filepath.FromSlash(tilePath(tile))))
		if err != nil {
			return err
		}
		entries, err := splitEntries(content)
		if err != nil {
			return fmt.Errorf("%s %v", tilePath(tile), err)
		}
		if len(entries) != tile.W {
			return fmt.Errorf("%s holds %d entries, not %d", tilePath(tile), len(entries), tile.W)
		}
		log.entries = append(log.entries, entries...)
		bundles++
	}
	if int64(len(log.entries)) != log.newest.N {
		return fmt.Errorf("%d entries in a log of size %d", len(log.entries), log.newest.N)
	}
	for index, entry := range log.entries {
		hashes, err := tlog.StoredHashes(int64(index), entry, log.stored)
		if err != nil {
			return err
		}
		log.stored = append(log.stored, hashes...)
	}
	say("entries: %d in %d bundles at the paths of the size", len(log.entries), bundles)
	return nil
}

// checkTiles holds every file of the folder against the tree that the entries give: its path, its width, each byte.
func (log *logFolder) checkTiles() error {
	needed := map[string]bool{}
	for level := 0; log.newest.N>>(tileHeight*level) > 0; level++ {
		for _, tile := range tilesAt(level, log.newest.N) {
			needed[tilePath(tile)] = true
		}
	}
	seen, full, earlier, levels := 0, 0, 0, 0
	paths, err := listFiles(log.folder)
	if err != nil {
		return err
	}
	for _, path := range paths {
		if !strings.HasPrefix(path, "tile/") {
			// A time stamp, and whose it is, are not of the tree: openssl checks them.
			stamp := path == "checkpoint.tsr" || path == "tsa/ca.pem"
			if path == "checkpoint" || stamp || strings.HasPrefix(path, "artifacts/sha256/") {
				continue
			}
			return fmt.Errorf("%s does not belong into a log folder", path)
		}
		tile, err := parseTilePath(path)
		if err != nil {
			return err
		}
		expected, err := log.expected(tile)
		if err != nil {
			return fmt.Errorf("%s: %v", path, err)
		}
		content, err := os.ReadFile(filepath.Join(log.folder, filepath.FromSlash(path)))
		if err != nil {
			return err
		}
		if !bytes.Equal(content, expected) {
			return fmt.Errorf("%s is not the tile that the entries give", path)
		}
		if tile.W == 1<<tileHeight {
			full++
		}
		if tile.L+1 > levels {
			levels = tile.L + 1
		}
		if needed[path] {
			seen++
		} else if tile.L != entryLevel {
			earlier++
		}
	}
	if seen != len(needed) {
		return fmt.Errorf("%d hash tiles of %d are there", seen, len(needed))
	}
	say("tiles: %d hash tiles on %d levels at their paths, each byte as the entries give it", seen, levels)
	say("tiles: %d full ones of either sort, %d hash tiles of earlier sizes", full, earlier)
	return nil
}

// expected makes the content of a tile from the entries.
func (log *logFolder) expected(tile tlog.Tile) ([]byte, error) {
	level := tile.L
	if level == entryLevel {
		level = 0
	}
	start := tile.N << tileHeight
	end := start + int64(tile.W)
	if start < 0 || level > 6 || end > log.newest.N>>(tileHeight*level) {
		return nil, errors.New("reaches beyond the checkpoint's size")
	}
	if tile.L == entryLevel {
		return joinEntries(log.entries[start:end]), nil
	}
	return tlog.ReadTileData(tile, log.stored)
}

// checkRoot recomputes the root twice, and reads every leaf hash through the authenticating tile reader.
func (log *logFolder) checkRoot() error {
	fromEntries, err := tlog.TreeHash(log.newest.N, log.stored)
	if err != nil {
		return err
	}
	if fromEntries != log.newest.Hash {
		return fmt.Errorf("the entries give the root %v, the checkpoint says %v", fromEntries, log.newest.Hash)
	}
	fromTiles, err := tlog.TreeHash(log.newest.N, log.tiles)
	if err != nil {
		return err
	}
	if fromTiles != log.newest.Hash {
		return fmt.Errorf("the tiles give the root %v, the checkpoint says %v", fromTiles, log.newest.Hash)
	}
	for index, entry := range log.entries {
		hashes, err := log.tiles.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(index))})
		if err != nil {
			return err
		}
		if hashes[0] != tlog.RecordHash(entry) {
			return fmt.Errorf("entry %d has not the leaf hash in its tile", index)
		}
	}
	say("root: the checkpoint's, from the entries and again from the tiles; %d leaf hashes in their tiles", log.newest.N)
	return nil
}

// mostProofs bounds the sizes and indices that are proved: all of a small log, of a large one the ends and a stride.
const mostProofs = 400

// samples names indices below the bound, without gaps where there are few.
func samples(bound int64) []int64 {
	stride := bound/mostProofs + 1
	var chosen []int64
	for index := int64(0); index < bound; index += stride {
		chosen = append(chosen, index)
	}
	if last := bound - 1; last >= 0 && chosen[len(chosen)-1] != last {
		chosen = append(chosen, last)
	}
	return chosen
}

// checkProofs proves entries and older sizes from the tiles alone, and checks each proof.
func (log *logFolder) checkProofs() error {
	indices := samples(log.newest.N)
	for _, index := range indices {
		proof, err := tlog.ProveRecord(log.newest.N, index, log.tiles)
		if err != nil {
			return fmt.Errorf("proof of entry %d: %v", index, err)
		}
		leaf := tlog.RecordHash(log.entries[index])
		if err := tlog.CheckRecord(proof, log.newest.N, log.newest.Hash, index, leaf); err != nil {
			return fmt.Errorf("proof of entry %d: %v", index, err)
		}
		root, err := tlog.TreeHash(index+1, log.stored)
		if err != nil {
			return err
		}
		if err := log.extends(checkpoint{Tree: tlog.Tree{N: index + 1, Hash: root}}); err != nil {
			return err
		}
	}
	say("proofs from the tiles: %d entries in the tree, as many older sizes consistent with it", len(indices))
	return nil
}

// extends checks that the newest tree holds an older one at its beginning.
func (log *logFolder) extends(older checkpoint) error {
	if older.N == 0 {
		return nil
	}
	if older.N > log.newest.N {
		return fmt.Errorf("size %d is larger than the log's %d", older.N, log.newest.N)
	}
	proof, err := tlog.ProveTree(log.newest.N, older.N, log.tiles)
	if err != nil {
		return fmt.Errorf("consistency of size %d: %v", older.N, err)
	}
	if err := tlog.CheckTree(proof, log.newest.N, log.newest.Hash, older.N, older.Hash); err != nil {
		return fmt.Errorf("consistency of size %d: %v", older.N, err)
	}
	return nil
}

// serves checks that the tiles of an earlier checkpoint are still there: each as it was, or the full one in its place.
func (log *logFolder) serves(size int64) error {
	tiles := tilesAt(entryLevel, size)
	for level := 0; size>>(tileHeight*level) > 0; level++ {
		tiles = append(tiles, tilesAt(level, size)...)
	}
	for _, tile := range tiles {
		full := tile
		full.W = 1 << tileHeight
		_, err := os.Stat(filepath.Join(log.folder, filepath.FromSlash(tilePath(tile))))
		if err != nil {
			if _, other := os.Stat(filepath.Join(log.folder, filepath.FromSlash(tilePath(full)))); other != nil {
				return fmt.Errorf("the checkpoint of size %d has lost a tile: %v", size, err)
			}
		}
	}
	return nil
}

// checkArtifacts checks that every artifact of the log has the digest that is its name, and that an entry names it.
func (log *logFolder) checkArtifacts() error {
	count, err := artifactsHold(log.folder, bytes.Join(log.entries, []byte{'\n'}))
	if err != nil {
		return err
	}
	say("artifacts: %d have the digest that is their name, and an entry names each", count)
	return nil
}

func artifactsHold(folder string, entries []byte) (int, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "artifacts", "sha256", "*"))
	if err != nil {
		return 0, err
	}
	for _, path := range paths {
		digest, err := digestOf(path)
		if err != nil {
			return 0, err
		}
		if digest != filepath.Base(path) {
			return 0, fmt.Errorf("artifact %s has the digest %s", filepath.Base(path), digest)
		}
		if !bytes.Contains(entries, []byte(`"sha256:`+digest+`"`)) {
			return 0, fmt.Errorf("no entry names the artifact %s", digest)
		}
	}
	return len(paths), nil
}

func digestOf(path string) (string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:]), nil
}

func listFiles(folder string) ([]string, error) {
	var paths []string
	err := filepath.WalkDir(folder, func(path string, item fs.DirEntry, err error) error {
		if err != nil || item.IsDir() {
			return err
		}
		if !item.Type().IsRegular() {
			return fmt.Errorf("%s is no ordinary file", path)
		}
		inside, err := filepath.Rel(folder, path)
		paths = append(paths, filepath.ToSlash(inside))
		return err
	})
	sort.Strings(paths)
	return paths, err
}

// checkBundle checks the bundle of one request against the log that it was taken from.
func checkBundle(folder string, log *logFolder, verifier note.Verifier) error {
	point, err := readCheckpoint(filepath.Join(folder, "checkpoint"), verifier)
	if err != nil {
		return err
	}
	if err := log.extends(point); err != nil {
		return fmt.Errorf("bundle: %v", err)
	}
	say("bundle: its checkpoint's signature holds; size %d is consistent with the log's %d", point.N, log.newest.N)
	paths, err := filepath.Glob(filepath.Join(folder, "entries", "*"))
	if err != nil {
		return err
	}
	proofs, err := filepath.Glob(filepath.Join(folder, "proofs", "*"))
	if err != nil {
		return err
	}
	if len(paths) == 0 || len(paths) != len(proofs) {
		return fmt.Errorf("bundle: %d entries and %d proofs", len(paths), len(proofs))
	}
	var entries [][]byte
	for _, path := range paths {
		entry, err := checkProofFile(folder, strings.TrimSuffix(filepath.Base(path), ".json"), point, log)
		if err != nil {
			return fmt.Errorf("bundle: %v", err)
		}
		entries = append(entries, entry)
	}
	say("bundle: %d .tlog-proof files prove their entries, which are byte for byte the log's", len(entries))
	if err := checkConsistencyFiles(folder, point, log); err != nil {
		return fmt.Errorf("bundle: %v", err)
	}
	return checkNamed(folder, bytes.Join(entries, []byte{'\n'}))
}

// checkProofFile checks proofs/<name>.tlog-proof for entries/<name>.json, and returns the entry.
func checkProofFile(folder, name string, point checkpoint, log *logFolder) ([]byte, error) {
	if !decimal.MatchString(name) {
		return nil, fmt.Errorf("entries/%s.json is named by no index", name)
	}
	index, err := strconv.ParseInt(name, 10, 64)
	if err != nil {
		return nil, err
	}
	entry, err := os.ReadFile(filepath.Join(folder, "entries", name+".json"))
	if err != nil {
		return nil, err
	}
	file := "proofs/" + name + ".tlog-proof"
	content, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(file)))
	if err != nil {
		return nil, err
	}
	head, signed, parted := bytes.Cut(content, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !parted || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || lines[1] != "index "+name {
		return nil, fmt.Errorf("%s does not begin as C2SP tlog-proof says", file)
	}
	if !bytes.Equal(signed, point.bytes) {
		return nil, fmt.Errorf("%s ends with another checkpoint than the bundle's", file)
	}
	proof := tlog.RecordProof{}
	for _, line := range lines[2:] {
		hash, err := parseHash(line)
		if err != nil {
			return nil, fmt.Errorf("%s: %v", file, err)
		}
		proof = append(proof, hash)
	}
	if err := tlog.CheckRecord(proof, point.N, point.Hash, index, tlog.RecordHash(entry)); err != nil {
		return nil, fmt.Errorf("%s: %v", file, err)
	}
	if index >= log.newest.N || !bytes.Equal(entry, log.entries[index]) {
		return nil, fmt.Errorf("entries/%s.json is not the log's entry", name)
	}
	return entry, nil
}

// checkConsistencyFiles checks consistency/<old>-<new>: one base64 hash a line.
func checkConsistencyFiles(folder string, point checkpoint, log *logFolder) error {
	paths, err := filepath.Glob(filepath.Join(folder, "consistency", "*"))
	if err != nil {
		return err
	}
	for _, path := range paths {
		oldText, newText, _ := strings.Cut(filepath.Base(path), "-")
		if !decimal.MatchString(oldText) || newText != strconv.FormatInt(point.N, 10) {
			return fmt.Errorf("consistency/%s is not named <old>-%d", filepath.Base(path), point.N)
		}
		size, err := strconv.ParseInt(oldText, 10, 64)
		if err != nil {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		proof := tlog.TreeProof{}
		for _, line := range strings.Split(strings.TrimSuffix(string(content), "\n"), "\n") {
			hash, err := parseHash(line)
			if err != nil {
				return fmt.Errorf("consistency/%s: %v", filepath.Base(path), err)
			}
			proof = append(proof, hash)
		}
		root, err := tlog.TreeHash(size, log.stored)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(proof, point.N, point.Hash, size, root); err != nil {
			return fmt.Errorf("consistency/%s: %v", filepath.Base(path), err)
		}
	}
	if len(paths) > 0 {
		say("bundle: %d consistency proofs hold", len(paths))
	}
	return nil
}

// checkNamed checks that the proven entries name every artifact, every approval with its signature, and the report.
func checkNamed(folder string, entries []byte) error {
	artifacts, err := artifactsHold(folder, entries)
	if err != nil {
		return fmt.Errorf("bundle: %v", err)
	}
	approvals, err := filepath.Glob(filepath.Join(folder, "approvals", "*"))
	if err != nil {
		return err
	}
	named := append([]string{filepath.Join(folder, "report.txt")}, approvals...)
	for _, path := range named {
		digest, err := digestOf(path)
		if err != nil {
			return fmt.Errorf("bundle: %v", err)
		}
		if !bytes.Contains(entries, []byte(`"sha256:`+digest+`"`)) {
			return fmt.Errorf("bundle: no proven entry names %s as it is", filepath.Base(path))
		}
	}
	if artifacts == 0 || len(approvals) == 0 {
		return errors.New("bundle: no artifact or no approval to check")
	}
	say("bundle: proven entries name %d artifacts, %d approval files, the report; no others", artifacts, len(approvals))
	return nil
}
