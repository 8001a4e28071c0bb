package cli

import (
	"strings"
	"testing"

	"regwatch/app"
)

func TestRunHelpNamesTheKeysThatNeedARestart(t *testing.T) {
	help := newRun(&shell{}).Long
	for _, key := range app.RestartKeys() {
		if !strings.Contains(help, key) {
			t.Errorf("the help of run does not name %s", key)
		}
	}
}
