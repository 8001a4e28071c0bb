package cli

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

var (
	regwatchCommand = regexp.MustCompile("(?m)(?:^|[\\s`(|])(?:\\./)?regwatch((?:[ \\t]+(?:\"[^\"\\n]*\"|'[^'\\n]*'|[^\\s`|()\"']+))+)")
	regwatchWord    = regexp.MustCompile(`"[^"]*"|'[^']*'|\S+`)
	commandRow      = regexp.MustCompile("(?m)^\\| `regwatch ([a-z -]+)` \\|")
)

// A command or flag that is renamed must not stay in the documents under its old name.
func TestRegwatchCommandsInDocumentsExist(t *testing.T) {
	commands := 0
	for name, text := range documents(t) {
		if name == "CHANGELOG.md" { // what was
			continue
		}
		for _, block := range append(codeBlock.FindAllString(text, -1), codeSpan.FindAllString(codeBlock.ReplaceAllString(text, ""), -1)...) {
			for _, m := range regwatchCommand.FindAllStringSubmatch(block, -1) {
				commands++
				if err := checkCommand(m[1]); err != nil {
					t.Errorf("%s: regwatch%s: %v", name, m[1], err)
				}
			}
		}
	}
	if commands < 100 {
		t.Errorf("found %d commands in the documents, want at least 100", commands)
	}
}

func TestCommandsThatDoNotExistAreFound(t *testing.T) {
	for command, want := range map[string]string{
		"-C my-watch rules explain article.txt --rule yuan":      "",
		"deliveries --state=dead --json  # the dead letters":     "",
		"mute rule crypto-ban --for 7d --reason \"no, --later\"": "",
		"devel watches 7 sources":                                "", // output and not a command
		"rules explian article.txt":                              `rules has no command "explian"`,
		"deliveries --status dead":                               "there is no flag --status",
	} {
		got := ""
		if err := checkCommand(command); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("checkCommand(%s) = %q, want %q", command, got, want)
		}
	}
}

// checkCommand says which command or flag of a command line does not exist.
func checkCommand(line string) error {
	line, _, _ = strings.Cut(line, " #")
	cmd := newRoot(io.Discard, io.Discard)
	cmd.InitDefaultCompletionCmd()
	words := regwatchWord.FindAllString(line, -1)
	for i := 0; i < len(words); i++ {
		word := words[i]
		if strings.HasPrefix(word, "-") && word != "-" {
			name, _, joined := strings.Cut(strings.TrimLeft(word, "-"), "=")
			flag := flagOf(cmd, name)
			switch {
			case flag == nil && !cmd.HasParent(): // of another program, such as createdb regwatch --owner
				return nil
			case flag == nil:
				return fmt.Errorf("there is no flag %s", word)
			}
			if !joined && flag.NoOptDefVal == "" {
				i++ // its value
			}
			continue
		}
		child := childOf(cmd, word)
		switch {
		case child != nil:
			cmd = child
		case !cmd.HasParent(): // prose or output
			return nil
		case cmd.HasSubCommands():
			return fmt.Errorf("%s has no command %q", cmd.Name(), word)
		}
	}
	return nil
}

func childOf(cmd *cobra.Command, name string) *cobra.Command {
	for _, c := range cmd.Commands() {
		if c.Name() == name || c.HasAlias(name) {
			return c
		}
	}
	return nil
}

func flagOf(cmd *cobra.Command, name string) *pflag.Flag {
	cmd.InitDefaultHelpFlag()
	for _, flags := range []*pflag.FlagSet{cmd.Flags(), cmd.InheritedFlags(), cmd.PersistentFlags()} {
		if flag := flags.Lookup(name); flag != nil {
			return flag
		}
		if len(name) == 1 {
			if flag := flags.ShorthandLookup(name); flag != nil {
				return flag
			}
		}
	}
	return nil
}

// The page of commands has each command once.
func TestCommandsPageListsEveryCommand(t *testing.T) {
	want := []string{"completion"}
	var collect func(*cobra.Command, string)
	collect = func(cmd *cobra.Command, path string) {
		for _, c := range cmd.Commands() {
			switch name := strings.TrimSpace(path + " " + c.Name()); {
			case c.Hidden:
			case c.HasSubCommands():
				collect(c, name)
			default:
				want = append(want, name)
			}
		}
	}
	collect(newRoot(io.Discard, io.Discard), "")
	listed := make(map[string]int)
	for _, m := range commandRow.FindAllStringSubmatch(documents(t)["docs/reference/commands.md"], -1) {
		listed[m[1]]++
	}
	for _, name := range want {
		if listed[name] != 1 {
			t.Errorf("docs/reference/commands.md lists regwatch %s %d times, want once", name, listed[name])
		}
		delete(listed, name)
	}
	parents := []string{"sources", "articles", "events", "matters", "routes", "subscriptions", "deliveries", "exceptions", "audit"} // that do something themselves
	for name := range listed {
		if !slices.Contains(parents, name) {
			t.Errorf("docs/reference/commands.md lists regwatch %s, which is no command", name)
		}
	}
}
