package slack_test

import (
	"context"
	"fmt"
	"strings"

	"regwatch/internal/samplenotice"
	"regwatch/internal/slackfake"
	"regwatch/models"
	"regwatch/notifier/slack"
)

// A bot posts to a channel. The receipt finds the message again. This Slack runs here.
func ExampleChannel_Send() {
	server, err := slackfake.New(slackfake.Options{})
	if err != nil {
		panic(err)
	}
	defer server.Close()

	channel, err := slack.New(slack.Options{Token: "xoxb-example", Channel: "C0123456789", API: server.APIURL()})
	if err != nil {
		panic(err)
	}
	notice, _ := samplenotice.Notice("alert")
	receipt, err := channel.Send(context.Background(), models.Delivery{ID: "1", Notice: notice})
	title, _, _ := strings.Cut(server.Messages()[0].Text, "\n")
	fmt.Println(receipt != "", title, err)
	// Output:
	// true HIGH · Official · Example Authority · Hong Kong <nil>
}
