package main

import (
	"fmt"
	"io"
	"slices"

	"regwatch/models"
	"regwatch/rules"
)

// A judged is a case with what a model that has not seen its story makes of it.
type judged struct {
	scored
	level        models.RelevanceLevel
	entryMention bool // it is a mention, and an entry of the digest
}

// judge trains on some cases, and returns the outcomes of others.
func judge(rule string, known, unread []scored) ([]judged, error) {
	f, err := train(rule, known)
	if err != nil {
		return nil, err
	}
	m, err := modelOf(f)
	if err != nil {
		return nil, err
	}
	var out []judged
	for _, c := range unread {
		r := m.Score(c.features)
		out = append(out, judged{c, r.Level, c.strength == models.Mention && m.ListsMention(r.Score)})
	}
	return out, nil
}

// judgeByStory judges every case by a model that has seen neither its story's labels nor chosen its thresholds by them.
func judgeByStory(rule string, cases []scored) ([]judged, error) {
	var all []judged
	for fold := range folds {
		known, unread := splitCases(cases, func(c scored) bool { return foldOf("measure", c.story, folds) != fold })
		part, err := judge(rule, known, unread)
		if err != nil {
			return nil, err
		}
		all = append(all, part...)
	}
	return all, nil
}

// A tally counts what became of the articles of one set and language.
type tally struct {
	articles                 int
	right, wrong, missed     int // of the rule alone
	rightAlerts, wrongAlerts int // of the rule and the model
	rightDigest, wrongDigest int // of which the next are mentions
	rightMentions, mentions  int
	rightCount, wrongCount   int
}

func (t *tally) count(j judged) {
	t.articles++
	pick := func(right, wrong *int) {
		if j.relevant {
			*right++
		} else {
			*wrong++
		}
	}
	if j.entryMention {
		pick(&t.rightDigest, &t.wrongDigest)
		t.mentions++
		if j.relevant {
			t.rightMentions++
		}
	}
	if j.strength != models.Subject {
		if j.relevant {
			t.missed++
		}
		return
	}
	pick(&t.right, &t.wrong)
	switch j.level {
	case models.Likely:
		pick(&t.rightAlerts, &t.wrongAlerts)
	case models.LessCertain:
		pick(&t.rightDigest, &t.wrongDigest)
	default:
		pick(&t.rightCount, &t.wrongCount)
	}
}

// printTable prints one line for each set and language in which there is something to count.
func printTable(w io.Writer, rule string, all []judged) {
	for _, set := range []string{"core", "extra", "retold", "stream", "machine"} {
		for _, lang := range []string{"all", "en", "zh-Hans", "zh-Hant"} {
			var t tally
			for _, j := range all {
				if j.set == set && (lang == "all" || lang == j.Lang) {
					t.count(j)
				}
			}
			if t.right+t.wrong+t.missed == 0 {
				continue
			}
			relevant := t.right + t.missed
			fmt.Fprintf(w, "| %s | %s | %s | %d, %d, %d | %s | %s | %d, %d | %s | %s | %d, %d | %s | %d, %d | %d, %d | %.2f → %.2f |\n", rule, set, lang,
				t.right, t.wrong, t.missed, rate(t.right, t.right+t.wrong), rate(t.right, relevant),
				t.rightAlerts, t.wrongAlerts, rate(t.rightAlerts, t.rightAlerts+t.wrongAlerts), rate(t.rightAlerts, relevant),
				t.rightDigest, t.wrongDigest, rate(t.rightAlerts+t.rightDigest, relevant), t.rightCount, t.wrongCount,
				t.rightMentions, t.mentions-t.rightMentions,
				perThousand(t.right+t.wrong, t.articles), perThousand(t.rightAlerts+t.wrongAlerts, t.articles))
		}
	}
}

const tableHead = `| Rule | Set | Language | Rule alone: right, wrong, missed | Precision | Recall | Alerts: right, wrong | Precision | Recall | Digest: right, wrong | Recall with digest | Counted: right, wrong | Mentions in the digest: right, wrong | Alerts in 1,000 |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
`

func rate(k, n int) string {
	r := rules.Wilson(k, n)
	if n == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f [%.2f, %.2f]", r.Value, r.Low, r.High)
}

func perThousand(k, n int) float64 { return 1000 * float64(k) / float64(max(n, 1)) }

// measure prints how the rules do alone and with models: by cross-validation over all stories, and on the stories set
// aside by models trained on the others.
func measure(w io.Writer, ids []string, set *rules.Set, all []article) error {
	tables := []struct {
		title string
		judge func(rule string, cases []scored) ([]judged, error)
	}{
		{"Cross-validated by story", judgeByStory},
		{"Stories set aside, by models of the others", func(rule string, cases []scored) ([]judged, error) {
			unread, known := splitCases(cases, func(c scored) bool { return c.set != "repository" && setAside(c.story) })
			return judge(rule, known, unread)
		}},
	}
	for _, table := range tables {
		fmt.Fprintf(w, "\n%s:\n\n%s", table.title, tableHead)
		for _, id := range slices.Sorted(slices.Values(ids)) {
			result, err := table.judge(id, casesOf(set, id, all))
			if err != nil {
				return err
			}
			printTable(w, id, result)
		}
	}
	return nil
}
