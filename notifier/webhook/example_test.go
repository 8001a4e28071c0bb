package webhook_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"regwatch/internal/samplenotice"
	"regwatch/models"
	"regwatch/notifier/webhook"
)

// A webhook posts JSON and signs it, so that the receiver knows who sent it.
func ExampleChannel_Send() {
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var message struct {
			Type string `json:"type"`
		}
		err := json.NewDecoder(r.Body).Decode(&message)
		fmt.Println(message.Type, r.Header.Get("Webhook-Id"), r.Header.Get("Webhook-Signature") != "", err)
	}))
	defer receiver.Close()

	channel, err := webhook.New(webhook.Options{URL: receiver.URL, Keys: [][]byte{[]byte("a key that both sides know")}, Now: time.Now})
	if err != nil {
		panic(err)
	}
	notice, _ := samplenotice.Notice("alert")
	_, err = channel.Send(context.Background(), models.Delivery{ID: "1", Notice: notice})
	fmt.Println(err)
	// Output:
	// event.alert 1 true <nil>
	// <nil>
}
