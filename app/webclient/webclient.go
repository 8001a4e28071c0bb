// Package webclient makes the client that reads sources with the settings of a folder.
package webclient

import (
	"net/http"
	"os"
	"path/filepath"
	"time"

	"regwatch/configs"
	"regwatch/internal/build"
	"regwatch/internal/pdftext"
	"regwatch/internal/redact"
	"regwatch/sources"
	"regwatch/sources/fetch"
)

// SharedHosts are what a client shares with others on the same database.
type SharedHosts struct {
	Hosts fetch.Hosts     // nil: no other program reads at the same time
	Store fetch.HostStore // nil: nothing is kept
	Now   func() time.Time
}

// New returns the client that scans fetch with. The library that reads PDF files
// keeps its compiled form in the user's cache folder. Without a database stored is nil, and hosts has
// no Hosts and no HostStore.
func New(c *configs.Config, dir string, secrets *redact.Secrets, stored sources.Stored, hosts SharedHosts) *sources.Client {
	now := hosts.Now
	if now == nil {
		now = time.Now
	}
	return sources.NewClient(sources.ClientOptions{
		Options: fetch.Options{
			Hosts: hosts.Hosts, HostStore: hosts.Store,
			Product: "regwatch/" + build.Version(),
			Contact: c.Contact,
			Timeout: c.Scan.Timeout,
			MaxBody: c.Scan.MaxBody,
			Fetches: c.Scan.Parallel,
			Proxy:   http.ProxyFromEnvironment,
			Now:     now,
			Secret:  func(reference string) (string, error) { return configs.ReadSecret(dir, reference) },
			Secrets: secrets,
		},
		PDF:    (&pdftext.Reader{Cache: CacheFolder("pdf")}).Read,
		Stored: stored,
	})
}

// ForFolder returns a client with the settings of a folder, as far as they can be read.
func ForFolder(dir string) (client *sources.Client, close func()) {
	config, _ := configs.Load(dir)
	client = New(config, dir, redact.New(config.SecretValues()...), nil, SharedHosts{})
	return client, client.Close
}

// CacheFolder is the folder for files that can be made again; empty if the user has no
// cache folder.
func CacheFolder(name string) string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "regwatch", name)
}
