package delivery_test

import (
	"context"
	"fmt"
	"time"

	"regwatch/internal/noticetest"
	"regwatch/internal/outboxfake"
	"regwatch/models"
	"regwatch/notifier/delivery"
)

type printer struct{}

func (printer) Send(_ context.Context, d models.Delivery) (receipt string, err error) {
	fmt.Println("sent", d.ID)
	return "", nil
}

// A Worker claims what is due and sends it through the channel that each delivery
// names. The outbox here is in memory; package store has the real one.
func ExampleWorker_Drain() {
	now := time.Now()
	outbox := outboxfake.New(noticetest.Due("1", "desk", "", now), noticetest.Due("2", "desk", "", now))
	worker := delivery.Worker{Outbox: outbox, Channels: map[string]delivery.Channel{"desk": printer{}}, Now: time.Now}
	sum, err := worker.Drain(context.Background())
	fmt.Println(sum.Sent, err)
	// Output:
	// sent 1
	// sent 2
	// 2 <nil>
}
