package app

import "regwatch/configs"

// A Starter is a folder that a new user starts from.
type Starter struct {
	Dir   string   `json:"dir"`
	Files []string `json:"files"` // relative to Dir
}

// WriteStarter writes the starter folder to dir: a configuration, sources and rules. It
// overwrites nothing: if a file exists already, it names all that exist and writes none.
func WriteStarter(dir string) (Starter, error) {
	files, err := configs.WriteStarter(dir)
	return Starter{dir, files}, err
}
