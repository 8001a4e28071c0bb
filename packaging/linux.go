package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/goreleaser/nfpm/v2"
	"github.com/goreleaser/nfpm/v2/deb"
	"github.com/goreleaser/nfpm/v2/files"
	"github.com/goreleaser/nfpm/v2/rpm"
)

const (
	summary     = "Watches what regulators publish and notifies the right people"
	description = summary + "\n" +
		"regwatch reads the sites of regulators and the press, finds what your watch rules look for, groups reports of\n" +
		"one development into one event, and sends alerts and weekly digests by email, Slack and other channels."
	maintainer = "The regwatch authors <regwatch@localhost>"
)

// packageVersion is a release's version for package managers. A pre-release sorts before its
// release, for which both of them have the sign ~.
func packageVersion(version string) string {
	release, pre, found := strings.Cut(version, "-")
	if !found {
		return strings.ReplaceAll(version, "+", ".")
	}
	return release + "~" + strings.NewReplacer("-", ".", "+", ".").Replace(pre)
}

func debName(r *release, p *program) string {
	return "regwatch_" + packageVersion(r.version) + "-1_" + p.arch + ".deb"
}

func rpmName(r *release, p *program) string {
	arch := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[p.arch]
	return "regwatch-" + packageVersion(r.version) + "-1." + arch + ".rpm"
}

func writeDeb(r *release, p *program, name string) error {
	return writePackage(r, p, name, deb.Default)
}

func writeRPM(r *release, p *program, name string) error {
	return writePackage(r, p, name, rpm.DefaultRPM)
}

// writePackage writes a package with the program, its unit and its configuration. The first installation
// has the program write the shipped sources and rules to /etc/regwatch. They belong to the person who runs
// regwatch from then on: the package manager never changes them, "regwatch rules update" does, after a review.
func writePackage(r *release, p *program, name string, packager nfpm.Packager) error {
	config, err := packagedConfig(r)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp(filepath.Dir(p.path), "package-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	configFile := filepath.Join(work, "regwatch.yaml")
	if err := os.WriteFile(configFile, config, 0o644); err != nil {
		return err
	}
	info := nfpm.WithDefaults(&nfpm.Info{
		Name: "regwatch", Arch: p.arch, Platform: "linux", Version: packageVersion(r.version), VersionSchema: "none", Release: "1",
		Section: "net", Priority: "optional", Maintainer: maintainer, Vendor: "regwatch", Description: description,
		MTime: r.time, DisableGlobbing: true,
		Overridables: nfpm.Overridables{
			Recommends: []string{"ca-certificates"},
			Contents: files.Contents{
				content(p.path, "/usr/bin/regwatch", files.TypeFile, 0o755, "root", "root"),
				content(r.file("packaging/regwatch.service"), "/usr/lib/systemd/system/regwatch.service", files.TypeFile, 0o644, "root", "root"),
				content(r.file("packaging/sysusers.conf"), "/usr/lib/sysusers.d/regwatch.conf", files.TypeFile, 0o644, "root", "root"),
				content(r.file("NOTICE"), "/usr/share/doc/regwatch/copyright", files.TypeFile, 0o644, "root", "root"),
				content(configFile, "/etc/regwatch/regwatch.yaml", files.TypeConfigNoReplace, 0o644, "root", "root"),
				content(r.file("packaging/environment"), "/etc/regwatch/environment", files.TypeConfigNoReplace, 0o600, "root", "root"),
			},
			Scripts: nfpm.Scripts{
				PostInstall: r.file("packaging/scripts/postinstall.sh"), PreRemove: r.file("packaging/scripts/preremove.sh"),
				PostRemove: r.file("packaging/scripts/postremove.sh"),
			},
			RPM: nfpm.RPM{Summary: summary, BuildHost: "localhost", Compression: "zstd"},
			Deb: nfpm.Deb{Compression: "zstd"},
		},
	})
	return writeFile(name, func(w io.Writer) error { return packager.Package(info, w) })
}

func content(source, destination, kind string, mode fs.FileMode, owner, group string) *files.Content {
	return &files.Content{Source: source, Destination: destination, Type: kind, FileInfo: &files.ContentFileInfo{Mode: mode, Owner: owner, Group: group}}
}

// packagedConfig returns regwatch.yaml with the database outside of the configuration.
func packagedConfig(r *release) ([]byte, error) {
	text, err := os.ReadFile(r.file("configs/regwatch.yaml"))
	if err != nil {
		return nil, err
	}
	const line, packaged = "\n  path: regwatch.db\n", "\n  path: /var/lib/regwatch/regwatch.db\n"
	if bytes.Count(text, []byte(line)) != 1 {
		return nil, fmt.Errorf("configs/regwatch.yaml does not have the line %q once", strings.TrimSpace(line))
	}
	return bytes.Replace(text, []byte(line), []byte(packaged), 1), nil
}
