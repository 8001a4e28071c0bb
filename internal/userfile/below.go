package userfile

import (
	"path/filepath"
	"strings"

	"regwatch/internal/diag"
)

// Below adds the folder's path to the files of problems, and removes from them the text
// of files outside the configuration folder.
func Below(dir, folder string, found diag.Problems) diag.Problems {
	moved := make(diag.Problems, len(found))
	for i, p := range found {
		if !strings.HasPrefix(p.File, folder+"/") {
			p.File = filepath.Join(folder, p.File)
		}
		p.File = filepath.Join(dir, p.File)
		moved[i] = p
	}
	return HideOutsideText(dir, moved)
}
