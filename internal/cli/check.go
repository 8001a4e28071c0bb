package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/diag"
	"regwatch/rules"
)

func newCheck(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Check everything that a person wrote: configuration, sources, rules, templates, secrets",
		Long: `Check regwatch.yaml, sources/, rules/ and templates/, run the examples of every rule, and
see whether every secret can be read. Every mistake is told at once, as
file:line:column: what is wrong; what would be right.

Nothing is sent and no source is asked. The exit code is 2 if there is a
mistake. "regwatch notify test" tries a channel, "regwatch scan --dry-run"
the sources.`,
		Example: `  regwatch check
  regwatch -C my-watch check --json`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return check(sh) },
	}
}

func check(sh *shell) error {
	w, problems := read(sh.dir)
	var warnings diag.Problems
	if w.Config != nil {
		missing, readable := w.Config.CheckSecrets()
		problems, warnings = append(problems, missing...), append(readable, w.Config.Warnings(time.Now())...)
	}
	problems = append(problems, w.TemplateProblems...)
	examples := 0
	if w.Rules != nil {
		examples = w.Rules.Examples()
		problems = append(problems, failedExamples(sh.dir, w.Rules)...)
		warnings = append(warnings, app.Below(sh.dir, "rules", w.Rules.Lint())...)
	}
	problems = problems.Sorted()
	if sh.asJSON {
		if err := sh.printJSON(map[string]any{"problems": append(diag.Problems{}, problems...), "warnings": append(diag.Problems{}, warnings...)}); err != nil {
			return err
		}
		if len(problems) > 0 {
			return errProblems
		}
		return nil
	}
	for _, warning := range warnings {
		fmt.Fprintf(sh.stderr, "warning: %s\n", warning)
	}
	if len(problems) > 0 {
		fmt.Fprintln(sh.stderr, problems)
		fmt.Fprintf(sh.stderr, "\n%s\n", plural(len(problems), "mistake", "mistakes"))
		return errProblems
	}
	enabled := 0
	for _, src := range w.Sources {
		if !src.Disabled {
			enabled++
		}
	}
	sh.printf("All in order: %s (%d enabled), %s, %s.\n", plural(len(w.Sources), "source", "sources"), enabled,
		plural(len(w.Rules.Rules()), "rule", "rules"), plural(examples, "example", "examples"))
	return nil
}

// failedExamples are the rules' examples that do not come out as the rules say.
func failedExamples(dir string, set *rules.Set) diag.Problems {
	var found diag.Problems
	for _, f := range set.Test() {
		found = append(found, diag.Problem{File: f.File, Line: f.Line, What: fmt.Sprintf("the example %q %s", f.Title, f.What)})
	}
	return app.Below(dir, "rules", found)
}
