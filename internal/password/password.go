// Package password stores passwords as hashes that cannot be turned back.
//
// Start with [Hash] and [Hash.Verify]. A hash is Argon2id with the second recommended parameters
// of RFC 9106 (64 MiB, 3 passes, 4 lanes) in the PHC string format, which names its parameters, so
// that hashes of other parameters stay valid. At most two are computed at once: each takes 64 MiB.
package password

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The second recommended parameters of RFC 9106, section 4.
const (
	memory   = 64 << 10 // KiB
	passes   = 3
	lanes    = 4
	saltSize = 16
	keySize  = 32
)

// A Hasher computes hashes. Its methods may be called at the same time.
type Hasher struct{ slots chan struct{} }

// New returns a Hasher.
func New() *Hasher { return &Hasher{make(chan struct{}, 2)} }

// Hash returns the hash of a password with a new salt.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // it never fails
	p := parameters{memory, passes, lanes}
	key, err := h.key(ctx, password, salt, p, keySize)
	if err != nil {
		return "", err
	}
	return p.format(salt, key), nil
}

// Verify reports whether a hash is that of a password. An empty hash is of no password, and takes
// as long as another one.
func (h *Hasher) Verify(ctx context.Context, hash, password string) (bool, error) {
	real := hash != ""
	if !real {
		hash = parameters{memory, passes, lanes}.format(make([]byte, saltSize), make([]byte, keySize))
	}
	p, salt, want, err := parse(hash)
	if err != nil {
		return false, err
	}
	got, err := h.key(ctx, password, salt, p, uint32(len(want)))
	return err == nil && subtle.ConstantTimeCompare(got, want) == 1 && real, err
}

// key computes the key of a password when a slot is free.
func (h *Hasher) key(ctx context.Context, password string, salt []byte, p parameters, size uint32) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.slots }()
	return argon2.IDKey([]byte(password), salt, p.passes, p.memory, p.lanes, size), nil
}

type parameters struct {
	memory, passes uint32
	lanes          uint8
}

var encoding = base64.RawStdEncoding.Strict()

func (p parameters) format(salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.passes, p.lanes, encoding.EncodeToString(salt), encoding.EncodeToString(key))
}

var errFormat = errors.New("the hash of the password is not one of Argon2id; set the password again")

// Limits of parameters, so that a hash that somebody wrote into the database does not stop the
// program.
const (
	maxMemory = 1 << 20 // KiB
	maxPasses = 20
	maxBytes  = 64
)

func parse(hash string) (p parameters, salt, key []byte, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, nil, errFormat
	}
	n, err := fmt.Sscanf(parts[3]+" ", "m=%d,t=%d,p=%d ", &p.memory, &p.passes, &p.lanes)
	if err != nil || n != 3 || p.memory == 0 || p.memory > maxMemory || p.passes == 0 || p.passes > maxPasses || p.lanes == 0 {
		return p, nil, nil, errFormat
	}
	salt, errSalt := encoding.DecodeString(parts[4])
	key, errKey := encoding.DecodeString(parts[5])
	if errSalt != nil || errKey != nil || len(salt) < 8 || len(salt) > maxBytes || len(key) < 16 || len(key) > maxBytes || p.format(salt, key) != hash {
		return p, nil, nil, errFormat
	}
	return p, salt, key, nil
}
