package models

import "time"

// A VerifiedAddress is a mail address that was confirmed, or that waits for it. Address
// is unique: the destination as addresses are compared.
type VerifiedAddress struct {
	Address    string    `gorm:"primaryKey"`
	Written    string    // the destination as regwatch.yaml has it
	Required   bool      // regwatch.yaml asks that it is confirmed
	AddedAt    time.Time `gorm:"serializer:micros"`
	AskedAt    time.Time `gorm:"serializer:micros"` // when the last link was sent
	ReportedAt time.Time `gorm:"serializer:micros"` // when it was reported that it waits; zero if it was not
	VerifiedAt time.Time `gorm:"serializer:micros"` // zero: not yet
	VerifiedBy string    // whose link it was, or who decided
}

// Waits reports whether nothing is sent to the address until it is confirmed.
func (v VerifiedAddress) Waits() bool { return v.Required && v.VerifiedAt.IsZero() }

// A Verification asks whoever reads an address to confirm it.
type Verification struct {
	Address string    `json:"address"`
	Expires time.Time `json:"expires"` // until when the link works
	Zone    string    `json:"zone"`
}
