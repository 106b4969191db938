// Command oracle lets Go's own transparency-log packages judge a log that Ayan wrote: its checkpoint, its tiles and
// bundles, and the proofs made from them. It reads a question from standard input and ends with a fault, or with "agreed".
package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type question struct {
	Folder, Key string
	Inclusion   []struct {
		Index, Size int64
		Root, Leaf  tlog.Hash
		Proof       tlog.RecordProof
	}
	Consistency []struct {
		Old, New         int64
		OldRoot, NewRoot tlog.Hash
		Proof            tlog.TreeProof
	}
}

// tiles reads the layout of C2SP tlog-tiles, which leaves the height out of the path.
type tiles struct{ folder string }

func (t tiles) Height() int { return 8 }

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, one := range wanted {
		data, err := os.ReadFile(filepath.Join(t.folder, strings.Replace(one.Path(), "tile/8/", "tile/", 1)))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func agree(what string, ours, theirs any) {
	if fmt.Sprint(ours) != fmt.Sprint(theirs) {
		log.Fatalf("%s: Ayan says %v, Go says %v", what, ours, theirs)
	}
}

func main() {
	log.SetFlags(0)
	var q question
	if err := json.NewDecoder(os.Stdin).Decode(&q); err != nil {
		log.Fatal(err)
	}
	signed := must(os.ReadFile(filepath.Join(q.Folder, "checkpoint")))
	opened := must(note.Open(signed, note.VerifierList(must(note.NewVerifier(q.Key)))))
	lines := strings.Split(opened.Text, "\n")
	tree := tlog.Tree{N: must(strconv.ParseInt(lines[1], 10, 64))}
	copy(tree.Hash[:], must(base64.StdEncoding.DecodeString(lines[2])))
	reader := tlog.TileHashReader(tree, tiles{q.Folder})
	agree("root", must(tlog.TreeHash(tree.N, reader)), tree.Hash)
	bundles(q.Folder, tree.N, reader)
	for _, one := range q.Inclusion {
		if err := tlog.CheckRecord(one.Proof, one.Size, one.Root, one.Index, one.Leaf); err != nil {
			log.Fatalf("leaf %d of %d: %v", one.Index, one.Size, err)
		}
		agree("root of a size", one.Root, must(tlog.TreeHash(one.Size, reader)))
		agree("inclusion", one.Proof, must(tlog.ProveRecord(one.Size, one.Index, reader)))
	}
	for _, one := range q.Consistency {
		if err := tlog.CheckTree(one.Proof, one.New, one.NewRoot, one.Old, one.OldRoot); err != nil {
			log.Fatalf("%d to %d: %v", one.Old, one.New, err)
		}
		agree("consistency", one.Proof, must(tlog.ProveTree(one.New, one.Old, reader)))
	}
	fmt.Println("agreed")
}

// bundles reads every entry and compares its hash with the one in the tiles.
func bundles(folder string, size int64, reader tlog.HashReader) {
	for first := int64(0); first < size; first += 256 {
		tile := tlog.Tile{H: 8, L: 0, N: first / 256, W: int(min(256, size-first))}
		path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
		data := must(os.ReadFile(filepath.Join(folder, path)))
		var wanted []int64
		for number := first; number < first+int64(tile.W); number++ {
			wanted = append(wanted, tlog.StoredHashIndex(0, number))
		}
		for _, stored := range must(reader.ReadHashes(wanted)) {
			length := int(binary.BigEndian.Uint16(data))
			agree("entry", tlog.RecordHash(data[2:2+length]), stored)
			data = data[2+length:]
		}
		agree("bytes after a bundle", len(data), 0)
	}
}
