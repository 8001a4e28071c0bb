package models

import (
	"reflect"
	"strings"
	"testing"
)

// fill sets every text within a value.
func fill(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("secret")
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), depth)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), depth)
		}
	case reflect.Pointer:
		if depth > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), depth-1)
		}
	}
}

// A text that Map leaves out is not scrubbed.
func TestMapChangesEveryText(t *testing.T) {
	var f Failure
	fill(reflect.ValueOf(&f).Elem(), 1)
	f.Kind, f.Args.Cause.Kind = "kind", "kind"
	f.Args.Peer.Kind, f.Args.Cause.Args.Peer.Kind = "peer", "peer"
	f.Args.Advice, f.Args.Cause.Args.Advice = "advice", "advice"
	before := f.String()
	changed := f.Map(func(s string) string { return strings.ReplaceAll(s, "secret", "[-]") })
	if got := changed.String(); strings.Contains(got, "secret") {
		t.Errorf("Map left a text unchanged: %s", got)
	}
	if f.String() != before {
		t.Errorf("Map changed its receiver: %s", f)
	}
}
