// Command packaging builds what is released of regwatch from the commit that is checked out:
// archives, packages for Debian and Red Hat, an image for containers, and the checksums and
// the bill of materials of them. The same commit gives the same bytes.
//
//	go -C packaging run . -out ../.cache/packages
//
// It needs Go and git, and runs on every system that Go can build for Linux on.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
)

// architectures are those that packages are built for, by Go's names.
var architectures = []string{"amd64", "arm64"}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	out := flag.String("out", filepath.Join("..", ".cache", "packages"), "the folder to write to; its earlier packages are replaced")
	repository := flag.String("repository", "..", "the folder with the repository; what is not committed there is not packaged")
	arch := flag.String("arch", strings.Join(architectures, ","), "the architectures to build for")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "packaging takes no arguments, and got %q\n", flag.Arg(0))
		os.Exit(2)
	}
	if err := run(ctx, *repository, *out, strings.Split(*arch, ",")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run builds the packages of a repository's commit for some architectures into a folder.
func run(ctx context.Context, repository, out string, architectures []string) error {
	for _, arch := range architectures {
		if !slices.Contains([]string{"amd64", "arm64"}, arch) {
			return fmt.Errorf("architecture %q is unknown; use amd64 or arm64", arch)
		}
	}
	work, err := os.MkdirTemp("", "regwatch-packages-")
	if err != nil {
		return err
	}
	r, err := checkOut(ctx, repository, filepath.Join(work, "source"))
	if err == nil {
		err = buildAll(ctx, r, work, out, architectures)
	}
	return errors.Join(err, os.RemoveAll(work))
}

func buildAll(ctx context.Context, r *release, work, out string, architectures []string) error {
	var programs []*program
	for _, arch := range architectures {
		p, err := r.build(ctx, arch, filepath.Join(work, arch))
		if err != nil {
			return err
		}
		programs = append(programs, p)
	}
	return writeAll(r, programs, out)
}

// writeAll writes the packages of programs that were built from a release.
func writeAll(r *release, programs []*program, out string) error {
	if err := emptyFolder(out); err != nil {
		return err
	}
	for _, p := range programs {
		for name, write := range map[string]func(*release, *program, string) error{
			"regwatch-" + r.version + "-linux-" + p.arch + ".tar.gz":   writeArchive,
			"regwatch-" + r.version + "-linux-" + p.arch + ".cdx.json": writeBillOfMaterials,
			debName(r, p): writeDeb,
			rpmName(r, p): writeRPM,
		} {
			if err := write(r, p, filepath.Join(out, name)); err != nil {
				return fmt.Errorf("write %s: %w", name, err)
			}
		}
	}
	image := "regwatch-" + r.version + "-image.tar"
	if err := writeImage(r, programs, filepath.Join(out, image)); err != nil {
		return fmt.Errorf("write %s: %w", image, err)
	}
	if err := writeChecksums(out); err != nil {
		return err
	}
	entries, err := os.ReadDir(out)
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return err
		}
		fmt.Printf("%10d  %s\n", info.Size(), e.Name())
	}
	return nil
}

// emptyFolder makes a folder, or removes the packages of an earlier build from it. A folder
// with other files is refused.
func emptyFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return os.MkdirAll(dir, 0o755)
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), "regwatch") && e.Name() != checksums {
			return fmt.Errorf("%s has %s, which is no package; nothing was written: use another folder", dir, e.Name())
		}
	}
	for _, e := range entries {
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}
