package cli

import (
	"embed"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

//go:embed help/*.txt
var helpPages embed.FS

// helpTopics are the guides that regwatch help prints besides the help of commands.
var helpTopics = []struct{ name, short string }{
	{"rules", "How to write a rule"},
	{"routes", "Who receives alerts"},
	{"schedules", "When sources are read and messages are sent"},
}

// addHelpTopics makes regwatch help print the guides. A topic may have the name of a
// command, whose own help is then printed by --help.
func addHelpTopics(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	var help *cobra.Command
	for _, c := range root.Commands() {
		if c.Name() == "help" {
			help = c
		}
	}
	help.Use = "help [command | topic]"
	help.Short = "Show the help of a command, or a guide: " + strings.Join(topicNames(), ", ")
	help.Long = "Show the help of a command, or one of these guides:\n\n" + topicList()
	help.Example = "  regwatch help scan\n  regwatch help routes"
	ofCommand := help.Run
	help.Run = func(cmd *cobra.Command, args []string) {
		if len(args) == 1 && slices.Contains(topicNames(), args[0]) {
			page, _ := helpPages.ReadFile("help/" + args[0] + ".txt") // embedded, as a test checks
			cmd.Print(string(page))
			return
		}
		ofCommand(cmd, args)
	}
	completed := help.ValidArgsFunction
	help.ValidArgsFunction = func(cmd *cobra.Command, args []string, toComplete string) ([]cobra.Completion, cobra.ShellCompDirective) {
		all, directive := completed(cmd, args, toComplete)
		for _, topic := range helpTopics {
			if len(args) == 0 && strings.HasPrefix(topic.name, toComplete) {
				all = append(all, cobra.CompletionWithDesc(topic.name, topic.short))
			}
		}
		return all, directive
	}
	root.Long += "\n\nGuides in plain English:\n" + topicList()
}

func topicNames() []string {
	var names []string
	for _, topic := range helpTopics {
		names = append(names, topic.name)
	}
	return names
}

func topicList() string {
	var b strings.Builder
	for _, topic := range helpTopics {
		b.WriteString("  regwatch help " + topic.name + strings.Repeat(" ", max(1, 12-len(topic.name))) + topic.short + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}
