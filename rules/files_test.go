package rules_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/diag"
	"regwatch/rules"
)

func ruleText(id string) string {
	return "id: " + id + "\ntitle: T\nseverity: low\nwhen: {any: [" + id + "]}\n"
}

func folderOf(files map[string]string) fstest.MapFS {
	folder := make(fstest.MapFS)
	for name, text := range files {
		folder[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return folder
}

func TestLoadReadsEveryEndingAndSubfolders(t *testing.T) {
	folder := folderOf(map[string]string{
		"one.yaml": ruleText("one"), "two.YAML": ruleText("two"), "three.yml": ruleText("three"),
		"hk/four.yaml": ruleText("four"), "hk/banks/five.Yml": ruleText("five"), "lists-of-ours/six.yaml": ruleText("six"),
		"uses.yaml":              "id: uses\ntitle: T\nseverity: low\nvocabulary: [words.yml, MORE.YAML]\nwhen: {any: [{terms: aa}, {terms: bb}, {rule: five}]}\n",
		"vocabulary/words.yml":   "aa: [alpha]\n",
		"vocabulary/MORE.YAML":   "bb: [beta]\n",
		"hk/vocabulary/new.yaml": ruleText("new"), // only the folder at the top has vocabulary
		"lists/FIRMS.CSV":        "id,name\ncircle,Circle\n",
	})
	set, problems := rules.Load(folder)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var got []string
	for _, r := range set.Rules() {
		got = append(got, r.ID+" "+r.File)
	}
	want := []string{
		"five hk/banks/five.Yml", "four hk/four.yaml", "new hk/vocabulary/new.yaml", "one one.yaml", "six lists-of-ours/six.yaml", "three three.yml", "two two.YAML", "uses uses.yaml",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	for id, want := range map[string]string{"one": "one.yaml", "five": "hk/banks/five.Yml", "two": "two.YAML", "nobody": "nobody.yaml"} {
		if got := rules.FileOf(folder, id); got != want {
			t.Errorf("FileOf(%s) = %s, want %s", id, got, want)
		}
	}
	one, problems := rules.LoadOne(folder, "hk/four.yaml", []byte("id: four\ntitle: T\nseverity: low\nwhen: {rule: five}\n"))
	if len(problems) > 0 || one.Rules()[0].File != "hk/four.yaml" {
		t.Errorf("a rule of a subfolder that uses another one: %v", problems)
	}
}

func TestLoadIgnoresLeftovers(t *testing.T) {
	folder := folderOf(map[string]string{"one.yaml": ruleText("one"), "vocabulary/v.yaml": "a: [b]\n"})
	for _, name := range []string{
		".#one.yaml", "._one.yaml", "one.yaml~", "#one.yaml#", ".one.yaml.swp", "one.swp", ".DS_Store", "one.yaml.bak", "one.bak", "one.yaml.orig", "4913", "Thumbs.db",
		"~$one.yaml", "___jb_tmp___", "one.yaml___jb_tmp___.tmp", ".git/config.yaml", ".hidden/two.yaml", "old~/two.yaml", "hk/.#two.yaml", "vocabulary/._v.yaml", "vocabulary/v.yaml~", "lists/.#x.csv",
		"README.md", "rule.schema.json", "hk/README", "LICENSE.txt",
	} {
		folder[name] = &fstest.MapFile{Data: []byte("\x00\x05\x16\x07 not: [yaml")}
	}
	set, problems := rules.Load(folder)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if got := len(set.Rules()); got != 1 {
		t.Errorf("%d rules, want 1", got)
	}
	if skipped := rules.Skipped(folder); len(skipped) > 0 {
		t.Errorf("leftovers are named: %v", skipped)
	}
}

func TestSkippedNamesWhatIsNotRead(t *testing.T) {
	folder := folderOf(map[string]string{
		"one.yaml": ruleText("one"), "two.yaml.txt": "", "hk/three.YML.TXT": "", "four.yamll": "", "five": "", "six.json": "",
		"firms.csv": "", "lists/firms.xlsx": "", "lists/hk/firms.csv": "", "vocabulary/hk/v.yaml": "", "vocabulary/v.yaml.txt": "",
	})
	const notRead = "the file is not read"
	want := diag.Problems{
		{File: "firms.csv", What: notRead, Want: "lists are read from rules/lists: move it there"},
		{File: "five", What: notRead, Want: "files of rules end in .yaml or .yml"},
		{File: "four.yamll", What: notRead, Want: "files of rules end in .yaml or .yml"},
		{File: "hk/three.YML.TXT", What: notRead, Want: "files of rules end in .yaml or .yml: rename it to three.YML"},
		{File: "lists/firms.xlsx", What: notRead, Want: "files of rules/lists end in .csv"},
		{File: "lists/hk/firms.csv", What: notRead, Want: "lists are read from rules/lists itself: move it there"},
		{File: "six.json", What: notRead, Want: "files of rules end in .yaml or .yml"},
		{File: "two.yaml.txt", What: notRead, Want: "files of rules end in .yaml or .yml: rename it to two.yaml"},
		{File: "vocabulary/hk/v.yaml", What: notRead, Want: "vocabulary files are read from rules/vocabulary itself: move it there"},
		{File: "vocabulary/v.yaml.txt", What: notRead, Want: "vocabulary files end in .yaml or .yml: rename it to v.yaml"},
	}
	if diff := cmp.Diff(want, rules.Skipped(folder)); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
}

func TestTheSameRuleInTwoFoldersIsAMistake(t *testing.T) {
	_, problems := rules.Load(folderOf(map[string]string{"two.yaml": ruleText("two"), "hk/two.yml": ruleText("two"), "sg/two.yaml": ruleText("two")}))
	want := `hk/two.yml:1:5: id "two" is taken; the rule in two.yaml has it`
	if got := problems.Error(); len(problems) != 2 || problems[0].String() != want && problems[1].String() != want {
		t.Errorf("problems:\n%s\nwant two, with\n%s", got, want)
	}
}
