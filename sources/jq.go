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

	"github.com/itchyny/gojq"
)

// The limits of the jq expressions that a person writes, over one answer. An
// expression that runs for ever is stopped; real ones take some milliseconds.
const (
	jqTimeout    = 5 * time.Second
	maxJQResults = 10_000
	maxJQList    = 100 // values of a list that are joined to one text
)

// A query is a compiled jq expression; nil is none. It has no environment, no
// input but the one it is given, and no modules. It is safe for concurrent use.
type query struct {
	code *gojq.Code
}

// compileQuery compiles a jq expression; nil of an empty one.
func compileQuery(text string) (*query, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	parsed, err := gojq.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	code, err := gojq.Compile(parsed)
	if err != nil {
		return nil, fmt.Errorf("cannot be run: %w", err)
	}
	return &query{code}, nil
}

var errTooManyResults = fmt.Errorf("it gives more than %d results", maxJQResults)

// all returns the results for a value, as far as it came.
func (q *query) run(ctx context.Context, value any) (results []any, err error) {
	// The library reads what strangers wrote: should it ever panic at that, one
	// expression has no results and the program goes on.
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("it cannot be run on this answer")
		}
	}()
	iter := q.code.RunWithContext(ctx, value)
	for {
		v, ok := iter.Next()
		if !ok {
			return results, nil
		}
		if err, ok := v.(error); ok {
			if halt, ok := errors.AsType[*gojq.HaltError](err); ok && halt.Value() == nil {
				return results, nil
			}
			return results, err
		}
		if len(results) == maxJQResults {
			return results, errTooManyResults
		}
		results = append(results, v)
	}
}

// text returns the first result that is a text, number or list of them.
func (q *query) text(ctx context.Context, value any) (string, error) {
	if q == nil {
		return "", nil
	}
	results, err := q.run(ctx, value)
	for _, r := range results {
		text, ok := jsonText(r)
		if !ok {
			return "", fmt.Errorf("it gives %s instead of a text", gojq.TypeOf(r))
		}
		if text = strings.TrimSpace(text); text != "" {
			return text, nil
		}
	}
	return "", err
}

// jsonText returns a value of JSON as the text that it is to a reader.
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
