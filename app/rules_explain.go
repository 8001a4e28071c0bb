package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"regwatch/configs"
	"regwatch/internal/redact"
	"regwatch/internal/userfile"
	"regwatch/models"
	"regwatch/rules"
	"regwatch/sources"
)

// maxInput is how many bytes of standard input are read as an article.
const maxInput = 10 << 20

// An ArticleInput is an article that is not stored.
type ArticleInput struct {
	From       string    // a file of plain text whose first line is the title, a web address, or - for Stdin
	Stdin      io.Reader // may be nil if From is not -
	Source     string    // the ID of the source that it is taken to come from; empty if unknown
	AllowHosts []string  // private hosts that may be fetched
}

// ReadArticle reads an article from a file, from standard input or from the web. The
// folder is needed for the source and for the settings of the client.
func ReadArticle(ctx context.Context, dir string, in ArticleInput) (models.Article, error) {
	article, err := readInput(ctx, dir, in)
	if err != nil || in.Source == "" {
		return article, err
	}
	article.Source, err = sourceOf(dir, in.Source)
	article.SourceID = in.Source
	return article, err
}

func readInput(ctx context.Context, dir string, in ArticleInput) (models.Article, error) {
	if strings.HasPrefix(in.From, "http://") || strings.HasPrefix(in.From, "https://") {
		config, _ := configs.Load(dir)
		client := newClient(config, dir, redact.New(config.SecretValues()...))
		defer client.Close()
		src := models.Source{ID: "page", Name: "the page", Kind: sources.KindFeed, URL: in.From, AllowHosts: in.AllowHosts}
		article, err := sources.Open(src, client).Complete(ctx, models.Article{SourceID: src.ID, Link: in.From, BodyState: models.BodyWanted, SeenAt: time.Now()})
		return article, privateHost(in.From, err)
	}
	var text []byte
	var err error
	if in.From == "-" {
		text, err = io.ReadAll(io.LimitReader(in.Stdin, maxInput))
	} else {
		text, err = os.ReadFile(in.From)
	}
	if err != nil {
		return models.Article{}, err
	}
	if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		return models.Article{}, fmt.Errorf("%s is not plain text in UTF-8; save it as plain text, or use - and paste it", in.From)
	}
	title, body, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	if title == "" {
		return models.Article{}, errors.New("the article is empty; put its title in the first line and its text below")
	}
	return models.Article{Title: strings.TrimSpace(title), Body: strings.TrimSpace(body)}, nil
}

// sourceOf returns the source of a folder by its ID.
func sourceOf(dir, id string) (models.Source, error) {
	all, problems := sources.Load(userfile.Dir(filepath.Join(dir, "sources")))
	if len(problems) > 0 {
		return models.Source{}, below(dir, "sources", problems)
	}
	var ids []string
	for _, src := range all {
		if src.ID == id {
			return src, nil
		}
		ids = append(ids, src.ID)
	}
	return models.Source{}, inputError("there is no source %q%s; regwatch sources lists them", id, didYouMean(id, ids))
}

// A RuleExplanation says which conditions of each rule an article meets.
type RuleExplanation struct {
	Rules []rules.Explanation `json:"rules"`
	Text  string              `json:"text"`
	Title string              `json:"title"`
}

// Explain says which conditions of each rule, or of one, an article meets.
func (r *Rules) Explain(article models.Article, ruleID string) (RuleExplanation, error) {
	if len(r.set.Rules()) == 0 {
		return RuleExplanation{}, fmt.Errorf("there is no rule in %s", rulesFolder(r.dir))
	}
	e := RuleExplanation{Text: article.Body, Title: article.Title}
	for _, one := range r.set.Explain(article) {
		if ruleID == "" || one.RuleID == ruleID {
			e.Rules = append(e.Rules, one)
		}
	}
	if len(e.Rules) == 0 {
		return RuleExplanation{}, r.unknown(ruleID)
	}
	return e, nil
}

// Ranked returns the explanations, those of the rules that match first.
func (e RuleExplanation) Ranked() []rules.Explanation {
	ranked := slices.Clone(e.Rules)
	slices.SortStableFunc(ranked, func(a, b rules.Explanation) int { return b.Strength.Rank() - a.Strength.Rank() })
	return ranked
}
