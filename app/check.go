package app

import (
	"time"

	"regwatch/internal/diag"
	"regwatch/rules/lint"
)

// A FolderCheck is what is wrong with a folder.
type FolderCheck struct {
	Problems diag.Problems `json:"problems"` // nothing starts with one of them
	Warnings diag.Problems `json:"warnings"`

	Sources, Enabled, Rules, Examples int `json:"-"` // how many there are
}

// Check checks everything that people wrote in a folder: the configuration, sources,
// rules with their examples, templates, and whether the secrets can be read. It sends
// nothing and reads no source.
func Check(dir string) FolderCheck {
	folder, problems := ReadFolder(dir)
	c := FolderCheck{Warnings: diag.Problems{}, Sources: len(folder.Sources)}
	if folder.Config != nil {
		missing, readable := folder.Config.CheckSecrets()
		problems = append(problems, missing...)
		c.Warnings = append(append(c.Warnings, readable...), folder.Config.Warnings(time.Now())...)
	}
	problems = append(problems, folder.TemplateProblems...)
	if folder.Rules != nil {
		c.Rules, c.Examples = len(folder.Rules.Rules()), folder.Rules.Examples()
		problems = append(problems, below(dir, "rules", failedExamples(folder.Rules))...)
		c.Warnings = append(c.Warnings, below(dir, "rules", lint.Check(folder.Rules))...)
	}
	for _, src := range folder.Sources {
		if !src.Disabled {
			c.Enabled++
		}
	}
	c.Problems = append(diag.Problems{}, problems.Sorted()...)
	return c
}
