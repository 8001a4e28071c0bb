package app

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"regwatch/notifier/render"
)

// A Template is a template that messages are written with.
type Template struct {
	Name string `json:"name"`
	Own  bool   `json:"own"` // the folder replaces it
}

// Templates returns every template, and which of them a folder replaces.
func Templates(dir string) []Template {
	var all []Template
	for _, name := range render.TemplateNames() {
		_, err := os.Stat(templateFile(dir, name))
		all = append(all, Template{name, err == nil})
	}
	return all
}

// A TemplateText is the text of a shipped template.
type TemplateText struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// ShippedTemplate returns the text of a template as regwatch ships it.
func ShippedTemplate(name string) (TemplateText, error) {
	text, known := render.Template(name)
	if names := render.TemplateNames(); !known || !slices.Contains(names, name) {
		return TemplateText{}, inputError("there is no template %q%s; regwatch templates list shows all of them", name, didYouMean(name, names))
	}
	return TemplateText{name, text}, nil
}

// WriteTemplates writes the shipped templates into a folder, but for those that it
// replaces already. It returns the files that it wrote.
func WriteTemplates(dir string) (files []string, err error) {
	for _, name := range render.TemplateNames() {
		file := templateFile(dir, name)
		text, _ := render.Template(name)
		err := createFile(file, []byte(text))
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return files, err
		}
		files = append(files, file)
	}
	return files, nil
}

func templateFile(dir, name string) string {
	return filepath.Join(dir, "templates", filepath.FromSlash(name))
}

// createFile writes a new file and the folders that it needs.
func createFile(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, newFileMode)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}
