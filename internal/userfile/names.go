package userfile

import (
	"path"
	"slices"
	"strings"
)

// IsLeftover reports whether a name is that of a file or folder which an editor or a system leaves beside the files that people
// write: everything hidden, backups, locks and temporary files. Nothing reads them, and nobody needs to be told.
func IsLeftover(name string) bool {
	name = path.Base(name)
	return strings.HasPrefix(name, ".") && name != "." ||
		strings.HasSuffix(name, "~") ||
		strings.HasPrefix(name, "~$") || // Office
		strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#") || // Emacs
		strings.HasPrefix(name, "___jb_") || // JetBrains
		name == "4913" || // Vim
		slices.Contains([]string{"thumbs.db", "desktop.ini"}, strings.ToLower(name)) ||
		slices.Contains([]string{".bak", ".orig", ".rej", ".swo", ".swp", ".tmp"}, strings.ToLower(path.Ext(name)))
}

// IsYAML reports whether a name ends in .yaml or .yml, in lower or upper case.
func IsYAML(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".yaml" || ext == ".yml"
}

// Stem returns the last part of a path without the .yaml or .yml at its end.
func Stem(name string) string {
	name = path.Base(name)
	if IsYAML(name) {
		name = strings.TrimSuffix(name, path.Ext(name))
	}
	return name
}
