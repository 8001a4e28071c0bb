package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"

	"github.com/mmcdole/gofeed"
)

// baseline is what a plain program would do: ask for every address with the
// validators of the last time, and parse what is a feed with gofeed. It prints
// what it saw and keeps the validators in a file.
func baseline(p plan, state string) error {
	known := make(map[string]string)
	if src, err := os.ReadFile(state); err == nil {
		if err := json.Unmarshal(src, &known); err != nil {
			return err
		}
	}
	b := &plainLoop{known: known}
	work := make(chan int)
	var workers sync.WaitGroup
	for range p.Parallel {
		workers.Go(func() {
			for source := range work {
				if err := b.read(p.url(source), formOf(source)); err != nil {
					b.fail(err)
				}
			}
		})
	}
	for source := range p.Sources {
		work <- source
	}
	close(work)
	workers.Wait()
	if b.err != nil {
		return b.err
	}
	fmt.Printf("%d articles parsed", b.articles)
	src, err := json.Marshal(b.known)
	if err != nil {
		return err
	}
	return os.WriteFile(state, src, 0o600)
}

type plainLoop struct {
	mu       sync.Mutex
	known    map[string]string // address to validator
	articles int
	err      error
}

func (b *plainLoop) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err == nil {
		b.err = err
	}
}

func (b *plainLoop) read(address string, f form) error {
	body, err := b.get(address)
	if err != nil || body == nil {
		return err
	}
	switch f {
	case listing:
		b.add(bytes.Count(body, []byte("<li>")))
		return nil
	case api:
		var answer struct {
			Result struct{ Records []map[string]any }
		}
		err := json.Unmarshal(body, &answer)
		b.add(len(answer.Result.Records))
		return err
	}
	feed, err := gofeed.NewParser().Parse(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s: %w", address, err)
	}
	b.add(len(feed.Items))
	return nil
}

func (b *plainLoop) add(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.articles += n
}

// get returns nothing if nothing has changed.
func (b *plainLoop) get(address string) ([]byte, error) {
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	if tag := b.known[address]; tag != "" {
		req.Header.Set("If-None-Match", tag)
	}
	b.mu.Unlock()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusNotModified {
		return nil, nil
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	b.known[address] = res.Header.Get("ETag")
	b.mu.Unlock()
	return body, nil
}
