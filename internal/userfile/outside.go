package userfile

import (
	"path/filepath"

	"regwatch/internal/diag"
)

// Hide returns the problems without what they say about the text of files
// outside the configuration folder, to which a link in it leads. Such a file may
// be one that whoever reads the message may not read. The place of each problem
// stays, and so does why a file cannot be read.
func Hide(folder string, problems diag.Problems) diag.Problems {
	outside := make(map[string]bool)
	shown := make(diag.Problems, len(problems))
	for i, p := range problems {
		hidden, known := outside[p.File]
		if !known {
			hidden = isOutside(folder, p.File) && isReadable(p.File)
			outside[p.File] = hidden
		}
		if hidden {
			p.What = "there is a mistake here"
			p.Want = "the file is a link to one outside the configuration folder, so its text is not shown; copy the file into the folder to see what is wrong"
		}
		shown[i] = p
	}
	return shown
}

func isOutside(folder, file string) bool {
	root, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return true
	}
	if root, err = filepath.Abs(root); err != nil {
		return true
	}
	real, err := filepath.EvalSymlinks(file)
	if err != nil {
		return true
	}
	if real, err = filepath.Abs(real); err != nil {
		return true
	}
	inside, err := filepath.Rel(root, real)
	return err != nil || !filepath.IsLocal(inside)
}

func isReadable(file string) bool {
	f, err := open(file, MaxBytes)
	if err != nil {
		return false
	}
	f.Close()
	return true
}
