package csvfile

import "testing"

func TestText(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", ""},
		{"HKMA grants a licence", "HKMA grants a licence"},
		{"1+1", "1+1"},
		{" =1", " =1"},
		{"=1+1", "'=1+1"},
		{"+1", "'+1"},
		{"-1", "'-1"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{"\t=1", "'\t=1"},
		{"\r=1", "'\r=1"},
		{"\n=1", "'\n=1"},
		{"＝1", "'＝1"},
		{"＋1", "'＋1"},
		{"－1", "'－1"},
		{"＠x", "'＠x"},
		{"a=1", "a=1"},
		{"—dash", "—dash"},
		{"'=1", "'=1"},
	} {
		if got := Text(tt.text); got != tt.want {
			t.Errorf("Text(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestEncode(t *testing.T) {
	got, err := Encode([][]string{{"a", "b"}, {`say "x", y`, "two\nlines"}})
	if want := "a,b\r\n\"say \"\"x\"\", y\",\"two\r\nlines\"\r\n"; err != nil || string(got) != want {
		t.Errorf("Encode = %q, %v; want %q", got, err, want)
	}
}
