package userfile

import (
	"io/fs"
	"testing"
	"testing/fstest"
)

func TestFolderWithOneMoreFile(t *testing.T) {
	folder := With(fstest.MapFS{"a.yaml": {Data: []byte("a")}, "c.yaml": {Data: []byte("c")}}, map[string][]byte{"b.yaml": []byte("b")})
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, e := range entries {
		content, err := fs.ReadFile(folder, e.Name())
		if err != nil || e.IsDir() {
			t.Fatal(e, err)
		}
		text += e.Name() + "=" + string(content) + " "
	}
	if want := "a.yaml=a b.yaml=b c.yaml=c "; text != want {
		t.Errorf("the folder has %q, want %q", text, want)
	}
}
