package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing/fstest"

	"regwatch/models"
	"regwatch/rules"
)

// withRules is the product as it runs: the workload written as rule files, loaded,
// and matched with words, places and strength in what it returns. The rule
// language finds more than the workload asks for (plurals) and less (page
// furniture, phrases over a comma or the end of a sentence), so the reference does
// not apply; the tests of rules hold it to a slow one of its own.
func withRules(w *Workload) (engine, error) {
	folder := fstest.MapFS{}
	for i, r := range w.given {
		id := fmt.Sprintf("r%05d", i)
		folder[id+".yaml"] = &fstest.MapFile{Data: []byte(ruleFile(id, r))}
	}
	set, problems := rules.Load(folder)
	if len(problems) > 0 {
		return nil, problems[:1]
	}
	var sc rules.Buffer
	var matches []models.Match
	var met []int32
	return func(a *Article) []int32 {
		matches = set.MatchInto(matches[:0], &sc, models.Article{Title: a.Title, Body: a.Body})
		met = met[:0]
		for range matches {
			met = append(met, 0)
		}
		return met
	}, nil
}

func ruleFile(id string, r Rule) string {
	var terms, parts []string
	list := func(phrases []string) string {
		quoted, err := json.Marshal(phrases) // which YAML reads as well
		if err != nil {
			panic(err)
		}
		name := fmt.Sprintf("t%d", len(terms))
		terms = append(terms, fmt.Sprintf("  %s: %s\n", name, quoted))
		return "{terms: " + name + "}"
	}
	for _, g := range r.Groups {
		parts = append(parts, list(g))
	}
	if len(r.None) > 0 {
		parts = append(parts, "{none: "+list(r.None)+"}")
	}
	return fmt.Sprintf("id: %s\ntitle: %s\nwhy: to measure\nstatus: active\nseverity: low\nroutes: [r]\nterms:\n%swhen: {all: [%s]}\n",
		id, id, strings.Join(terms, ""), strings.Join(parts, ", "))
}
