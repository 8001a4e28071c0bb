package htmltext

import "testing"

// A crashing parser costs one page.
func TestSafely(t *testing.T) {
	if Safely(func() { panic("at a stranger's page") }) {
		t.Error("Safely reports success after a panic")
	}
	if !Safely(func() {}) {
		t.Error("Safely reports a panic after success")
	}
}
