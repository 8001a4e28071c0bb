package models

import "time"

// A VerifiedAddress is a mail address that is confirmed, or that must still be. Address
// is unique: the destination in its normalised form.
type VerifiedAddress struct {
	Address    string    `gorm:"primaryKey"`
	Written    string    // the destination as written in regwatch.yaml
	Required   bool      // regwatch.yaml requires confirmation
	AddedAt    time.Time `gorm:"serializer:micros"`
	AskedAt    time.Time `gorm:"serializer:micros"` // when the last link was sent
	ReportedAt time.Time `gorm:"serializer:micros"` // when health recipients were told that it is unconfirmed; zero: not yet
	VerifiedAt time.Time `gorm:"serializer:micros"` // zero: not yet
	VerifiedBy string    // the person whose link was used, or who confirmed it
}

// IsPending reports whether messages to the address are held until it is confirmed.
func (v VerifiedAddress) IsPending() bool { return v.Required && v.VerifiedAt.IsZero() }

// A Verification asks the reader of an address to confirm it.
type Verification struct {
	Address string    `json:"address"`
	Expires time.Time `json:"expires"` // when the link stops working
	Zone    string    `json:"zone"`
}
