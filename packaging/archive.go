package main

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// checksums is the file with the SHA-256 of every other one, for sha256sum --check.
const checksums = "SHA256SUMS"

// A member is a file, or a folder if its name ends in /, in a tar archive.
type member struct {
	name string
	text []byte
	file string // whose contents it has, instead of text
	mode int64
	user int // and its group
}

// writeTar writes members with one time, and the folders that they are in before them. Nothing
// else of the machine is in the archive.
func writeTar(w io.Writer, members []member, at time.Time) error {
	archive := tar.NewWriter(w)
	written := make(map[string]bool)
	for _, m := range members {
		for _, parent := range parents(m.name) {
			if !written[parent] {
				written[parent] = true
				if err := archive.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: parent, Mode: 0o755, ModTime: at, Format: tar.FormatUSTAR}); err != nil {
					return err
				}
			}
		}
		if err := writeMember(archive, m, at); err != nil {
			return err
		}
		written[m.name] = true
	}
	return archive.Close()
}

// parents returns the folders that a member is in, the outermost first.
func parents(name string) []string {
	var all []string
	for dir := path.Dir(strings.TrimSuffix(name, "/")); dir != "."; dir = path.Dir(dir) {
		all = append(all, dir+"/")
	}
	slices.Reverse(all)
	return all
}

func writeMember(archive *tar.Writer, m member, at time.Time) (err error) {
	header := &tar.Header{Typeflag: tar.TypeReg, Name: m.name, Mode: m.mode, Uid: m.user, Gid: m.user, ModTime: at, Format: tar.FormatUSTAR}
	if strings.HasSuffix(m.name, "/") {
		header.Typeflag = tar.TypeDir
		return archive.WriteHeader(header)
	}
	if m.file == "" {
		header.Size = int64(len(m.text))
		if err := archive.WriteHeader(header); err != nil {
			return err
		}
		_, err = archive.Write(m.text)
		return err
	}
	file, err := os.Open(m.file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	header.Size = info.Size()
	if err := archive.WriteHeader(header); err != nil {
		return err
	}
	_, err = io.Copy(archive, file)
	return err
}

// writeArchive writes the program with its licence notices and its unit for systemd, for machines
// without a package manager.
func writeArchive(r *release, p *program, name string) error {
	folder := strings.TrimSuffix(filepath.Base(name), ".tar.gz") + "/"
	members := []member{
		{name: folder + "regwatch", file: p.path, mode: 0o755},
		{name: folder + "regwatch.service", file: r.file("packaging/regwatch.service"), mode: 0o644},
	}
	for _, text := range []string{"CHANGELOG.md", "NOTICE", "README.md"} {
		members = append(members, member{name: folder + text, file: r.file(text), mode: 0o644})
	}
	return writeFile(name, func(w io.Writer) error { return compress(w, members, r.time) })
}

// compress writes members as a tar archive that gzip compresses.
func compress(w io.Writer, members []member, at time.Time) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	return errors.Join(writeTar(z, members, at), z.Close())
}

// file is the path of a file of the repository.
func (r *release) file(name string) string { return filepath.Join(r.source, filepath.FromSlash(name)) }

// writeChecksums writes the checksums of all files in a folder.
func writeChecksums(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var lines strings.Builder
	for _, e := range entries {
		sum, err := checksum(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&lines, "%x  %s\n", sum, e.Name())
	}
	return os.WriteFile(filepath.Join(dir, checksums), []byte(lines.String()), 0o644)
}

func checksum(name string) (sum []byte, err error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return nil, err
	}
	return h.Sum(nil), nil
}

// writeFile creates a file with what write writes.
func writeFile(name string, write func(io.Writer) error) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fs.FileMode(0o644))
	if err != nil {
		return err
	}
	return errors.Join(write(file), file.Close())
}
