package email

import "time"

// How long one step of a conversation may take. Those with a number are the least that
// RFC 5321, 4.5.3.2 allows a client to wait: a server may check a sender while it
// holds back the answer to RCPT, and a message while it holds back the last answer.
// The RFC has no others; they are as generous as those of common clients.
const (
	dialTimeout     = 30 * time.Second
	greetingTimeout = 5 * time.Minute // 4.5.3.2.1
	helloTimeout    = 2 * time.Minute
	startTLSTimeout = 2 * time.Minute  // with the handshake and the second EHLO
	authTimeout     = 2 * time.Minute  // the whole exchange
	mailTimeout     = 5 * time.Minute  // 4.5.3.2.2
	rcptTimeout     = 5 * time.Minute  // 4.5.3.2.3
	dataTimeout     = 2 * time.Minute  // 4.5.3.2.4, until the server asks for the text
	blockTimeout    = 3 * time.Minute  // 4.5.3.2.5, each block of the text
	dotTimeout      = 10 * time.Minute // 4.5.3.2.6, until the server has taken the text
	resetTimeout    = 20 * time.Second
	aliveTimeout    = 10 * time.Second // NOOP: dialling again is better than waiting
	quitTimeout     = 2 * time.Second  // nobody waits for a good-bye for long
)

// openTimeout is for opening a connection, with all ways to log in.
const openTimeout = dialTimeout + greetingTimeout + helloTimeout + startTLSTimeout + 2*authTimeout

// The text goes out in blocks. Of 100 kB of HTML in Chinese, the most that the templates
// make, quoted-printable makes 300 kB; the plain text is shorter.
const (
	blockSize = 64 << 10
	maxBlocks = 8
)

// MaxSendTime returns how long one Send may take: the sum of its steps, and the wait for a
// connection with them. A lease on the delivery must last as long or be renewed.
func (e *Channel) MaxSendTime() time.Duration {
	return aliveTimeout + openTimeout + mailTimeout + rcptTimeout + dataTimeout + maxBlocks*blockTimeout + dotTimeout + resetTimeout
}
