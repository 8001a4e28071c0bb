package samplesite

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
)

func TestSourcesYAMLListsEveryFeed(t *testing.T) {
	type source struct {
		ID            string   `yaml:"id"`
		Name          string   `yaml:"name"`
		URL           string   `yaml:"url"`
		Role          string   `yaml:"role"`
		Jurisdictions []string `yaml:"jurisdictions"`
		Language      string   `yaml:"language"`
		Zone          string   `yaml:"zone"`
		AllowHosts    []string `yaml:"allow_hosts"`
		Terms         string   `yaml:"terms"`
	}
	demo, err := New(Options{Now: start})
	if err != nil {
		t.Fatal(err)
	}
	for name, site := range map[string]*Site{"demo": demo, "stream": NewStream(StreamOptions{})} {
		for base, host := range map[string]string{"http://127.0.0.1:8080": "127.0.0.1", "http://[::1]:8080/": "::1"} {
			t.Run(name+" at "+host, func(t *testing.T) {
				var got struct {
					Sources []source `yaml:"sources"`
				}
				src := site.SourcesYAML(base)
				if err := yaml.Load(src, &got, yaml.WithKnownFields(true)); err != nil {
					t.Fatalf("%v in\n%s", err, src)
				}
				var want []source
				for _, f := range site.Feeds() {
					want = append(want, source{
						ID: f.ID, Name: f.Name, Role: f.Role, Language: f.Language, Zone: f.Zone,
						URL:           "http://" + map[string]string{"127.0.0.1": "127.0.0.1:8080", "::1": "[::1]:8080"}[host] + f.Path,
						Jurisdictions: f.Jurisdictions,
						AllowHosts:    []string{host},
						Terms:         "sample text, written for the demo",
					})
				}
				if diff := cmp.Diff(want, got.Sources); diff != "" {
					t.Errorf("sources mismatch (-feeds +file):\n%s", diff)
				}
			})
		}
	}
}
