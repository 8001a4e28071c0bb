package app

import (
	"encoding/json"
	"time"

	"regwatch/models"
)

// An AuditEntry is one entry of the audit log.
type AuditEntry struct {
	Seq      int64     `json:"seq"`
	At       time.Time `json:"at"`
	Actor    string    `json:"actor"`
	Action   string    `json:"action"`
	Subject  string    `json:"subject"`
	Detail   any       `json:"detail"` // an object; without white space it is what was hashed
	PrevHash string    `json:"prev_hash"`
	Hash     string    `json:"hash"`

	Text string `json:"-"` // Detail as it is stored
}

func newAuditEntry(e models.AuditEntry) AuditEntry {
	entry := AuditEntry{e.Seq, e.At, e.Actor, e.Action, e.Subject, e.Detail, e.PrevHash, e.Hash, e.Detail}
	if json.Valid([]byte(e.Detail)) { // it is not if another program wrote it
		entry.Detail = json.RawMessage(e.Detail)
	}
	return entry
}
