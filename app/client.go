package app

import (
	"net/http"
	"os"
	"path/filepath"
	"time"

	"regwatch/configs"
	"regwatch/internal/pdftext"
	"regwatch/internal/redact"
	"regwatch/sources"
)

// newClient returns the client that scans fetch with. The library that reads PDF files
// keeps its compiled form in the user's cache folder.
func newClient(c *configs.Config, dir string, secrets *redact.Secrets) *sources.Client {
	return sources.NewClient(sources.ClientOptions{
		Product: "regwatch/" + Version(),
		Contact: c.Contact,
		Timeout: c.Scan.Timeout,
		MaxBody: c.Scan.MaxBody,
		Fetches: c.Scan.Parallel,
		Proxy:   http.ProxyFromEnvironment,
		Now:     time.Now,
		Secret:  func(reference string) (string, error) { return configs.ReadSecret(dir, reference) },
		Secrets: secrets,
		PDF:     (&pdftext.Reader{Cache: cacheFolder("pdf")}).Read,
	})
}

// cacheFolder is the folder for files that can be made again; empty if the user has no
// cache folder.
func cacheFolder(name string) string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "regwatch", name)
}
