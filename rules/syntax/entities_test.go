package syntax_test

import (
	"strings"
	"testing"

	"regwatch/rules/syntax"

	"github.com/google/go-cmp/cmp"
)

func TestParseEntities(t *testing.T) {
	src := "\ufeffid,name,aliases,aliases_zh,url\r\n" +
		"# a comment\r\n" +
		"hkma,Hong Kong Monetary Authority,HKMA; monetary authority | =Hong Kong's central bank,香港金融管理局|香港金融管理局;金管局|金管局,https://www.hkma.gov.hk/\r\n" +
		",,,,\r\n" +
		"fstb,\"Financial Services and the Treasury Bureau, Hong Kong\",FSTB,,\r\n" +
		"g20,G20\r\n"
	f, problems := syntax.ParseEntities("lists/a.csv", []byte(src))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	type entity struct {
		ID, Name, NameZH, URL string
		Names                 []string
	}
	var got []entity
	for _, e := range f.Entities {
		named := entity{ID: e.ID, Name: e.Name, NameZH: e.NameZH, URL: e.URL}
		for _, n := range e.Names {
			named.Names = append(named.Names, n.Phrase)
		}
		got = append(got, named)
	}
	want := []entity{
		{"hkma", "Hong Kong Monetary Authority", "香港金融管理局", "https://www.hkma.gov.hk/", []string{"Hong Kong Monetary Authority", "=HKMA", "monetary authority", "=Hong Kong's central bank", "香港金融管理局", "金管局"}},
		{"fstb", "Financial Services and the Treasury Bureau, Hong Kong", "", "", []string{"Financial Services and the Treasury Bureau, Hong Kong", "=FSTB"}},
		{"g20", "G20", "", "", []string{"=G20"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entities (-want +got):\n%s", diff)
	}
	if at := f.Entities[0].Names[2].Pos; at != (syntax.Pos{File: "lists/a.csv", Line: 3, Col: 41}) {
		t.Errorf("the second alias is at %v", at)
	}
}

func TestParseEntitiesReadsWhatSpreadsheetsWrite(t *testing.T) {
	for name, src := range map[string]string{
		"commas":     "id,name,aliases,aliases_zh\nquay,Quay Bank,Quay Trust;QBank,碼頭銀行、碼頭信託\n",
		"semicolons": "# firms, all of them\nid;name;aliases;aliases_zh\nquay;Quay Bank;\"Quay Trust;QBank\";碼頭銀行；碼頭信託\n",
		"tabs":       "id\tname\taliases\taliases_zh\nquay\tQuay Bank\tQuay Trust|QBank\t碼頭銀行、碼頭信託\n",
	} {
		f, problems := syntax.ParseEntities("a.csv", []byte(src))
		if len(problems) > 0 || len(f.Entities) != 1 {
			t.Errorf("%s: %v, %d entities", name, problems, len(f.Entities))
			continue
		}
		var got []string
		for _, n := range f.Entities[0].Names {
			got = append(got, n.Phrase)
		}
		if diff := cmp.Diff([]string{"Quay Bank", "Quay Trust", "QBank", "碼頭銀行", "碼頭信託"}, got); diff != "" {
			t.Errorf("%s: names (-want +got):\n%s", name, diff)
		}
	}
}

// Each mistake is reported where it is, with what would be right.
func TestParseEntitiesReportsProblems(t *testing.T) {
	const header = "id,name,aliases,aliases_zh,url\n"
	for _, tt := range []struct{ name, src, want string }{
		{"empty", "", "a.csv:1:1: the file is empty; begin with the line id,name,aliases,aliases_zh,url"},
		{"no entities", header, "a.csv:1:1: the file has no entities; add a line such as circle,Circle Internet Group,USDC issuer,,https://www.circle.com/"},
		{"not UTF-8", header + "a,\xb0\xa1,,,\n", "a.csv:2:3: the file is not UTF-8; save it as CSV UTF-8"},
		{"UTF-16", "\xff\xfei\x00d\x00", "a.csv:1:1: the file is not UTF-8; save it as CSV UTF-8"},
		{"control character", header + "a,Al\x01pha,,,\n", "a.csv:2:5: the file contains the control character U+0001; remove it"},
		{"unknown column", "id,name,alias,country\n", "a.csv:1:9: unknown column \"alias\"; did you mean \"aliases\"? the columns are id, name, aliases, aliases_zh, url\n" +
			"a.csv:1:15: unknown column \"country\"; the columns are id, name, aliases, aliases_zh, url"},
		{"column twice", "id,name,url,url\n", `a.csv:1:13: duplicate column "url"; remove one of them`},
		{"missing column", "name,aliases\nAlpha,\n", `a.csv:1:1: the column "id" is missing; begin with the line id,name,aliases,aliases_zh,url`},
		{"semicolons", "id;name;aliases\na;Alpha;Al;pha\n", "a.csv:2:12: the line has 4 values, and the header 3 columns; put quotes around a value that contains a semicolon"},
		{"too many values", header + "a,Alpha, Inc,,,https://a.example/\n", "a.csv:2:16: the line has 6 values, and the header 5 columns; put quotes around a value that contains a comma"},
		{"quote in the middle", header + "a,Al\"pha\n", "a.csv:2:5: a quote is in the middle of a value; put quotes around the whole value, and write \"\" for a quote within it"},
		{"open quote", header + "a,\"Alpha\nb,Beta\n", "a.csv:2:1: a quote is not closed; put quotes around the whole value, and write \"\" for a quote within it"},
		{"bad id", header + "A Firm,Alpha,,,\n,Beta,,,\na,Gamma,,,\na,Delta,,,\n", "a.csv:2:1: id \"A Firm\" is not valid; use lower-case letters and digits joined by hyphens, such as a-firm\n" +
			"a.csv:3:1: the entity has no id; add a short name in lower case, such as circle\n" +
			"a.csv:5:1: id \"a\" is taken; the entity on line 4 has it"},
		{"no name", header + "a,,Alpha,,\n", "a.csv:2:1: the entity has no name; add one to the column name"},
		{"bad aliases", header + "a,Alpha,/Al.ha/; ab*,中|阿尔法,\n", "a.csv:2:9: name \"/Al.ha/\" is a regular expression; put it into a term list of the rule\n" +
			"a.csv:2:18: phrase \"ab*\" has * after fewer than three letters; use words; * after three or more letters stands for any ending and alone for any one word, # stands for any number, = in front requires the exact case\n" +
			"a.csv:2:22: name \"中\" is a single character, which nearly every article contains; use a longer name"},
		{"name of two entities", header + "a,Alpha,The First,阿爾法,\nb,\"Beta\",\"the-first; =ALPHA\",阿尔法,\n", "a.csv:3:11: \"the-first\" is already a name of \"a\" on line 2; delete one of them; case, hyphens and the two Chinese scripts make no difference\n" +
			"a.csv:3:22: \"=ALPHA\" is already a name of \"a\" on line 2; delete one of them; case, hyphens and the two Chinese scripts make no difference\n" +
			"a.csv:3:30: \"阿尔法\" is already a name of \"a\" on line 2; delete one of them; case, hyphens and the two Chinese scripts make no difference"},
		{"no address", header + "a,Alpha,,,www.alpha.example\nb,Beta,,,javascript:alert(1)\n", "a.csv:2:11: url \"www.alpha.example\" is not a web address; use an address that begins with https://\n" +
			"a.csv:3:10: url \"javascript:alert(1)\" is not a web address; use an address that begins with https://"},
		{"too many", header + strings.Repeat(",,,,\n", 3), "a.csv:1:1: the file has no entities; add a line such as circle,Circle Internet Group,USDC issuer,,https://www.circle.com/"},
	} {
		_, problems := syntax.ParseEntities("a.csv", []byte(tt.src))
		if diff := cmp.Diff(tt.want, problems.Error()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// What the reader accepts are names that articles can contain, at positions within the file.
func FuzzParseEntities(f *testing.F) {
	f.Add("id,name,aliases,aliases_zh,url\na,Alpha,\"A; B|C\",阿爾法,https://a.example/\n")
	f.Add("\ufeffid,name\r\n\"a\",\"Al\"\"pha\r\nInc\"\r\n# x\r\n,,,\r\n")
	f.Add("name,id\nx;y,\"z\n")
	f.Add("id,name,aliases\na,=,;|；\n")
	f.Fuzz(func(t *testing.T, src string) {
		file, problems := syntax.ParseEntities("a.csv", []byte(src))
		lines := strings.Count(src, "\n") + 1
		for _, p := range problems {
			if p.Line < 1 || p.Line > lines || p.Col < 1 || p.What == "" || p.Want == "" {
				t.Fatalf("%q: problem %s at %d:%d", src, p, p.Line, p.Col)
			}
		}
		if len(problems) > 0 {
			return
		}
		if len(file.Entities) == 0 {
			t.Fatalf("%q: no problem and no entity", src)
		}
		for _, e := range file.Entities {
			if e.ID == "" || e.Name == "" || len(e.Names) == 0 {
				t.Fatalf("%q: incomplete entity %+v", src, e)
			}
			for _, n := range e.Names {
				if _, problem := syntax.ParsePhrase(n.Phrase); problem != "" || n.Pos.Line < 1 || n.Pos.Line > lines {
					t.Fatalf("%q: name %q at line %d: %s", src, n.Phrase, n.Pos.Line, problem)
				}
			}
		}
	})
}
