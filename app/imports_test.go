package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// archiveFile writes a file of articles of the source wire.
func archiveFile(t *testing.T, articles int) string {
	t.Helper()
	var b strings.Builder
	for i := range articles {
		fmt.Fprintf(&b, `{"title": "Circular %d", "published": "2024-0%d-11", "source": "Wire", "link": "https://wire.example/%d", "text": %q}`+"\n", i, 1+i%9, i, strings.Repeat("word ", 400))
	}
	path := filepath.Join(t.TempDir(), "archive.jsonl")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestImportContinuesAfterAnInterruption(t *testing.T) {
	const articles = 1300
	r := newRefitRig(t, refRule)
	file := archiveFile(t, articles)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := r.Import(ctx, ImportRequest{File: file, By: "ana", Progress: func(step string, done, total int64) {
		if step == "importing" && done > total*6/10 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("Import = %v; want that it was cancelled", err)
	}
	before, err := r.Imports(t.Context())
	if err != nil || len(before) != 1 || before[0].State != "interrupted" || before[0].Added < maxImportBatch || before[0].Added >= articles {
		t.Fatalf("Imports = %+v, %v; want one that was interrupted after its first articles", before, err)
	}
	again, err := r.Import(t.Context(), ImportRequest{File: file, By: "ana"})
	if err != nil || !again.Resumed || again.ID != before[0].ID || again.Added != articles-before[0].Added || again.Known != before[0].Added {
		t.Errorf("the second time: %+v, %v; want the rest of %d", again, err, articles)
	}
	after, err := r.Imports(t.Context())
	if err != nil || len(after) != 1 || after[0].State != "finished" || after[0].Added != articles {
		t.Errorf("Imports = %+v, %v; want one that is finished", after, err)
	}
	last, err := r.Import(t.Context(), ImportRequest{File: file, By: "ana"})
	if err != nil || last.Added != 0 || last.Known != articles || last.ID != "" || last.Resumed {
		t.Errorf("the third time: %+v, %v; want that nothing is added", last, err)
	}
	if last.Sources[0] != (ImportedSource{ID: "wire", Articles: articles, Configured: true}) {
		t.Errorf("sources %+v; want wire by its name", last.Sources)
	}
}

func TestImportStoresNothingOfAFileWithAFault(t *testing.T) {
	r := newRefitRig(t, refRule)
	file := archiveFile(t, 3)
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(strings.Repeat("{}\n", 2*maxFaults)); err != nil || f.Close() != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		request ImportRequest
		added   int
		refused bool
	}{
		{ImportRequest{}, 0, true},
		{ImportRequest{SkipInvalid: true, DryRun: true}, 3, false},
		{ImportRequest{}, 0, true},
		{ImportRequest{SkipInvalid: true}, 3, false},
	} {
		tt.request.File = file
		got, err := r.Import(t.Context(), tt.request)
		if err != nil || got.Refused != tt.refused || got.Added != tt.added || got.Invalid != 2*maxFaults || len(got.Faults) != maxFaults {
			t.Errorf("Import(%+v): refused %v, %d added, %d invalid, %d faults, %v; want %v, %d, all of %d, %d",
				tt.request, got.Refused, got.Added, got.Invalid, len(got.Faults), err, tt.refused, tt.added, 2*maxFaults, maxFaults)
		}
	}
}
