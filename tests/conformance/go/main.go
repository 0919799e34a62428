// judge URL VKEY FOLDER: is the log served at URL what its checkpoints say?
//
// FOLDER holds checkpoints fetched earlier, one a file.  The judge is the Go project's own code for its checksum
// database: sumdb/note opens the checkpoints, sumdb/tlog authenticates the tiles and makes and checks the proofs.  Only
// fetching, the two differences between its tiles and C2SP's (no "8/" in the path, entry bundles) and the cosignature
// stand here.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height = 8
	width  = 1 << height
)

func fetch(url string) ([]byte, error) {
	answer, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", url, answer.Status)
	}
	return body, err
}

// cosigner is the log's key in C2SP's tlog-cosignature: type 4, a time before the signature, a header before the text.
type cosigner struct {
	name string
	key  ed25519.PublicKey
	time time.Time // of the last signature that held
}

func (c *cosigner) Name() string { return c.name }

func (c *cosigner) KeyHash() uint32 {
	sum := sha256.Sum256(append([]byte(c.name+"\n\x04"), c.key...))
	return binary.BigEndian.Uint32(sum[:])
}

func (c *cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	seconds := binary.BigEndian.Uint64(signature)
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", seconds, text)
	c.time = time.Unix(int64(seconds), 0)
	return ed25519.Verify(c.key, []byte(signed), signature[8:])
}

type checkpoint struct {
	tree tlog.Tree
	time time.Time
}

// open takes a checkpoint that both signatures of the pinned key vouch for.  tlog.ParseTree wants Go's own first line,
// so the lines are split here.
func open(vkey string, message []byte) (checkpoint, error) {
	var none checkpoint
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return none, err
	}
	key, err := base64.StdEncoding.DecodeString(strings.SplitN(vkey, "+", 3)[2])
	if err != nil {
		return none, err
	}
	cosigner := &cosigner{name: verifier.Name(), key: ed25519.PublicKey(key[1:])}
	opened, err := note.Open(message, note.VerifierList(verifier, cosigner))
	if err != nil {
		return none, err
	}
	if len(opened.Sigs) != 2 || len(opened.UnverifiedSigs) != 0 {
		return none, fmt.Errorf("%d signatures hold, %d are unknown", len(opened.Sigs), len(opened.UnverifiedSigs))
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || lines[3] != "" {
		return none, fmt.Errorf("not a checkpoint of %s: %q", verifier.Name(), opened.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || strconv.FormatInt(size, 10) != lines[1] {
		return none, fmt.Errorf("not a size: %q", lines[1])
	}
	hash, err := tlog.ParseHash(lines[2])
	return checkpoint{tlog.Tree{N: size, Hash: hash}, cosigner.time}, err
}

// tiles fetches tiles and keeps those that tlog found authentic.
type tiles struct {
	url  string
	kept map[tlog.Tile][]byte
}

func (t *tiles) Height() int { return height }

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(wanted))
	for i, tile := range wanted {
		known, ok := t.kept[tile]
		if !ok {
			var err error
			path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
			if known, err = fetch(t.url + "/" + path); err != nil {
				return nil, err
			}
		}
		data[i] = known
	}
	return data, nil
}

func (t *tiles) SaveTiles(authentic []tlog.Tile, data [][]byte) {
	for i, tile := range authentic {
		t.kept[tile] = data[i]
	}
}

// hashes are those that tlog read from authentic tiles; a proof that asks for another one fails.
type hashes map[int64]tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hash, ok := h[index]
		if !ok {
			return nil, fmt.Errorf("no tile holds hash %d", index)
		}
		found[i] = hash
	}
	return found, nil
}

// readAll reads every tile of the tree, each complete subtree in it by its own hash.
func readAll(tree tlog.Tree, reader tlog.TileReader) (hashes, error) {
	known := hashes{}
	authentic := tlog.TileHashReader(tree, reader)
	for _, tile := range tlog.NewTiles(height, 0, tree.N) {
		var indexes []int64
		for level := 0; level < height; level++ {
			first := tile.N << (height - level)
			for n := int64(0); n < int64(tile.W>>level); n++ {
				indexes = append(indexes, tlog.StoredHashIndex(tile.L*height+level, first+n))
			}
		}
		read, err := authentic.ReadHashes(indexes)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", tile.Path(), err)
		}
		for i, index := range indexes {
			known[index] = read[i]
		}
	}
	return known, nil
}

// checkEntries proves that every entry of every bundle stands in the tree where it is.
func checkEntries(url string, tree tlog.Tree, known hashes) error {
	for first := int64(0); first < tree.N; first += width {
		bundle := tlog.Tile{H: height, L: -1, N: first / width, W: width}
		if tree.N-first < width {
			bundle.W = int(tree.N - first)
		}
		path := strings.Replace(bundle.Path(), "tile/8/data/", "tile/entries/", 1)
		data, err := fetch(url + "/" + path)
		if err != nil {
			return err
		}
		for n := first; n < first+int64(bundle.W); n++ {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				return fmt.Errorf("%s ends in entry %d", path, n)
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			if err := checkEntry(data[2:end], n, tree, known); err != nil {
				return fmt.Errorf("%s, entry %d: %w", path, n, err)
			}
			data = data[end:]
		}
		if len(data) != 0 {
			return fmt.Errorf("%s goes on behind its last entry", path)
		}
	}
	return nil
}

func checkEntry(entry []byte, n int64, tree tlog.Tree, known hashes) error {
	proof, err := tlog.ProveRecord(tree.N, n, known)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, n, tlog.RecordHash(entry)); err != nil {
		return err
	}
	if tlog.CheckRecord(proof, tree.N, tree.Hash, n, tlog.RecordHash(append(entry[:0:0], 0xff))) == nil {
		return errors.New("the proof holds for something else, too")
	}
	return nil
}

// checkHistory proves each remembered checkpoint to be the beginning of every later one, and that the tiles of its own
// time are still served.
func checkHistory(history []checkpoint, reader tlog.TileReader, known hashes) (int, error) {
	pairs := 0
	for i, later := range history {
		hash, err := tlog.TreeHash(later.tree.N, tlog.TileHashReader(later.tree, reader))
		if err != nil || hash != later.tree.Hash {
			return 0, fmt.Errorf("tiles of size %d: %v", later.tree.N, err)
		}
		for _, earlier := range history[:i] {
			proof, err := tlog.ProveTree(later.tree.N, earlier.tree.N, known)
			if err == nil {
				err = tlog.CheckTree(proof, later.tree.N, later.tree.Hash, earlier.tree.N, earlier.tree.Hash)
			}
			if err != nil {
				return 0, fmt.Errorf("from %d to %d: %w", earlier.tree.N, later.tree.N, err)
			}
			if earlier.time.After(later.time) {
				return 0, fmt.Errorf("size %d was signed before size %d", later.tree.N, earlier.tree.N)
			}
			pairs++
		}
	}
	return pairs, nil
}

func readHistory(folder, vkey string) ([]checkpoint, error) {
	names, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		return nil, err
	}
	var history []checkpoint
	for _, name := range names {
		message, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		opened, err := open(vkey, message)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		history = append(history, opened)
	}
	return history, nil
}

func judge(url, vkey, folder string) error {
	message, err := fetch(url + "/checkpoint")
	if err != nil {
		return err
	}
	now, err := open(vkey, message)
	if err != nil {
		return err
	}
	if _, err := open(vkey, bytes.Replace(message, []byte("\n"), []byte("\n1"), 1)); err == nil {
		return errors.New("the signatures also hold for another size")
	}
	if age := time.Since(now.time); age > 31*time.Second || age < -2*time.Second {
		return fmt.Errorf("the checkpoint's time is %s away from ours", age)
	}
	history, err := readHistory(folder, vkey)
	if err != nil {
		return err
	}
	history = append(history, now)
	sort.SliceStable(history, func(a, b int) bool { return history[a].tree.N < history[b].tree.N })
	if newest := history[len(history)-1].tree.N; newest != now.tree.N {
		return fmt.Errorf("the log shrank from %d to %d", newest, now.tree.N)
	}
	reader := &tiles{url, map[tlog.Tile][]byte{}}
	known, err := readAll(now.tree, reader)
	if err != nil {
		return err
	}
	if err := checkEntries(url, now.tree, known); err != nil {
		return err
	}
	pairs, err := checkHistory(history, reader, known)
	if err != nil {
		return err
	}
	fmt.Printf("%d entries included, %d tiles authentic, %d pairs of sizes consistent\n", now.tree.N, len(reader.kept), pairs)
	return nil
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: judge URL VKEY FOLDER")
		os.Exit(2)
	}
	if err := judge(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, "judge:", err)
		os.Exit(1)
	}
}
