package fetch

import (
	"net/http"
	"testing"
)

func TestIsChallengeByHeader(t *testing.T) {
	if !IsChallenge(nil, http.Header{"Cf-Mitigated": {"challenge"}}) {
		t.Error("Cf-Mitigated: challenge is not a challenge")
	}
}
