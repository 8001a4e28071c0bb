// Package filewatch says when files in some folders may have changed.
//
// Start with [New], give the places to [Watcher.Watch] and receive from [Watcher.Changed]. A change can be missed: network
// shares report none, and a system limits how many folders are watched. So look at the files now and then all the same.
// What has changed, if anything, is for the receiver to find out.
package filewatch

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"sync"

	"github.com/fsnotify/fsnotify"
)

// A Place is a name in a folder. Without a name it is every name in it that is not ignored.
type Place struct{ Folder, Name string }

// A Watcher watches places. One that could not be started watches nothing.
type Watcher struct {
	notify  *fsnotify.Watcher // nil if the system offers none
	err     error             // why
	ignore  func(name string) bool
	changed chan struct{}

	changing sync.Mutex // held by Watch

	mu      sync.Mutex // guards watched
	watched map[string]map[string]bool
}

// New returns a watcher without places.
func New(ignore func(name string) bool) *Watcher {
	w := &Watcher{ignore: ignore, changed: make(chan struct{}, 1)}
	if w.notify, w.err = fsnotify.NewWatcher(); w.err != nil {
		w.notify = nil
		return w
	}
	go w.forward()
	return w
}

// forward turns events into at most one pending signal, until the watcher is closed.
func (w *Watcher) forward() {
	for {
		select {
		case event, open := <-w.notify.Events:
			if !open {
				return
			}
			if !w.matters(event.Name) {
				continue
			}
		case _, open := <-w.notify.Errors: // such as too many events at once
			if !open {
				return
			}
		}
		select {
		case w.changed <- struct{}{}:
		default: // one is pending
		}
	}
}

func (w *Watcher) matters(path string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	name := filepath.Base(path)
	names := w.watched[filepath.Dir(path)]
	return w.watched[path] != nil || names[name] || names[""] && !w.ignore(name)
}

// Changed receives after changes: one value for all of those since the last one was received.
func (w *Watcher) Changed() <-chan struct{} { return w.changed }

// Watch watches some places instead of those before. A folder that does not exist is left out. The error says that some
// are not watched.
func (w *Watcher) Watch(places []Place) error {
	if w.notify == nil {
		return w.err
	}
	w.changing.Lock()
	defer w.changing.Unlock()
	wanted := make(map[string]map[string]bool)
	for _, place := range places {
		if wanted[place.Folder] == nil {
			wanted[place.Folder] = make(map[string]bool)
		}
		wanted[place.Folder][place.Name] = true
	}
	// Events of a new folder may come before it is known that it can be watched. The lock is not held
	// meanwhile: on Windows a folder is added only when the events before it have been received.
	before := w.replace(wanted)
	var failed error
	added := maps.Clone(wanted)
	for folder := range wanted {
		if err := w.notify.Add(folder); err != nil { // adding it again does nothing
			if !errors.Is(err, fs.ErrNotExist) {
				failed = err
			}
			delete(added, folder)
		}
	}
	for folder := range before {
		if wanted[folder] == nil {
			_ = w.notify.Remove(folder) // it may be gone
		}
	}
	w.replace(added)
	return failed
}

// replace sets the folders that are watched, and returns those before.
func (w *Watcher) replace(watched map[string]map[string]bool) (before map[string]map[string]bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	before, w.watched = w.watched, watched
	return before
}

// Close ends the watcher.
func (w *Watcher) Close() error {
	if w.notify == nil {
		return nil
	}
	return w.notify.Close()
}

// maxLinks is the most links that a path may lead through.
const maxLinks = 40

// Places returns the places where a change can change what a path leads to: the path itself and every link on the way. Of a
// folder it is everything in it.
func Places(path string) []Place {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil
	}
	r := resolver{met: make(map[Place]bool)}
	path = r.resolve(path)
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		r.add(Place{Folder: path})
	} else {
		r.add(Place{filepath.Dir(path), filepath.Base(path)})
	}
	return r.places
}

// A resolver resolves the links of one path.
type resolver struct {
	links  int
	places []Place
	met    map[Place]bool
}

func (r *resolver) add(p Place) {
	p.Folder = filepath.Clean(p.Folder)
	if !r.met[p] {
		r.met[p] = true
		r.places = append(r.places, p)
	}
}

// resolve returns the path without links, as far as it exists.
func (r *resolver) resolve(path string) string {
	parent, name := filepath.Split(filepath.Clean(path))
	if name == "" {
		return parent // the root of the file system
	}
	parent = r.resolve(parent)
	path = filepath.Join(parent, name)
	info, err := os.Lstat(path)
	if err == nil && info.Mode()&fs.ModeSymlink == 0 {
		return path
	}
	r.add(Place{parent, name}) // a link that may change, or something that may come
	target, err := os.Readlink(path)
	if r.links++; err != nil || r.links > maxLinks {
		return path
	}
	if !filepath.IsAbs(target) {
		target = filepath.Join(parent, target)
	}
	return r.resolve(target)
}
