package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// writeBillOfMaterials writes what the program consists of, as a CycloneDX document: the modules that
// the linker has recorded in it, and Go itself.
func writeBillOfMaterials(r *release, p *program, name string) error {
	document, err := billOfMaterials(r, p)
	if err != nil {
		return err
	}
	return writeFile(name, func(w io.Writer) error {
		return cdx.NewBOMEncoder(w, cdx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(document, cdx.SpecVersion1_6)
	})
}

func billOfMaterials(r *release, p *program) (*cdx.BOM, error) {
	sum, err := checksum(p.path)
	if err != nil {
		return nil, err
	}
	main := cdx.Component{
		BOMRef: "regwatch", Type: cdx.ComponentTypeApplication, Name: "regwatch", Version: r.version,
		Hashes: &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: fmt.Sprintf("%x", sum)}},
		Properties: &[]cdx.Property{
			{Name: "regwatch:commit", Value: r.commit}, {Name: "regwatch:platform", Value: "linux/" + p.arch},
		},
	}
	components := []cdx.Component{goComponent("std", p.info.GoVersion[len("go"):], "")}
	for _, m := range p.info.Deps {
		components = append(components, moduleComponent(m))
	}
	var references []string
	dependencies := []cdx.Dependency{{Ref: main.BOMRef, Dependencies: &references}}
	for _, c := range components {
		references = append(references, c.BOMRef)
		dependencies = append(dependencies, cdx.Dependency{Ref: c.BOMRef})
	}
	document := cdx.NewBOM()
	document.SerialNumber = serialNumber(sum)
	document.Metadata = &cdx.Metadata{Timestamp: r.time.Format(time.RFC3339), Component: &main}
	document.Components, document.Dependencies = &components, &dependencies
	return document, nil
}

// moduleComponent describes a module as it was linked: what replaces it, if that is set.
func moduleComponent(m *debug.Module) cdx.Component {
	if m.Replace != nil {
		m = m.Replace
	}
	return goComponent(m.Path, m.Version, m.Sum)
}

// goComponent describes a module of Go. Its sum is the one of go.sum, which CycloneDX has no algorithm for.
func goComponent(path, version, sum string) cdx.Component {
	url := "pkg:golang/" + path + "@" + version
	c := cdx.Component{BOMRef: url, Type: cdx.ComponentTypeLibrary, Name: path, Version: version, PackageURL: url, Scope: cdx.ScopeRequired}
	if sum != "" {
		c.Properties = &[]cdx.Property{{Name: "go:sum", Value: sum}}
	}
	return c
}

// serialNumber is a UUID that is the same for the same program (RFC 9562, version 8).
func serialNumber(sum []byte) string {
	id := sha256.Sum256(sum)
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", id[0:4], id[4:6], id[6:8], id[8:10], id[10:16])
}
