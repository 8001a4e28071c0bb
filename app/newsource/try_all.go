package newsource

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"time"

	"regwatch/app/webclient"
	"regwatch/internal/diag"
	"regwatch/internal/redact"
	"regwatch/internal/userfile"
	"regwatch/models"
	"regwatch/sources"
	"regwatch/sources/fetch"
)

// A SourceTrial is how one source of the folder responded.
type SourceTrial struct {
	Source   string     `json:"source"`
	Kind     string     `json:"kind"`
	URL      string     `json:"url"`
	Enabled  bool       `json:"enabled"`
	Verified string     `json:"verified"`
	Answers  bool       `json:"answers"`
	Articles int        `json:"articles"`
	Newest   *time.Time `json:"newest"`
	Took     float64    `json:"seconds"`
	Warnings []string   `json:"warnings"`
	Error    string     `json:"error,omitempty"`

	NoName bool `json:"-"` // its host name could not be resolved
}

// TryAll reads every source of a folder once, also those that are disabled. It
// calls done after each.
func TryAll(ctx context.Context, dir string, done func(source string, n, total int)) ([]SourceTrial, error) {
	list, err := loadSources(dir)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, diag.Inputf("this folder has no sources; regwatch init writes a folder with some, and -C DIR chooses another folder")
	}
	client, close := webclient.ForFolder(dir)
	defer close()
	trials := make([]SourceTrial, len(list))
	var group sync.WaitGroup
	var counting sync.Mutex // guards n and done
	n := 0
	for i, src := range list {
		group.Go(func() {
			started := time.Now()
			batch, err := sources.Open(src, client).Fetch(ctx, models.Cursor{})
			trials[i] = newSourceTrial(src, batch, err, time.Since(started))
			counting.Lock()
			defer counting.Unlock()
			n++
			done(src.ID, n, len(list))
		})
	}
	group.Wait()
	if ctx.Err() != nil {
		return nil, errors.New("interrupted")
	}
	return trials, nil
}

// loadSources returns the sources of a folder. The error names every mistake in their
// files.
func loadSources(dir string) ([]models.Source, error) {
	list, problems := sources.Load(userfile.Dir(filepath.Join(dir, "sources")))
	if len(problems) > 0 {
		return nil, userfile.Below(dir, "sources", problems)
	}
	return list, nil
}

func newSourceTrial(src models.Source, batch models.Batch, err error, took time.Duration) SourceTrial {
	t := SourceTrial{
		Source: src.ID, Kind: src.Kind, URL: redact.URL(src.URL), Enabled: !src.Disabled, Verified: src.Verified,
		Answers: err == nil, Articles: len(batch.Articles), Took: took.Round(10 * time.Millisecond).Seconds(),
		Warnings: append([]string{}, batch.Warnings...),
	}
	if err != nil {
		t.Error = err.Error()
		failed, ok := errors.AsType[*fetch.Error](err)
		t.NoName = ok && failed.Reason == fetch.NoSuchHost
	}
	for _, a := range batch.Articles {
		if !a.PublishedAt.IsZero() && (t.Newest == nil || a.PublishedAt.After(*t.Newest)) {
			t.Newest = &a.PublishedAt
		}
	}
	return t
}
