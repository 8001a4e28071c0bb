package render

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"regwatch/internal/diag"
	"regwatch/internal/samplenotice"
	"regwatch/internal/sanitize"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// templatesFolder is the folder of the user's own templates within the configuration.
const templatesFolder = "templates"

// Load returns the shipped templates, replaced by the files of the same name in
// templates/ of a configuration folder. It tries each on samples of its notices in every
// language. A faulty template is a problem, and the shipped one stays in use. The
// Renderer is usable even with problems.
func Load(config fs.FS) (*Renderer, diag.Problems) {
	w := &Renderer{replaced: make(map[string]string)}
	var problems diag.Problems
	var names []string
	err := fs.WalkDir(config, templatesFolder, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") || strings.HasSuffix(d.Name(), "~") {
			return err
		}
		names = append(names, strings.TrimPrefix(file, templatesFolder+"/"))
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return w, nil
	}
	if err != nil {
		problems = append(problems, diag.Unreadable(templatesFolder, err))
	}
	// The layout first, because the other templates use it.
	slices.SortFunc(names, func(a, b string) int {
		switch {
		case a == layout:
			return -1
		case b == layout:
			return 1
		}
		return strings.Compare(a, b)
	})
	shipped := TemplateNames()
	for _, name := range names {
		file := path.Join(templatesFolder, name)
		if !slices.Contains(shipped, name) {
			problems = append(problems, diag.Problem{File: file, What: fmt.Sprintf("template %q does not exist", name), Want: suggestion(name, shipped)})
			continue
		}
		src, err := fs.ReadFile(config, file)
		if err != nil {
			problems = append(problems, diag.Unreadable(file, err))
			continue
		}
		if !utf8.Valid(src) {
			problems = append(problems, diag.Problem{File: file, What: "is not UTF-8"})
			continue
		}
		before, had := w.replaced[name]
		w.replaced[name] = string(src)
		if p, faulty := w.try(name); faulty {
			problems = append(problems, p)
			delete(w.replaced, name)
			if had {
				w.replaced[name] = before
			}
		}
		w.compiled = nil
	}
	return w, problems.Sorted()
}

func suggestion(name string, known []string) string {
	if near := yamlnode.Nearest(name, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "regwatch templates list names them all"
}

// try fills a template with its samples and returns the first problem.
func (w *Renderer) try(name string) (diag.Problem, bool) {
	writes := false
	for _, l := range languages() {
		if _, err := parse(name, w.source(name), w.source(layout), l); err != nil {
			return w.problem(name, err), true
		}
		for _, n := range trials(name) {
			n.Content.Language = string(l)
			for _, d := range []models.Delivery{{Notice: n}, followUp(n)} {
				written, err := w.tryOn(name, d)
				if err != nil {
					return w.problem(name, err), true
				}
				writes = writes || strings.TrimSpace(written) != ""
			}
		}
	}
	if !writes {
		return diag.Problem{File: path.Join(templatesFolder, name), What: "writes nothing", Want: "add at least {{.Title}}, or remove the file"}, true
	}
	return diag.Problem{}, false
}

// trials returns the samples for a template.
func trials(name string) []models.Notice {
	var all []models.Notice
	_, file, _ := strings.Cut(name, "/")
	content, _, _ := strings.Cut(file, ".")
	for _, s := range samplesForTrial() {
		if t := (*Renderer)(nil).newMessage(s, nil); t.content == content || content == "layout" || content == "footer" {
			all = append(all, s)
		}
	}
	return all
}

// tryOn returns the result of a template for a delivery, in a channel that uses it.
func (w *Renderer) tryOn(name string, d models.Delivery) (string, error) {
	switch channel, _, _ := strings.Cut(name, "/"); channel {
	case "slack":
		m, err := w.slack(d, true)
		if len(m.Blocks) == 0 {
			return "", err
		}
		return m.Text, err
	case "text":
		return w.plain(w.newMessage(d.Notice, nil), terminalColumns)
	}
	m, err := w.email(d, SampleLinks())
	if err == nil && len(m.HTML) > mostHTML {
		err = fmt.Errorf("makes a mail of %d bytes; Gmail cuts one at %d", len(m.HTML), mostHTML)
	}
	if err == nil && m.Subject == "" {
		err = errors.New("makes an empty subject")
	}
	return m.HTML, err
}

// placed matches the position in an error of package template.
var placed = regexp.MustCompile(`(?s)template: ?([a-z]+/[a-z.]+\.tmpl):(\d+)(?::(\d+))?: (.*)`)

// problem returns the fault of a template with its position in the file.
func (w *Renderer) problem(name string, err error) diag.Problem {
	p := diag.Problem{File: path.Join(templatesFolder, name), What: sanitize.Line(err.Error())}
	m := placed.FindStringSubmatch(err.Error())
	if m == nil {
		return p
	}
	p.What = sanitize.Line(m[4])
	if m[1] != name {
		p.What += ", which " + m[1] + " needs of it"
		return p // the position is in a shipped file
	}
	if i := strings.Index(p.What, ">: "); strings.HasPrefix(p.What, "executing ") && i > 0 {
		p.What = p.What[i+len(">: "):]
	}
	p.Line, _ = strconv.Atoi(m[2])
	lines := strings.Split(w.source(name), "\n")
	if p.Line < 1 || p.Line > len(lines) {
		return p
	}
	line := lines[p.Line-1]
	if at, err := strconv.Atoi(m[3]); err == nil && at <= len(line) {
		p.Col = utf8.RuneCountInString(line[:at]) + 1 // package template counts bytes from 0
	} else if quoted := regexp.MustCompile(`"([^"]+)"`).FindStringSubmatch(m[4]); quoted != nil {
		if at := strings.Index(line, quoted[1]); at >= 0 {
			p.Col = utf8.RuneCountInString(line[:at]) + 1
		}
	}
	switch {
	case p.What == "unexpected EOF":
		p.What, p.Want = "a block is not closed", "add {{end}} for each {{if}}, {{range}}, {{with}} and {{define}}"
	case strings.HasPrefix(p.What, "bad character"), strings.HasPrefix(p.What, "unclosed action"):
		p.What, p.Want = "mistake between {{ and }}: "+p.What, "close each {{ with }}, such as {{.Title}}"
	case strings.HasPrefix(p.What, "function "):
		p.Want = "docs/reference/templates.md names the functions"
	}
	if field := regexp.MustCompile(`can't evaluate field (\w+) in type`).FindStringSubmatch(p.What); field != nil {
		p.What, p.Want = "there is no field "+field[1], "docs/reference/templates.md names the fields of each kind"
	}
	return p
}

// SampleLinks returns sample links of an email that lead nowhere.
func SampleLinks() MailLinks {
	return MailLinks{
		Unsubscribe: "https://regwatch.example/unsubscribe", Assign: "https://regwatch.example/assign",
		Dismiss: "https://regwatch.example/dismiss", Mute: "https://regwatch.example/mute", Verify: "https://regwatch.example/verify",
		Merge: "https://regwatch.example/merge", Apart: "https://regwatch.example/apart",
	}
}

// samplesForTrial returns notices with every field, with none, and with hostile content.
func samplesForTrial() []models.Notice {
	var all []models.Notice
	for _, kind := range samplenotice.Kinds() {
		n, _ := samplenotice.Notice(kind)
		all = append(all, n)
	}
	ill := *samplenotice.Alert()
	evil := "<!channel> *bold* &amp; </p><script>alert(1)</script> {{.}} </a> <h1>"
	ill.Title, ill.Source, ill.Stage, ill.Excerpt, ill.Link = evil, evil, evil, models.Excerpt{Text: evil}, "javascript:alert(1)"
	ill.Jurisdictions, ill.Trigger, ill.Dates[0] = []string{evil}, models.NewReasons(models.ReasonText, models.ReasonArgs{Text: evil}), models.KeyDate{Day: evil, Kind: evil}
	ill.Extract = []string{evil}
	ill.StageQuote, ill.Why = evil, []models.Finding{{RuleID: evil, RuleTitle: evil, Relevance: illRelevance(evil)}}
	for _, c := range []models.Content{
		{Alert: &models.Alert{}},
		{Alert: &ill},
		{Reminder: &models.Reminder{}},
		{Reminder: &models.Reminder{Title: evil, Source: evil, Stage: evil, Jurisdictions: []string{evil}, Link: "javascript:alert(1)", Dates: []models.KeyDate{{Day: evil, Kind: evil}}}},
		{Verification: &models.Verification{}},
		{Verification: &models.Verification{Address: evil}},
		{Summary: &models.Summary{}},
		{Health: &models.HealthReport{}},
		{Digest: &models.Digest{}},
		{Digest: illDigest(evil)},
		{Test: &models.Test{}},
		{},
	} {
		all = append(all, models.Notice{Content: c})
	}
	return all
}

// illDigest returns a digest with hostile text in every field from outside.
func illDigest(evil string) *models.Digest {
	d := *samplenotice.Digest()
	d.Title, d.Every, d.Subscription = evil, evil, evil
	d.Dates[0].Title, d.Dates[0].Kind, d.Dates[0].Day, d.Dates[0].Source, d.Dates[0].Link = evil, evil, evil, evil, "javascript:alert(1)"
	d.Events[0].Title, d.Events[0].Topic, d.Events[0].Source, d.Events[0].Stage, d.Events[0].RuleIDs, d.Events[0].RuleTitles = evil, evil, evil, evil, []string{evil}, []string{evil}
	for i := range d.Events {
		e := &d.Events[i]
		e.Extract, e.AssignedTo, e.Matter = []string{evil, "A second " + evil}, []string{evil}, &models.DigestMatter{ID: evil, Name: evil}
		e.News = []models.Update{{Kind: models.UpdateOfficial, To: evil}}
	}
	d.LessCertain[0].Title, d.LessCertain[0].Source, d.LessCertain[0].Relevance = evil, evil, illRelevance(evil)
	d.Changes[0].Title, d.Changes[0].Source, d.Changes[0].News = evil, evil, []models.Update{{Kind: models.UpdateStage, From: evil, To: evil}}
	d.Weeks[0], d.Counts[0].RuleID, d.Counts[0].Title = evil, evil, evil
	d.Coverage.Failing[0].Name, d.Coverage.Failing[0].Error, d.Coverage.Odd[0].Name = evil, evil, evil
	return &d
}

// illRelevance returns a relevance with hostile text as its reasons.
func illRelevance(evil string) *models.Relevance {
	return &models.Relevance{Model: evil, Level: models.RelevanceLevel(evil), Kept: models.KeptReason(evil), Reasons: []models.RelevanceReason{{Feature: "word." + evil}, {Feature: evil, For: true}}}
}

// followUp returns a notice as a follow-up in a thread; for an alert, one that shows the
// status of its event.
func followUp(n models.Notice) models.Delivery {
	d := models.Delivery{Notice: n, Root: &models.Delivery{Notice: n}}
	if n.Content.Alert != nil {
		d.Notice.Content = models.Content{Language: n.Content.Language, Alert: n.Content.Alert, Status: samplenotice.Status()}
	}
	return d
}
