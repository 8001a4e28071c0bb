//go:build unix

package store

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// storeOnceSlowly removes doubled texts one by one and says how many are left.
func storeOnceSlowly(ctx context.Context, o Options, _ string) error {
	s, err := Open(ctx, o)
	if err != nil {
		return err
	}
	for left := 1; left > 0; {
		if left, err = s.StoreTextsOnce(ctx, 1); err != nil {
			return err
		}
		fmt.Println(left)
	}
	return s.Close()
}

// A program that is killed while it removes doubled texts loses none, and the next one goes on where it was.
func TestKillsWhileTextsAreStoredOnceLoseNoText(t *testing.T) {
	const articles = 200
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		scan := scanOf(models.SourceState{SourceID: "hkma"}, 0, article("hkma", "1", "Coin rules", noon), "coin")
		for i := range articles - 1 {
			scan.Articles = append(scan.Articles, article("hkma", fmt.Sprint("n", i), "More", noon))
		}
		commit(t, s, scan)
		revise(t, s, scan.Articles[0], "One day.", noon.Add(time.Hour))
		if err := s.write.Exec(asBefore).Error; err != nil {
			t.Fatal(err)
		}
		want := revisionsByArticle(t, s)
		before := number(t, s, storedTwice)
		for round := range 4 {
			cmd := program(t, self(t), "store once", o, "")
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			said := killAfter(t, cmd, out, 2+round*3)
			if diff := cmp.Diff(want, revisionsByArticle(t, s)); diff != "" {
				t.Fatalf("after kill %d the texts differ (-want +got):\n%s", round+1, diff)
			}
			if n := number(t, s, storedTwice); n >= before || int64(n) > said {
				t.Errorf("after kill %d, %d texts are stored twice, before %d; the program said %d", round+1, n, before, said)
			} else {
				before = n
			}
		}
		if before == 0 {
			t.Error("no kill came while texts were left, so the test shows nothing")
		}
		if left, err := s.StoreTextsOnce(t.Context(), 10*articles); left != 0 || err != nil {
			t.Errorf("StoreTextsOnce = %d, %v", left, err)
		}
		if n := number(t, s, storedTwice); n != 0 {
			t.Errorf("in the end %d texts are stored twice", n)
		}
		if diff := cmp.Diff(want, revisionsByArticle(t, s)); diff != "" {
			t.Errorf("in the end the texts differ (-want +got):\n%s", diff)
		}
	})
}
