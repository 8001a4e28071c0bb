package models

import (
	"fmt"
	"time"
)

// A SigningKey signs regwatch's links. Version counts from 1; the newest signs. Links
// signed with an older key stay valid while that key is kept. It prints as [secret], and
// so does its JSON.
type SigningKey struct {
	Version int
	Secret  []byte
	MadeAt  time.Time
}

// Format prints [secret] for every verb.
func (SigningKey) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[secret]")) }

// MarshalText makes JSON and logs write [secret].
func (SigningKey) MarshalText() ([]byte, error) { return []byte("[secret]"), nil }
