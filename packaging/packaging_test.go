package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// testRelease returns a release of this folder's repository, as it is.
func testRelease(t *testing.T, version string) *release {
	t.Helper()
	source, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	return &release{
		source: source, commit: "00744f54acd40000000000000000000000000000", version: version,
		time: time.Date(2026, 12, 1, 11, 43, 25, 0, time.UTC),
	}
}

// regwatch builds the program as it is in this repository, for this machine.
func regwatch(t *testing.T) *program {
	t.Helper()
	return built(t, "..", "./cmd/regwatch")
}

// small returns a program that is packaged quickly.
func small(t *testing.T) *program {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module regwatch\n\ngo 1.26\n", "main.go": "package main\n\nfunc main() { println(1) }\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return built(t, dir, ".")
}

func built(t *testing.T, dir, pkg string) *program {
	t.Helper()
	path := filepath.Join(t.TempDir(), "regwatch")
	if _, err := command(t.Context(), dir, append(os.Environ(), "CGO_ENABLED=0"), "go", "build", "-buildvcs=false", "-ldflags=-s -w", "-o", path, pkg); err != nil {
		t.Fatal(err)
	}
	p, err := readProgram(runtime.GOARCH, path)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPackageVersionSortsBeforeTheRelease(t *testing.T) {
	for version, want := range map[string]string{
		"1.2.3":                                  "1.2.3",
		"1.3.0-rc.1":                             "1.3.0~rc.1",
		"0.0.0-20261201114325-00744f54acd4":      "0.0.0~20261201114325.00744f54acd4",
		"1.2.4-0.20261201114325-00744f54acd4":    "1.2.4~0.20261201114325.00744f54acd4",
		"1.2.4-0.20261201114325-00744f54a+dirty": "1.2.4~0.20261201114325.00744f54a.dirty",
	} {
		if got := packageVersion(version); got != want {
			t.Errorf("packageVersion(%s) = %s; want %s", version, got, want)
		}
	}
}

// The folders and the time of the build are not in the packages.
func TestPackagesHaveTheSameBytesTwice(t *testing.T) {
	p := small(t)
	var sums [2]string
	for i := range sums {
		elsewhere := &program{arch: p.arch, path: filepath.Join(t.TempDir(), "regwatch"), info: p.info}
		text, err := os.ReadFile(p.path)
		if err == nil {
			err = os.WriteFile(elsewhere.path, text, 0o700|os.FileMode(i)<<3) // nor is its mode there
		}
		if err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(t.TempDir(), "out")
		if err := writeAll(testRelease(t, "1.2.3"), []*program{elsewhere}, out); err != nil {
			t.Fatal(err)
		}
		text, err = os.ReadFile(filepath.Join(out, checksums))
		if err != nil {
			t.Fatal(err)
		}
		sums[i] = string(text)
	}
	if sums[0] != sums[1] || strings.Count(sums[0], "\n") != 5 {
		t.Errorf("two builds differ, or not all packages are there:\n%s\n%s", sums[0], sums[1])
	}
}

func TestFolderWithOtherFilesIsRefused(t *testing.T) {
	out := t.TempDir()
	note := filepath.Join(out, "note.txt")
	if err := os.WriteFile(note, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := emptyFolder(out); err == nil || !strings.Contains(err.Error(), "note.txt") {
		t.Errorf("emptyFolder = %v; want an error that names note.txt", err)
	}
	if _, err := os.Stat(note); err != nil {
		t.Error(err)
	}
}

// An archive has the program, which runs.
func TestArchiveHasTheProgram(t *testing.T) {
	p := small(t)
	name := filepath.Join(t.TempDir(), "regwatch-1.2.3-linux-amd64.tar.gz")
	if err := writeArchive(testRelease(t, "1.2.3"), p, name); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for archive := tar.NewReader(z); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%04o %s", h.Mode, strings.TrimPrefix(h.Name, "regwatch-1.2.3-linux-amd64/")))
	}
	want := []string{"0755 ", "0755 regwatch", "0644 regwatch.service", "0644 CHANGELOG.md", "0644 NOTICE", "0644 README.md"}
	if !slices.Equal(got, want) {
		t.Errorf("the archive has %q; want %q", got, want)
	}
}

// The bill names the modules of go.mod that the program has, in their versions, and nothing twice.
func TestBillOfMaterialsNamesTheModules(t *testing.T) {
	name := filepath.Join(t.TempDir(), "sbom.json")
	p := regwatch(t)
	if err := writeBillOfMaterials(testRelease(t, "1.2.3"), p, name); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var bill cdx.BOM
	if err := cdx.NewBOMDecoder(bytes.NewReader(text), cdx.BOMFileFormatJSON).Decode(&bill); err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for _, c := range *bill.Components {
		if seen[c.BOMRef] {
			t.Errorf("%s is there twice", c.BOMRef)
		}
		seen[c.BOMRef] = true
	}
	mods, err := command(t.Context(), "..", nil, "go", "list", "-m", "-f", "{{.Path}}@{{.Version}}", "modernc.org/sqlite", "gorm.io/gorm", "github.com/slack-go/slack")
	if err != nil {
		t.Fatal(err)
	}
	for mod := range strings.FieldsSeq(mods) {
		if !seen["pkg:golang/"+mod] {
			t.Errorf("the bill lacks %s", mod)
		}
	}
	if want := len(p.info.Deps) + 1; len(seen) != want {
		t.Errorf("the bill has %d components; want %d: each module, and Go's library", len(seen), want)
	}
	if got := bill.Metadata.Component.Version; got != "1.2.3" {
		t.Errorf("the bill is for version %s; want 1.2.3", got)
	}
}

// The image passes the checks of its standard, has no shell, and runs as an account of its own.
func TestImage(t *testing.T) {
	p := small(t)
	other := &program{arch: "arm64", path: p.path, info: p.info}
	p.arch = "amd64"
	name := filepath.Join(t.TempDir(), "image.tar")
	if err := writeImage(testRelease(t, "1.2.3"), []*program{p, other}, name); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if out, err := exec.Command("tar", "-xf", name, "-C", dir).CombinedOutput(); err != nil {
		t.Fatalf("tar: %v\n%s", err, out)
	}
	outer, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(outer); err != nil {
		t.Error(err)
	}
	manifest, err := outer.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	if got := manifest.Manifests[0].Annotations["org.opencontainers.image.ref.name"]; len(manifest.Manifests) != 1 || got != "1.2.3" {
		t.Errorf("the layout has %d images, the first named %q; want one named 1.2.3", len(manifest.Manifests), got)
	}
	index, err := outer.ImageIndex(manifest.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	if manifest, err = index.IndexManifest(); err != nil {
		t.Fatal(err)
	}
	var platforms []string
	for _, m := range manifest.Manifests {
		platforms = append(platforms, m.Platform.String())
	}
	if want := []string{"linux/amd64", "linux/arm64/v8"}; !slices.Equal(platforms, want) {
		t.Fatalf("the image is for %q; want %q", platforms, want)
	}
	image, err := index.Image(manifest.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	checkImage(t, image)
}

func checkImage(t *testing.T, image v1.Image) {
	t.Helper()
	config, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if config.Config.User != "65532:65532" || config.Config.Labels["org.opencontainers.image.version"] != "1.2.3" {
		text, _ := json.Marshal(config.Config)
		t.Errorf("the settings of the image are %s", text)
	}
	files := make(map[string]*tar.Header)
	layers, err := image.Layers()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range layers {
		content, err := l.Uncompressed()
		if err != nil {
			t.Fatal(err)
		}
		defer content.Close()
		for archive := tar.NewReader(content); ; {
			h, err := archive.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			files[h.Name] = h
		}
	}
	for name, want := range map[string]string{
		"usr/bin/regwatch": "0755 0", "etc/ssl/certs/ca-certificates.crt": "0644 0", "etc/passwd": "0644 0",
		"var/lib/regwatch/": "1777 65532", "etc/regwatch/": "0755 65532",
	} {
		if h := files[name]; h == nil {
			t.Errorf("the image lacks %s", name)
		} else if got := fmt.Sprintf("%04o %d", h.Mode, h.Uid); got != want {
			t.Errorf("%s has mode and owner %s; want %s", name, got, want)
		}
	}
	for name := range files {
		if strings.HasPrefix(name, "bin/") || filepath.Base(name) == "sh" {
			t.Errorf("the image has %s", name)
		}
	}
	if size := files["etc/ssl/certs/ca-certificates.crt"].Size; size < 100_000 {
		t.Errorf("the certificates have %d bytes; want those of more than 100 authorities", size)
	}
}

// What systemd says of the unit: 0 is no exposure, 10 all.
func TestUnitIsHardened(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("systemd-analyze is not on this machine; Debian's package systemd has it")
	}
	const most = 15 // tenths
	out, err := exec.Command("systemd-analyze", "--offline=yes", "security", "--no-pager", "--threshold="+strconv.Itoa(most), "./regwatch.service").CombinedOutput()
	if err != nil {
		t.Errorf("systemd-analyze: %v\n%s", err, out)
	}
	// Its program is not installed here; that is all that may be wrong.
	out, _ = exec.Command("systemd-analyze", "verify", "./regwatch.service").CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "regwatch.service") && !strings.Contains(line, "is not executable") {
			t.Errorf("systemd-analyze verify: %s", line)
		}
	}
}

// Packages are installed, run, upgraded and removed, each in a copy of this machine.
func TestInstall(t *testing.T) {
	for _, tool := range []string{"unshare", "setpriv"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not on this machine; Debian's package util-linux has it", tool)
		}
	}
	if os.Getuid() != 0 {
		t.Skip("only root can install packages into a copy of the machine")
	}
	p := regwatch(t)
	for _, packager := range []struct {
		kind, tool string
		write      func(*release, *program, string) error
	}{{"deb", "dpkg", writeDeb}, {"rpm", "rpm", writeRPM}} {
		t.Run(packager.kind, func(t *testing.T) {
			if _, err := exec.LookPath(packager.tool); err != nil {
				t.Skipf("%s is not on this machine", packager.tool)
			}
			folder := t.TempDir()
			if out, err := exec.Command("unshare", "--mount", "sh", "-c", `mkdir "$0/a" "$0/b" "$0/c" && mount -t overlay overlay -o "lowerdir=/,upperdir=$0/a,workdir=$0/b" "$0/c"; ended=$?; umount "$0/c"; rm -r "$0/a" "$0/b" "$0/c"; exit $ended`, folder).CombinedOutput(); err != nil {
				t.Skipf("this machine cannot lay a folder over its files: %s", out)
			}
			var files []string
			for _, version := range []string{"1.2.3", "1.2.4-0.20261201114325-00744f54acd4"} {
				file := filepath.Join(t.TempDir(), version+"."+packager.kind)
				if err := packager.write(testRelease(t, version), p, file); err != nil {
					t.Fatal(err)
				}
				files = append(files, file)
			}
			out, err := exec.Command("unshare", "--mount", "sh", "-eux", "testdata/install.sh", packager.kind, folder, files[0], files[1]).CombinedOutput()
			if err != nil {
				t.Errorf("install.sh: %v\n%s", err, out)
			}
			t.Logf("%s", out)
		})
	}
}
