package main

import (
	"bytes"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// imageUser is the account in the image, by the number that images without a shell agree on.
const imageUser = 65532

// writeImage writes an image for containers, with all architectures, as the tar archive of an OCI layout.
// Skopeo, podman, containerd and docker (from 25 on) load it.
func writeImage(r *release, programs []*program, name string) (err error) {
	work, err := os.MkdirTemp(filepath.Dir(programs[0].path), "image-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, p := range programs {
		image, err := newImage(r, p)
		if err != nil {
			return err
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add: image, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: p.arch, Variant: variant(p.arch)}},
		})
	}
	annotated, ok := mutate.Annotations(index, labels(r)).(v1.ImageIndex)
	if !ok {
		return errors.New("the index of the image cannot be annotated")
	}
	// The outer index names the image, so that it is loaded under its version.
	outer := mutate.AppendManifests(mutate.IndexMediaType(empty.Index, types.OCIImageIndex), mutate.IndexAddendum{
		Add: annotated, Descriptor: v1.Descriptor{Annotations: map[string]string{
			"io.containerd.image.name":          "localhost/regwatch:" + imageTag(r.version),
			"org.opencontainers.image.ref.name": imageTag(r.version),
		}},
	})
	if _, err := layout.Write(work, outer); err != nil {
		return err
	}
	members, err := folderMembers(work)
	if err != nil {
		return err
	}
	return writeFile(name, func(w io.Writer) error { return writeTar(w, members, r.time) })
}

// imageTag is a version as a tag, which has no plus sign.
func imageTag(version string) string { return strings.ReplaceAll(version, "+", "-") }

func variant(arch string) string {
	if arch == "arm64" {
		return "v8"
	}
	return ""
}

func labels(r *release) map[string]string {
	return map[string]string{
		"org.opencontainers.image.created":     r.time.Format("2006-01-02T15:04:05Z"),
		"org.opencontainers.image.description": summary,
		"org.opencontainers.image.revision":    r.commit,
		"org.opencontainers.image.title":       "regwatch",
		"org.opencontainers.image.version":     r.version,
	}
}

// newImage returns the image of one architecture: the program, the certificates of public
// authorities, the names of its account, and the folders that are mounted. There is no shell.
func newImage(r *release, p *program) (v1.Image, error) {
	authorities, err := certificates()
	if err != nil {
		return nil, err
	}
	user := strconv.Itoa(imageUser)
	image := empty.Image
	// The program is a layer of its own, as the other one seldom changes.
	for _, members := range [][]member{
		{
			{name: "etc/group", text: []byte("root:x:0:\nregwatch:x:" + user + ":\n"), mode: 0o644},
			{name: "etc/passwd", text: []byte("root:x:0:0:root:/:/nonexistent\nregwatch:x:" + user + ":" + user + ":regwatch:/var/lib/regwatch:/nonexistent\n"), mode: 0o644},
			{name: "etc/regwatch/", mode: 0o755, user: imageUser},
			{name: "etc/ssl/certs/ca-certificates.crt", text: authorities, mode: 0o644},
			// Every account may write here, as a cluster may give the container any number.
			{name: "var/lib/regwatch/", mode: 0o1777, user: imageUser},
		},
		{
			{name: "usr/bin/regwatch", file: p.path, mode: 0o755},
			{name: "usr/share/doc/regwatch/NOTICE", file: r.file("NOTICE"), mode: 0o644},
		},
	} {
		var archive bytes.Buffer
		if err := writeTar(&archive, members, r.time); err != nil {
			return nil, err
		}
		layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(archive.Bytes())), nil },
			tarball.WithMediaType(types.OCILayer), tarball.WithCompressionLevel(9))
		if err != nil {
			return nil, err
		}
		if image, err = mutate.Append(image, mutate.Addendum{Layer: layer, History: v1.History{Created: v1.Time{Time: r.time}, CreatedBy: "regwatch packaging"}}); err != nil {
			return nil, err
		}
	}
	image = mutate.ConfigMediaType(mutate.MediaType(image, types.OCIManifestSchema1), types.OCIConfigJSON)
	return mutate.ConfigFile(image, configOf(image, r, p.arch))
}

// configOf returns the settings of the image for one architecture.
func configOf(image v1.Image, r *release, arch string) *v1.ConfigFile {
	file, err := image.ConfigFile()
	if err != nil {
		file = &v1.ConfigFile{}
	}
	file = file.DeepCopy()
	file.OS, file.Architecture, file.Variant = "linux", arch, variant(arch)
	file.Created = v1.Time{Time: r.time}
	file.Config = v1.Config{
		User:       strconv.Itoa(imageUser) + ":" + strconv.Itoa(imageUser),
		Entrypoint: []string{"/usr/bin/regwatch"},
		Cmd:        []string{"run", "--log-format", "json"},
		WorkingDir: "/etc/regwatch",
		// There is no /tmp: SQLite sorts much in the folder of its database, and "import -" copies its input there.
		Env:     []string{"REGWATCH_DIR=/etc/regwatch", "XDG_CACHE_HOME=/var/lib/regwatch/cache", "TMPDIR=/var/lib/regwatch"},
		Labels:  labels(r),
		Volumes: map[string]struct{}{"/var/lib/regwatch": {}},
		ExposedPorts: map[string]struct{}{
			"8480/tcp": {},
		},
	}
	return file
}

// certificates returns Mozilla's authorities that have no further conditions, which a Go module has.
func certificates() ([]byte, error) {
	var all bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint != nil {
			continue // a file cannot say that an authority counts for some certificates only
		}
		if err := pem.Encode(&all, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}); err != nil {
			return nil, err
		}
	}
	if all.Len() == 0 {
		return nil, errors.New("the list of authorities is empty")
	}
	return all.Bytes(), nil
}

// folderMembers returns the files of a folder, by name.
func folderMembers(dir string) ([]member, error) {
	var members []member
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		relative, err := filepath.Rel(dir, path)
		members = append(members, member{name: filepath.ToSlash(relative), file: path, mode: 0o644})
		return err
	})
	return members, err
}
