package password

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestVerifyAcceptsOnlyTheSamePassword(t *testing.T) {
	h := New()
	hash, err := h.Hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=65536,t=3,p=4$") {
		t.Errorf("Hash = %s; want Argon2id with the parameters of RFC 9106", hash)
	}
	for password, want := range map[string]bool{"correct horse": true, "Correct horse": false, "": false} {
		if got, err := h.Verify(t.Context(), hash, password); got != want || err != nil {
			t.Errorf("Verify(%q) = %v, %v; want %v", password, got, err, want)
		}
	}
	again, err := h.Hash(t.Context(), "correct horse")
	if err != nil || again == hash {
		t.Errorf("two hashes of one password are equal, %v; want different salts", err)
	}
}

func TestEmptyHashIsOfNoPassword(t *testing.T) {
	if got, err := New().Verify(t.Context(), "", ""); got || err != nil {
		t.Errorf("Verify of no hash = %v, %v; want false", got, err)
	}
}

// The example of section 5.3 of RFC 9106 has a secret and associated data, which this package
// does not use. These hashes are by the reference implementation of its authors, argon2(1).
func TestVerifyKnowsHashesOfOtherPrograms(t *testing.T) {
	// echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1 -e
	const hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if got, err := New().Verify(t.Context(), hash, "password"); !got || err != nil {
		t.Errorf("Verify = %v, %v; want true", got, err)
	}
}

func TestVerifyRefusesOtherFormats(t *testing.T) {
	for _, hash := range []string{
		"x", "$2a$10$abc", "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=16$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=65536,t=2,p=1,x=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$",
	} {
		if got, err := New().Verify(t.Context(), hash, "password"); got || err == nil {
			t.Errorf("Verify(%q) = %v, %v; want an error", hash, got, err)
		}
	}
}

func TestHashWaitsForASlot(t *testing.T) {
	h := New()
	h.slots <- struct{}{}
	h.slots <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Hash(ctx, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("Hash without a free slot = %v, want context.Canceled", err)
	}
}
