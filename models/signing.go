package models

import (
	"fmt"
	"time"
)

// A SigningKey signs the links that regwatch gives out. Version counts from 1;
// the newest signs, and links that an older one has signed stay good while it is
// kept. It prints as [secret], and so does its JSON.
type SigningKey struct {
	Version int
	Secret  []byte
	MadeAt  time.Time
}

// Format prints [secret] for every verb.
func (SigningKey) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[secret]")) }

// MarshalText makes JSON and logs write [secret].
func (SigningKey) MarshalText() ([]byte, error) { return []byte("[secret]"), nil }
