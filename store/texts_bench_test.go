package store

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"regwatch/models"
)

// benchTexts returns articles of real texts, which are outside the repository.
func benchTexts(b *testing.B) []models.Article {
	b.Helper()
	f, err := os.Open("../../shared/match/articles.jsonl.gz")
	if errors.Is(err, fs.ErrNotExist) {
		b.Skip("the articles of ../shared/match are not here")
	}
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	packed, err := gzip.NewReader(f)
	if err != nil {
		b.Fatal(err)
	}
	var all []models.Article
	lines := bufio.NewScanner(packed)
	lines.Buffer(nil, 10<<20)
	for lines.Scan() {
		var text struct{ Title, Body string }
		if err := json.Unmarshal(lines.Bytes(), &text); err != nil {
			b.Fatal(err)
		}
		a := article("hkma", fmt.Sprint(len(all)), text.Title, noon.Add(time.Duration(len(all))*time.Second))
		a.Title, a.Body = text.Title, text.Body
		a.Hash = a.TextHash()
		all = append(all, a)
	}
	if lines.Err() != nil || len(all) == 0 {
		b.Fatal(len(all), lines.Err())
	}
	return all
}

// Storing and reading texts, 10 in a transaction, and how many bytes an article takes.
func BenchmarkTexts(b *testing.B) {
	benchOnEachEngine(b, func(b *testing.B, s *Store) {
		articles := benchTexts(b)
		stored := 0
		b.Run("commit", func(b *testing.B) {
			for b.Loop() {
				scan := models.Scan{State: models.SourceState{SourceID: "hkma", Generation: int64(stored / 10)}, At: noon}
				for ; len(scan.Articles) < 10; stored++ {
					a := articles[stored%len(articles)]
					a.Identity = fmt.Sprint(stored)
					a.ID = models.NewID(a.SeenAt, "hkma", a.Identity)
					scan.Articles = append(scan.Articles, a)
				}
				commit(b, s, scan)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/10, "µs/article")
			var size int64
			measure := "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
			if s.read.Name() == "postgres" {
				measure = "SELECT SUM(pg_total_relation_size(c.oid)) FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace"
			}
			if err := s.read.Raw(measure).Scan(&size).Error; err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(size)/float64(stored), "bytes/article")
		})
		b.Run("read", func(b *testing.B) {
			read := 0
			for b.Loop() {
				some, err := s.ArticlesMatching(b.Context(), models.Candidate{}, models.ArticleWindow{}, "", 500)
				if err != nil || len(some) == 0 {
					b.Fatal(len(some), err)
				}
				read += len(some)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(read), "µs/article")
		})
	})
}

// What compressing each text by itself would save and cost.
func BenchmarkCompressedTexts(b *testing.B) {
	articles := benchTexts(b)
	packer, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		b.Fatal(err)
	}
	unpacker, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		b.Fatal(err)
	}
	var texts, packed [][]byte
	before, after := 0, 0
	for _, a := range articles {
		t := []byte(a.Body)
		p := packer.EncodeAll(t, nil)
		texts, packed = append(texts, t), append(packed, p)
		before, after = before+len(t), after+len(p)
	}
	b.Run("pack", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			packer.EncodeAll(texts[i%len(texts)], nil)
		}
		b.ReportMetric(float64(before)/float64(len(texts)), "bytes/text")
		b.ReportMetric(float64(after)/float64(len(texts)), "packed-bytes/text")
	})
	b.Run("unpack", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if _, err := unpacker.DecodeAll(packed[i%len(packed)], nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}
