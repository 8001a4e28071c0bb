package app

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"regwatch/configs"
	"regwatch/internal/diag"
	"regwatch/internal/userfile"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/notifier/render"
	"regwatch/rules"
	"regwatch/rules/lint"
	"regwatch/sources"
)

// A Folder is what the files of one folder say.
type Folder struct {
	Config   *configs.Config
	Sources  []models.Source
	Rules    *rules.Set // in an App that is open, with the relevance models and the exceptions in use
	Renderer *render.Renderer
	// TemplateProblems are those of templates. They stop nothing: the shipped template
	// is used in place of a faulty one.
	TemplateProblems diag.Problems
	Skipped          diag.Problems // files that are not read although somebody may expect it

	shipped *rules.Set     // the rules with the shipped relevance models
	models  acceptedModels // those that Rules has in their place

	exceptions exceptionsInForce // those that Rules has

	content string // a hash of the texts of its files; empty without an App
}

// Dir is the folder of the App, for the use cases that need no database.
func (a *App) Dir() string { return a.dir }

// ReadFolder reads a folder and returns every problem in it. It reads no secret and opens
// no database.
func ReadFolder(dir string) (*Folder, diag.Problems) {
	return readFolder(context.Background(), dir, sourceFiles(dir))
}

// sourceFiles are the files of sources of a folder.
func sourceFiles(dir string) fs.FS { return userfile.Dir(filepath.Join(dir, "sources")) }

// readFolder reads a folder, with its sources from files.
func readFolder(ctx context.Context, dir string, files fs.FS) (*Folder, diag.Problems) {
	config, problems := configs.Load(dir)
	f := &Folder{Config: config}
	if _, err := os.Stat(filepath.Join(dir, configs.FileName)); err != nil {
		return f, problems // the wrong folder: that its parts are missing says nothing more
	}
	more := f.readParts(ctx, dir, files)
	return f, append(problems, more...).Sorted()
}

// SecretValues returns the secrets of the regwatch.yaml in a folder that can be read, for
// masking them in texts. It reports no mistake of the file.
func SecretValues(dir string) []string {
	config, _ := configs.Load(dir)
	return config.SecretValues()
}

// readParts reads sources, rules and templates, with the sources from files.
func (f *Folder) readParts(ctx context.Context, dir string, files fs.FS) diag.Problems {
	f.Renderer, f.TemplateProblems = render.Load(userfile.Dir(dir))
	f.Renderer.SetConsole(render.Console(f.Config.Web.Console()))
	f.TemplateProblems = userfile.Below(dir, "templates", f.TemplateProblems)
	var problems diag.Problems
	set, found := rules.LoadContext(ctx, userfile.Dir(filepath.Join(dir, "rules")))
	problems = append(problems, userfile.Below(dir, "rules", found)...)
	f.Skipped = append(userfile.Below(dir, "rules", rules.Skipped(userfile.Dir(filepath.Join(dir, "rules")))), skippedSources(dir, files)...)
	list, found := sources.Load(files)
	problems = append(problems, userfile.Below(dir, "sources", found)...)
	set = withDates(set)
	f.Rules, f.shipped, f.Sources = set, set, list
	if len(problems) > 0 {
		if len(found) > 0 {
			list = nil // a file that could not be read may hold names that are missing here
		}
		names := rules.CheckNames(userfile.Dir(filepath.Join(dir, "rules")), f.Config.RouteNames(), list)
		return append(problems, userfile.Below(dir, "rules", names)...)
	}
	// A folder without rules or sources watches nothing, and nobody would notice.
	if len(set.Rules()) == 0 {
		problems = append(problems, diag.Problem{File: filepath.Join(dir, "rules"), What: "no rules", Want: "add one *.yaml file per rule; regwatch init writes three"})
	}
	if len(list) == 0 {
		problems = append(problems, diag.Problem{File: filepath.Join(dir, "sources"), What: "no sources", Want: "add *.yaml files with a list under sources; regwatch init writes some"})
	}
	problems = append(problems, userfile.Below(dir, "rules", set.CheckRoutes(f.Config.RouteNames()))...)
	problems = append(problems, userfile.Below(dir, "rules", set.CheckSources(list))...)
	var ids []string
	for _, r := range set.Rules() {
		ids = append(ids, r.ID)
	}
	named := append(f.Config.CheckRules(ids), f.Config.CheckRoutes(namedRules(set), list)...)
	return append(problems, userfile.HideOutsideText(dir, named)...)
}

// skippedSources returns a problem for each file of the folder of sources that is not read, and that [sources.Load] does not
// name.
func skippedSources(dir string, files fs.FS) diag.Problems {
	var skipped diag.Problems
	_ = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil
		case d.IsDir() && userfile.IsLeftover(name):
			return fs.SkipDir
		case d.IsDir() || userfile.IsLeftover(name) || strings.EqualFold(filepath.Ext(name), ".md") || strings.HasSuffix(name, ".schema.json"):
			return nil
		case strings.Contains(name, "/"):
			skipped = append(skipped, diag.New(name, 0, 0, "the file is not read", "files of sources are read from sources itself: move it there"))
		case filepath.Ext(name) != ".yaml" && filepath.Ext(name) != ".yml":
			skipped = append(skipped, diag.New(name, 0, 0, "the file is not read", "files of sources end in .yaml, in lower case"))
		}
		return nil
	})
	return userfile.Below(dir, "sources", skipped)
}

// logSkipped logs which files are not read.
func logSkipped(ctx context.Context, log *slog.Logger, skipped diag.Problems) {
	for _, p := range skipped {
		log.WarnContext(ctx, "a file is not read", "file", p.File, "reason", p.Want)
	}
}

// namedRules are the rules as the routes of the configuration know them.
func namedRules(set *rules.Set) []configs.Rule {
	var named []configs.Rule
	for _, r := range set.Rules() {
		named = append(named, configs.Rule{ID: r.ID, Topic: r.Topic, Severity: r.MostSevere(), Routes: r.Routes})
	}
	return named
}

// A Starter is a folder that a new user starts from.
type Starter struct {
	Dir   string   `json:"dir"`
	Files []string `json:"files"` // relative to Dir
}

// WriteStarter writes the starter folder to dir: a configuration, sources and rules. It
// overwrites nothing: if a file exists already, it names all that exist and writes none.
func WriteStarter(dir string) (Starter, error) {
	files, err := configs.WriteStarter(dir)
	return Starter{dir, files}, err
}

// A FolderCheck is what is wrong with a folder.
type FolderCheck struct {
	Problems diag.Problems `json:"problems"` // nothing starts with one of them
	Warnings diag.Problems `json:"warnings"`

	Sources, Enabled, Rules, Examples int `json:"-"` // how many there are
}

// Check checks everything that people wrote in a folder: the configuration, sources,
// rules with their examples, templates, and whether the secrets can be read. It sends
// nothing and reads no source.
// It ends early when the context does.
func Check(ctx context.Context, dir string) FolderCheck {
	folder, problems := readFolder(ctx, dir, sourceFiles(dir))
	c := FolderCheck{Warnings: diag.Problems{}, Sources: len(folder.Sources)}
	if folder.Config != nil {
		missing, readable := folder.Config.CheckSecrets()
		problems = append(problems, missing...)
		c.Warnings = append(append(c.Warnings, readable...), folder.Config.Warnings(time.Now())...)
	}
	problems = append(problems, folder.TemplateProblems...)
	if folder.Rules != nil {
		c.Rules, c.Examples = len(folder.Rules.Rules()), folder.Rules.Examples()
		problems = append(problems, userfile.Below(dir, "rules", failedExamples(folder.Rules))...)
		c.Warnings = append(c.Warnings, userfile.Below(dir, "rules", append(lint.CheckContext(ctx, folder.Rules), lint.Reviews(folder.Rules, time.Now())...))...)
		c.Warnings = append(c.Warnings, userfile.Below(dir, "rules", unknownOwners(folder))...)
	}
	c.Warnings = append(c.Warnings, folder.Skipped...)
	for _, src := range folder.Sources {
		if !src.Disabled {
			c.Enabled++
		}
	}
	c.Problems = append(diag.Problems{}, problems.Sorted()...)
	return c
}

// A Template is a template that messages are written with.
type Template struct {
	Name string `json:"name"`
	Own  bool   `json:"own"` // the folder replaces it
}

// Templates returns every template, and which of them a folder replaces.
func Templates(dir string) []Template {
	var all []Template
	for _, name := range render.TemplateNames() {
		_, err := os.Stat(templateFile(dir, name))
		all = append(all, Template{name, err == nil})
	}
	return all
}

// A TemplateText is the text of a shipped template.
type TemplateText struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// ShippedTemplate returns the text of a template as regwatch ships it.
func ShippedTemplate(name string) (TemplateText, error) {
	text, known := render.Template(name)
	if names := render.TemplateNames(); !known || !slices.Contains(names, name) {
		return TemplateText{}, inputError("template %q does not exist%s; regwatch templates list shows all of them", name, yamlnode.DidYouMean(name, names))
	}
	return TemplateText{name, text}, nil
}

// WriteTemplates writes the shipped templates into a folder, but for those that it
// replaces already. It returns the files that it wrote.
func WriteTemplates(dir string) (files []string, err error) {
	for _, name := range render.TemplateNames() {
		file := templateFile(dir, name)
		text, _ := render.Template(name)
		err := createFile(file, []byte(text))
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return files, err
		}
		files = append(files, file)
	}
	return files, nil
}

func templateFile(dir, name string) string {
	return filepath.Join(dir, "templates", filepath.FromSlash(name))
}

// createFile writes a new file and the folders that it needs.
func createFile(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, newFileMode)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}
