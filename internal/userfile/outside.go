package userfile

import (
	"path/filepath"

	"regwatch/internal/diag"
)

// HideOutsideText removes from problems all text of files outside the configuration
// folder, which a link in the folder can point to. The people who read the message may
// not be allowed to read such a file. The position of each problem is kept, and so is
// the reason why a file cannot be read.
func HideOutsideText(folder string, problems diag.Problems) diag.Problems {
	outside := make(map[string]bool)
	result := make(diag.Problems, len(problems))
	for i, p := range problems {
		hide, known := outside[p.File]
		if !known {
			hide = isOutside(folder, p.File) && isReadable(p.File)
			outside[p.File] = hide
		}
		if hide {
			p.What = "this file has a mistake here"
			p.Want = "its text is not shown, because the file is a link to a file outside the configuration folder; copy the file into the folder to see the mistake"
		}
		result[i] = p
	}
	return result
}

func isOutside(folder, file string) bool {
	root, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return true
	}
	if root, err = filepath.Abs(root); err != nil {
		return true
	}
	resolved, err := filepath.EvalSymlinks(file)
	if err != nil {
		return true
	}
	if resolved, err = filepath.Abs(resolved); err != nil {
		return true
	}
	relative, err := filepath.Rel(root, resolved)
	return err != nil || !filepath.IsLocal(relative)
}

func isReadable(file string) bool {
	f, err := open(file, MaxBytes)
	if err != nil {
		return false
	}
	f.Close()
	return true
}
