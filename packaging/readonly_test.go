package main

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// A feed whose article is a PDF file, so that PDFium runs.
func testSite(t *testing.T) string {
	t.Helper()
	var site *httptest.Server
	site = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/feed.xml":
			w.Header().Set("Content-Type", "application/rss+xml")
			fmt.Fprintf(w, `<rss version="2.0"><channel><title>Notices</title><item><title>Stablecoin regime</title><link>%s/notice.pdf</link><pubDate>%s</pubDate></item></channel></rss>`, site.URL, time.Now().UTC().Format(time.RFC1123Z))
		case "/notice.pdf":
			w.Header().Set("Content-Type", "application/pdf")
			io.WriteString(w, pdf("The stablecoin licensing regime begins in Hong Kong on the first of the month."))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(site.Close)
	return site.URL
}

// pdf returns a PDF file of one page with one line of text.
func pdf(text string) string {
	stream := "BT /F1 12 Tf 40 700 Td (" + text + ") Tj ET"
	file := "%PDF-1.4\n"
	var offsets []int
	for i, object := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(stream), stream), "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	} {
		offsets = append(offsets, len(file))
		file += fmt.Sprintf("%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	table := len(file)
	file += fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, offset := range offsets {
		file += fmt.Sprintf("%010d 00000 n \n", offset)
	}
	return file + fmt.Sprintf("trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, table)
}

// The image runs with a read-only root, without /tmp, and as any account.
func TestImageRunsWithReadOnlyRoot(t *testing.T) {
	if _, err := exec.LookPath("unshare"); err != nil || os.Getuid() != 0 {
		t.Skip("only root can make a root that is read-only, with unshare of Debian's package util-linux")
	}
	r, p := testRelease(t, "1.2.3"), regwatch(t)
	image, err := newImage(r, p)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	extract(t, image, root)
	site := testSite(t)
	for name, text := range map[string]string{
		"regwatch.yaml": "database: {path: /var/lib/regwatch/regwatch.db}\nweb: {listen: 127.0.0.1:18480}\n",
		"sources/notices.yaml": "sources:\n  - {id: notices, name: Notices, kind: feed, url: " + site + "/feed.xml, role: regulator, " +
			"jurisdictions: [Hong Kong], language: en, allow_hosts: [127.0.0.1]}\n",
		"rules/stablecoin.yaml": "id: stablecoin\ntitle: Stablecoins\nwhy: A test.\nstatus: active\nseverity: high\nwhen: {any: [stablecoin]}\n",
	} {
		file := filepath.Join(root, "etc/regwatch", name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	config, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	args := append([]string{"--mount", "bash", "-eux", "testdata/readonly.sh", root, site}, config.Config.Env...)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "unshare", args...)
	cmd.WaitDelay = time.Second // for a program that the script left running
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("readonly.sh: %v\n%s", err, out)
	}
}

// extract writes the files of an image to a folder.
func extract(t *testing.T, image v1.Image, root string) {
	t.Helper()
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
			if err == nil {
				err = extractMember(archive, h, filepath.Join(root, h.Name))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

func extractMember(archive io.Reader, h *tar.Header, path string) error {
	if strings.HasSuffix(h.Name, "/") {
		return os.MkdirAll(path, 0o755)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, os.FileMode(h.Mode))
	if err != nil {
		return err
	}
	_, err = io.Copy(file, archive)
	return errors.Join(err, file.Close())
}
