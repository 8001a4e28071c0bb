package models

import "time"

// A SigningKey signs the links that regwatch gives out. Version counts from 1;
// the newest signs, and links that an older one has signed stay good while it is
// kept. It prints as [secret].
type SigningKey struct {
	Version int
	Secret  []byte
	MadeAt  time.Time
}

// String hides the secret.
func (SigningKey) String() string { return "[secret]" }

// GoString hides the secret.
func (SigningKey) GoString() string { return "[secret]" }
