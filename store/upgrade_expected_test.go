package store

import "time"

// A step is what happens so long after fixtureTime.
type step struct {
	after time.Duration
	want  []string
}

// upgraded is what must hold after the upgrade of a fixture.
type upgraded struct {
	counts     Counts
	sends      []step // each sends what is claimed, by channel
	waiting    []step // what has waited long enough
	escalating []step // each lets what is found go on
	optOuts    []string
	mutes      []string            // in force
	asked      map[string][]string // who works on an event and what they say of it, by its title
	merged     map[string]string   // what the event of an ID has become
	digests    map[string]string   // the last day of each subscription
	keys       []string            // that sign links
}

// expectations are what must hold, by the name of the fixture. A fixture that
// the filler writes for a later schema holds what 0006 does.
var expectations = map[string]upgraded{
	"0001": {
		counts: Counts{Articles: 4, Matches: 3, Events: 2, Notices: 6, Held: 1, Due: 4, Sent: 5, Dead: 1, Audit: 6},
		sends: []step{
			{0, []string{
				// Migration 0006 gives old deliveries their thread, so updates find their alert.
				"update of Coin issuers to need a licence → slack, under C0DESK/1772100002.000100",
				"update of Coin issuers to need a licence → mail:legal@example.com, begun, under <n-alert@regwatch.example.com>",
			}},
			{time.Minute, []string{"alert of Coin ban → hook, begun"}},
			{9 * time.Minute, nil},
			{10 * time.Minute, []string{"alert of Coin ban → slack"}},
		},
		waiting:    []step{{30 * day, nil}},
		escalating: []step{{30 * day, nil}},
		optOuts:    []string{"weekly mail:team@example.com forced false"},
		merged:     map[string]string{"01KJA0000000000000000000E2": "Coin issuers to need a licence"},
		digests:    map[string]string{"weekly": "2026-02-23"},
	},
	"0001-release": {
		counts: Counts{Articles: 2, Matches: 1, Events: 1, Notices: 2, Held: 1, Sent: 1, Audit: 8},
		merged: map[string]string{"01KJQ6PSG02ZRVY280Q7CH6ABS": "Coin rules"},
	},
	"0006": {
		counts: Counts{Articles: 26, Matches: 20, Events: 15, Notices: 61, Held: 11, Due: 14, Sent: 29, Dead: 1, Audit: 205},
		sends: []step{
			{0, []string{
				"amend → slack:#legal, under C0LEGAL/1772400002.000100",
				"amend → slack, under C0DESK/1772400001.000100",
				"alert of Coin order that waits for Slack → slack:#legal",
				"update of Coin issuers to need a licence → slack:#legal, under C0LEGAL/1772400002.000100",
				"health of hook → mail:ops@example.com",
				"digest daily → mail:team@example.com",
				"alert of Coin order that waits for Slack → mail:legal@example.com",
				"update of Coin issuers to need a licence → mail:legal@example.com, under <edfedaba5ed6b827c63923454e436361.f23454@regwatch.example.com>",
				"summary for board → mail:board@example.com",
				"alert of Coin order that is being told → chat, begun",
			}},
			{2*time.Minute - time.Second, nil},
			{2 * time.Minute, []string{
				"alert of Coin order that is being told → hook, begun",
				"alert of Coin order that is being told → post:audit@example.com, begun",
			}},
			{10*time.Minute - time.Second, nil},
			{10 * time.Minute, []string{
				"alert of Coin order that waits for Slack → limited",
				"update of Coin order that waits for Slack → limited, under sent after the upgrade",
			}},
			{30 * day, nil},
		},
		waiting: []step{
			{-6 * time.Minute, nil},
			{0, []string{"alert of Coin hearing that has waited to night"}},
			{3 * time.Minute, []string{
				"alert of Coin hearing that has waited to night",
				"update of Coin hearing that waits to burst",
			}},
			{12 * time.Hour, []string{
				"alert of Coin hearing that has waited to night",
				"alert of Coin hearing that waits to night",
				"update of Coin hearing that waits to burst",
				"update of Coin hearing that waits to night", // an hour early, with its alert
			}},
			{4 * day, []string{
				"alert of Coin hearing that has waited to night",
				"alert of Coin hearing that waits to night",
				"alert of Coin hearing that waits to readers",
				"alert of Coin hearing that waits to board",
				"update of Coin hearing that waits to burst",
				"update of Coin hearing that waits to night",
			}},
		},
		escalating: []step{
			{-2 * time.Minute, nil},
			{0, []string{"alert of Coin ban that nobody has taken to desk, next oncall"}},
			{29 * time.Minute, nil},
			{30 * time.Minute, []string{"alert of Coin ban of half an hour ago to desk, next oncall"}},
			{2 * time.Hour, []string{"escalation of Coin ban that went to the next in line to oncall, next board"}},
			{30 * day, nil}, // Dana works on the fourth
		},
		optOuts: []string{
			"coins/team mail:team@example.com forced true",
			"daily mail:info@bücher.example.com forced true",
			"gone/nobody slack:C0OLD forced false",
			"weekly mail:Team@EXAMPLE.com forced false",
		},
		mutes: []string{
			"event Coin issuers to need a licence until 120h0m0s by dana@example.com partner",
			"source delta-gazette until 72h0m0s by ada legal",
			"rule custody until 168h0m0s by @ben (U0BEN)",
			"event Coin issuers to need a licence until 168h0m0s by @Ana (U0ANA)",
		},
		asked: map[string][]string{
			"Coin ban that Dana works on": {"assigned to dana@example.com"},
			"Coin issuers to need a licence": {
				"assigned to @Ana (U0ANA)", "assigned to dana@example.com", // the latter of what was merged into it
				"relevant true by dana@example.com coin-issuers", "relevant false by dana@example.com", "relevant false by @ben (U0BEN)",
			},
		},
		merged:  map[string]string{"01KJ014AG08XM09ZDXVQJBHXGB": "Coin issuers to need a licence"},
		digests: map[string]string{"weekly": "2026-02-23", "monthly": "2026-02-28", "daily": "2026-03-02"},
		keys:    []string{"2 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"},
	},
}
