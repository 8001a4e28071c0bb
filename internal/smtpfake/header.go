package smtpfake

import (
	"bytes"
	"net/mail"
	"strings"
)

// atMostOnce lists the fields that RFC 5322, 3.6 allows once.
func atMostOnce() []string {
	return []string{
		"Date", "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Message-Id", "In-Reply-To", "References", "Subject",
		"Mime-Version", "Content-Type", "Content-Transfer-Encoding", // RFC 2045
	}
}

// checkMessage returns the violations of RFC 5322, 6152 and 6531 in a message. A reply
// without a code means success.
func checkMessage(raw []byte, t *transaction) reply {
	header, body, found := strings.Cut(string(raw), "\r\n\r\n")
	if !found {
		header = strings.TrimSuffix(header, "\r\n")
	}
	switch {
	case bytes.IndexByte(raw, 0) >= 0:
		return reply{554, "5.6.0 The message holds a NUL character"}
	case !isASCII(header) && !t.utf8:
		return reply{554, "5.6.7 The header is not ASCII, and SMTPUTF8 was not requested"}
	case !isASCII(body) && !t.eightBit:
		return reply{554, "5.6.3 The body is not ASCII, and BODY=8BITMIME was not requested"}
	}
	fields, fault := headerFields(header)
	if fault == "" {
		fault = fieldsFault(fields)
	}
	if fault != "" {
		return reply{554, "5.6.0 " + fault}
	}
	return reply{}
}

// headerFields splits a header into the unfolded values of its fields.
func headerFields(header string) (fields map[string][]string, fault string) {
	fields = map[string][]string{}
	last := ""
	for line := range strings.SplitSeq(header, "\r\n") {
		if line != "" && (line[0] == ' ' || line[0] == '\t') {
			if last == "" || strings.Trim(line, " \t") == "" {
				return nil, "A header line is folded wrongly"
			}
			values := fields[last]
			values[len(values)-1] += line
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok || name == "" || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return nil, "A line of the header is no field"
		}
		last = canonical(name)
		fields[last] = append(fields[last], value)
	}
	return fields, ""
}

func fieldsFault(fields map[string][]string) string {
	for _, name := range []string{"From", "Date", "Message-Id"} {
		if len(fields[name]) == 0 {
			return "There is no " + name + " field"
		}
	}
	for _, name := range atMostOnce() {
		if len(fields[name]) > 1 {
			return "There is more than one " + name + " field"
		}
	}
	for _, name := range []string{"From", "Sender", "Reply-To", "To", "Cc"} {
		if values := fields[name]; len(values) > 0 {
			addresses, err := mail.ParseAddressList(values[0])
			if err != nil {
				return "The " + name + " field is no list of addresses"
			}
			if name == "From" && len(addresses) > 1 && len(fields["Sender"]) == 0 {
				return "Several addresses in From need a Sender"
			}
		}
	}
	if _, err := mail.ParseDate(strings.TrimSpace(fields["Date"][0])); err != nil {
		return "The Date field is no date"
	}
	if !isMessageID(strings.TrimSpace(fields["Message-Id"][0])) {
		return "The Message-Id field is no <left@right>"
	}
	for _, name := range []string{"In-Reply-To", "References"} {
		for _, value := range fields[name] {
			for id := range strings.FieldsSeq(value) {
				if !isMessageID(id) {
					return "The " + name + " field is no list of <left@right>"
				}
			}
		}
	}
	return ""
}

// isMessageID reports whether s is a msg-id of RFC 5322, 3.6.4.
func isMessageID(s string) bool {
	if len(s) < 2 || s[0] != '<' || s[len(s)-1] != '>' {
		return false
	}
	left, right, ok := strings.Cut(s[1:len(s)-1], "@")
	literal := strings.HasPrefix(right, "[") && strings.HasSuffix(right, "]") && !strings.ContainsAny(right[1:len(right)-1], "[]\\ ")
	return ok && left[:min(1, len(left))] != `"` && isLocalPart(left) && (literal || isLocalPart(right))
}

func canonical(name string) string {
	b := []byte(strings.ToLower(name))
	upper := true
	for i, ch := range b {
		if upper && 'a' <= ch && ch <= 'z' {
			b[i] = ch - 'a' + 'A'
		}
		upper = ch == '-'
	}
	return string(b)
}
