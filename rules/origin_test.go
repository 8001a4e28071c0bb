package rules

import (
	"testing"

	"regwatch/models"
)

func TestConditions(t *testing.T) {
	article := models.Article{
		SourceID: "hkma-press", Title: "A ban", Language: "zh-Hant",
		Source: models.Source{ID: "hkma-press", Role: models.Regulator, Jurisdictions: []string{"Mainland China", "Hong Kong"}},
	}
	nowhere := models.Article{Title: "A ban"}
	gone := models.Article{Title: "A ban", SourceID: "hkma-press", Source: models.Source{ID: "hkma-press"}} // no longer configured
	for query, want := range map[string][3]bool{
		`ban AND source:hkma-*`:                         {true, false, true},
		`ban AND source:*`:                              {true, false, true},
		`ban AND source:"hkma-press"`:                   {true, false, true},
		`ban AND source:sfc-*`:                          {false, false, false},
		`ban AND role:regulator`:                        {true, false, false},
		`ban AND role:press`:                            {false, false, false},
		`ban AND (role:press OR role:regulator)`:        {true, false, false},
		`ban NOT role:press`:                            {true, true, true},
		`ban AND language:zh`:                           {true, false, false},
		`ban AND language:zh-Hans`:                      {false, false, false},
		`ban AND jurisdiction:"HONG　KONG"`:              {true, false, false},
		`ban AND jurisdiction:Singapore`:                {false, false, false},
		`title:(ban AND role:regulator)`:                {true, false, false},
		`body:ban AND role:regulator`:                   {false, false, false},
		`ban OR (coin AND role:press)`:                  {true, true, true},
		`ban AND (coin OR source:hkma-press OR curbed)`: {true, false, true},
	} {
		set, problems := Search(query)
		if len(problems) > 0 {
			t.Errorf("Search(%s): %s", query, problems.Error())
			continue
		}
		for i, a := range []models.Article{article, nowhere, gone} {
			if got := len(set.Match(a)) > 0; got != want[i] {
				t.Errorf("%s on article %d: %v, want %v", query, i, got, want[i])
			}
		}
	}
}

// A condition says nothing of the text, so it never keeps an article from being
// looked at, and never makes one a candidate.
func TestConditionsAreNoCandidates(t *testing.T) {
	with, _ := Search("ban AND role:press AND source:hkma-*")
	without, _ := Search("ban")
	for _, title := range []string{"A ban", "Press of the regulator hkma"} {
		a := models.Article{Title: title}
		if got, want := lets(with.Candidate("search"), a), lets(without.Candidate("search"), a); got != want {
			t.Errorf("with conditions %q is a candidate: %v, want %v", title, got, want)
		}
	}
}

func TestCheckSources(t *testing.T) {
	set := load(t, head+`define:
  hk: {jurisdiction: [Hong Kong, Hongkong]}
when:
  all:
    - {any: [ban], source: [hkma-*, hkma-pres, sfc-*]}
    - {any: [ban], role: government, language: ja}
mention: ban AND source:mas-news
`)
	known := []models.Source{
		{ID: "hkma-press", Role: models.Regulator, Jurisdictions: []string{"Hong Kong"}},
		{ID: "daily", Role: models.Press, Jurisdictions: []string{"Singapore", "Hong Kong"}},
	}
	want := `r.yaml:5:34: no source has the jurisdiction "Hongkong"; did you mean "Hong Kong"?
r.yaml:8:37: no source has the id "hkma-pres"; did you mean "hkma-press"?
r.yaml:8:48: no source has the id "sfc-*"; the sources are daily, hkma-press
r.yaml:10:10: no source has the id "mas-news"; the sources are daily, hkma-press`
	if got := set.CheckSources(known).Error(); got != want {
		t.Errorf("CheckSources:\n%s\nwant:\n%s", got, want)
	}
}
