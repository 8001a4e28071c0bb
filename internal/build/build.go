// Package build says how the program was built.
package build

import "runtime/debug"

// Version is the version of the program from its build, or "devel".
func Version() string { return Read().Version }

// An Info says how the program was built.
type Info struct {
	Go       string `json:"go,omitempty"`
	Modified string `json:"modified,omitempty"` // true if files differed from the revision
	Revision string `json:"revision,omitempty"`
	Time     string `json:"time,omitempty"` // of the revision
	Version  string `json:"version"`
}

// Read returns how the program was built.
func Read() Info {
	b := Info{Version: "devel"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		b.Version = v
	}
	b.Go = info.GoVersion
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			b.Modified = s.Value
		}
	}
	return b
}
