package sources

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"regwatch/internal/jqbox"

	"github.com/itchyny/gojq"
)

// The limits of a jq expression over one response. An expression that runs forever is
// stopped; real ones take milliseconds.
const (
	jqTimeout    = 5 * time.Second      // for the list of articles, and for their fields together beside jqFieldTime
	jqFieldTime  = 2 * time.Millisecond // for each field of each article; it takes a tenth of that
	maxJQResults = 10_000
	maxJQList    = 100 // elements of a list that are joined to one text
)

// A query is a jq expression that can be compiled; nil means none. It has no environment, no
// modules and no input except the one it gets. It is safe for concurrent use.
type query struct {
	expression string
}

// compileQuery compiles a jq expression. It returns nil for an empty one.
func compileQuery(text string) (*query, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	parsed, err := gojq.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("is not valid: %w", err)
	}
	if _, err := gojq.Compile(parsed); err != nil {
		return nil, fmt.Errorf("cannot be compiled: %w", err)
	}
	return &query{text}, nil
}

var errTooManyResults = fmt.Errorf("it returns more than %d results", maxJQResults)

// run returns the results for a value, and on error those before it. Package jqbox bounds its memory.
func (q *query) run(ctx context.Context, value any) (results []any, err error) {
	results, err = jqbox.Run(ctx, q.expression, value, maxJQResults)
	if errors.Is(err, jqbox.ErrTooMany) {
		err = errTooManyResults
	}
	return results, err
}

// text returns the first result that is not empty, as text.
func (q *query) text(ctx context.Context, value any) (string, error) {
	if q == nil {
		return "", nil
	}
	results, err := q.run(ctx, value)
	for _, r := range results {
		text, ok := jsonText(r)
		if !ok {
			return "", fmt.Errorf("it returns %s instead of text", gojq.TypeOf(r))
		}
		if text = strings.TrimSpace(text); text != "" {
			return text, nil
		}
	}
	return "", err
}

// jsonText returns a JSON value as readable text. Ok is false for objects and nested
// lists.
func jsonText(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case bool, int, *big.Int, json.Number:
		return fmt.Sprint(v), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case []any:
		var list []string
		for _, part := range v[:min(len(v), maxJQList)] {
			if _, nested := part.([]any); nested {
				return "", false
			}
			text, ok := jsonText(part)
			if !ok {
				return "", false
			}
			if text != "" {
				list = append(list, text)
			}
		}
		return strings.Join(list, ", "), true
	}
	return "", false
}
