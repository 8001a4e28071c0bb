package models

import "testing"

func TestShortID(t *testing.T) {
	const id = "01K9ZQ4TABCDEFGHJKMNPQRSTV"
	tests := []struct {
		name   string
		others []string
		want   string
	}{
		{"alone", nil, "01K9ZQ4T"},
		{"itself", []string{id}, "01K9ZQ4T"},
		{"others of another day", []string{"01K8", "01KA"}, "01K9ZQ4T"},
		{"others of the same second", []string{"01K9ZQ4TAB0", "01K9ZQ4TZ"}, "01K9ZQ4TABC"},
		{"one that begins with it", []string{id + "X"}, id},
	}
	for _, tt := range tests {
		if got := ShortID(id, tt.others...); got != tt.want {
			t.Errorf("%s: ShortID = %s, want %s", tt.name, got, tt.want)
		}
	}
}
