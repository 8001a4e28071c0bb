package models

import (
	"errors"
	"time"
)

// ErrLeaseLost means that the lease on a delivery ran out and another worker claimed it.
// The worker must leave the delivery alone.
var ErrLeaseLost = errors.New("another worker has taken over this delivery")

// A DeliveryState is the state of a delivery.
type DeliveryState string

const (
	DeliveryDue  DeliveryState = "due"  // to be sent at NotBefore or later; claimed while leased
	DeliverySent DeliveryState = "sent" // the channel accepted it
	DeliveryDead DeliveryState = "dead" // given up, with the reason; a person decides what to do

	// DeliveryDropped is never sent: a newer delivery supersedes it, the message to
	// change is gone, or a person dropped it.
	DeliveryDropped DeliveryState = "dropped"

	// DeliveryUnverified becomes due when its address is confirmed.
	DeliveryUnverified DeliveryState = "unverified"
)

// A Delivery is the sending of one notice to one destination. The table is the outbox,
// the audit record and the memory of threads. (NoticeID, Destination, Resend) is unique.
type Delivery struct {
	ID          string `gorm:"primaryKey"` // hash of the notice, destination and resend
	NoticeID    string
	Channel     string // the name of a configured channel
	Address     string // within the channel: an email address, a Slack channel; may be empty
	Destination string // channel, or channel:address
	Resend      int    // 0; counts up when a person sends the notice again
	Thread      string // the thread at its destination: an event's ID; empty: no thread
	Amends      bool   // changes the first message of its thread instead of adding one

	State      DeliveryState
	Attempts   int       // attempts that count; a rate limit does not
	NotBefore  time.Time `gorm:"serializer:micros"`
	LeaseToken string    // the worker that holds it; only that worker may complete it
	LeaseUntil time.Time `gorm:"serializer:micros"`
	StartedAt  time.Time `gorm:"serializer:micros"` // when sending began; unless sent, the message may have arrived
	SentAt     time.Time `gorm:"serializer:micros"`
	Receipt    string    // the channel's own ID of the message: a Slack timestamp, a Message-ID
	LastError  string    // empty for a sent one, or [ThreadGone]
	CreatedAt  time.Time `gorm:"serializer:micros"`

	Notice Notice    `gorm:"-"` // what to send; set by a claim
	Root   *Delivery `gorm:"-"` // the first delivery of its thread that the destination accepted and that is not [ThreadGone], with its Notice; set by a claim
}

// ThreadGone is the LastError of deliveries in a thread whose first message is gone.
// Nothing follows up on the thread or changes it.
const ThreadGone = "the first message of its thread is gone"

// NewDelivery returns the first delivery of a notice to an address of a channel, due
// immediately.
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

// A Completion is the result of one attempt to send a delivery.
type Completion struct {
	Delivery Delivery      // with the lease of the attempt; a due or dead one keeps its StartedAt
	State    DeliveryState // sent, dead or dropped; or due, to be tried again
	At       time.Time     // the time of the result
	Receipt  string        // if sent: the channel's own ID of the message
	Reason   string        // why it was not sent, as an English sentence

	// The time of the next attempt, if it stays due. Without a Reason there was no
	// attempt: the delivery is released unchanged.
	NotBefore time.Time
	Cost      int // how many attempts it counts as
}
