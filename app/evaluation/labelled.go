package evaluation

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"regwatch/internal/diag"
	"regwatch/rules"
)

// ReadLabels reads the labels of a stream of articles: the topics of each ID.
func ReadLabels(name string) (labels map[string][]string, err error) {
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no labels: %s does not exist; each of its lines must be an object with id and topics", name)
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	labels, err = rules.ReadLabels(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return labels, nil
}

// ReadLabelled reads a file of labelled articles. One that ends in .gz is compressed.
func ReadLabelled(name string) (labelled []rules.LabelledArticle, err error) {
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, diag.Inputf("the file %s does not exist; name a file of labelled articles, one JSON object a line", name)
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	var r io.Reader = file
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(file); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	labelled, err = rules.ReadLabelled(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return labelled, nil
}
