package models

import (
	"errors"
	"time"
)

// ErrLeaseLost is answered to a worker whose hold on a delivery has ended,
// because another worker claimed it after the lease ran out. The delivery is no
// longer this worker's: leave it alone.
var ErrLeaseLost = errors.New("another worker has taken over this delivery")

// A DeliveryState is where a sending stands.
type DeliveryState string

const (
	DeliveryDue  DeliveryState = "due"  // to be sent at NotBefore or later; claimed while leased
	DeliverySent DeliveryState = "sent" // the channel took it
	DeliveryDead DeliveryState = "dead" // given up, with the reason; a person decides

	// DeliveryDropped is never sent: a newer one says as much, what it would change is
	// gone, or a person dropped it.
	DeliveryDropped DeliveryState = "dropped"

	// DeliveryUnverified is due as soon as its address is confirmed.
	DeliveryUnverified DeliveryState = "unverified"
)

// A Delivery is the sending of one notice to one destination. The table is
// outbox, audit record and memory of threads. (NoticeID, Destination, Resend) is
// unique.
type Delivery struct {
	ID          string `gorm:"primaryKey"` // hash of the notice, destination and resend
	NoticeID    string
	Channel     string // the configured channel that sends it
	Address     string // within the channel: an email address, a Slack channel; may be empty
	Destination string // channel, or channel:address
	Resend      int    // 0; a person's later sending of the same notice counts up
	Thread      string // what it belongs to at its destination: an event's ID; empty stands alone
	Amends      bool   // it changes the first message of its thread, and adds none

	State      DeliveryState
	Attempts   int       // that cost something; a rate limit costs none
	NotBefore  time.Time `gorm:"serializer:micros"`
	LeaseToken string    // the worker that holds it; it alone may complete it
	LeaseUntil time.Time `gorm:"serializer:micros"`
	StartedAt  time.Time `gorm:"serializer:micros"` // sending began; unless sent, it may have arrived
	SentAt     time.Time `gorm:"serializer:micros"`
	Receipt    string    // what the channel calls it: a Slack timestamp, a Message-ID
	LastError  string    // of a sent one empty, or [ThreadGone]
	CreatedAt  time.Time `gorm:"serializer:micros"`

	Notice Notice    `gorm:"-"` // what is to be told; filled by a claim
	Root   *Delivery `gorm:"-"` // the first of its thread that its destination took and that is not [ThreadGone], with its Notice; filled by a claim
}

// ThreadGone is the LastError of what was sent in a thread whose first message is
// gone. Nothing follows it up or changes it.
const ThreadGone = "the first message of its thread is gone"

// NewDelivery returns the first sending of a notice to an address of a channel,
// due at once.
func NewDelivery(noticeID, channel, address string, now time.Time) Delivery {
	destination := channel
	if address != "" {
		destination += ":" + address
	}
	return Delivery{
		ID:          HashOf(noticeID, destination, "0"),
		NoticeID:    noticeID,
		Channel:     channel,
		Address:     address,
		Destination: destination,
		State:       DeliveryDue,
		NotBefore:   now,
		CreatedAt:   now,
	}
}

// A Completion is what became of one try to send a delivery.
type Completion struct {
	Delivery Delivery      // with the lease under which it was tried; StartedAt is kept by one that is due or dead
	State    DeliveryState // sent, dead or dropped; or due, to be tried again
	At       time.Time     // of the answer
	Receipt  string        // of a sent one: what the channel calls it
	Reason   string        // why it was not sent, in a sentence for a person

	// Of one that stays due. One without a Reason was not tried: it is given back as it was.
	NotBefore time.Time
	Cost      int // attempts that the try counts as
}
