package email_test

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"time"

	"regwatch/internal/noticetest"
	"regwatch/internal/smtpfake"
	"regwatch/notifier/email"
)

// A mail goes out over the server of the sender's organisation. This one runs here,
// and takes mail without TLS.
func ExampleChannel_Send() {
	server, err := smtpfake.New(smtpfake.Options{})
	if err != nil {
		panic(err)
	}
	defer server.Close()
	host, port, _ := net.SplitHostPort(server.Addr())
	number, _ := strconv.Atoi(port)

	channel, err := email.New(email.Options{Host: host, Port: number, TLS: email.NoTLS, From: "regwatch <regwatch@example.com>"})
	if err != nil {
		panic(err)
	}
	_, err = channel.Send(context.Background(), noticetest.Due("1", "mail", "desk@example.com", time.Now()))
	if err != nil {
		panic(err)
	}
	fmt.Println(server.Messages()[0].Subject)
	// Output: regwatch test message
}
