package similarity

import "testing"

// The words are those that Porter's paper gives for each step.
func TestStemFollowsThePaper(t *testing.T) {
	for word, want := range map[string]string{
		"caresses": "caress", "ponies": "poni", "cats": "cat", "caress": "caress",
		"feed": "feed", "agreed": "agre", "plastered": "plaster", "bled": "bled", "motoring": "motor", "sing": "sing",
		"conflated": "conflat", "troubled": "troubl", "sized": "size", "hopping": "hop", "falling": "fall", "hissing": "hiss", "filing": "file",
		"happy": "happi", "sky": "sky",
		"relational": "relat", "conditional": "condit", "digitizer": "digit", "vietnamization": "vietnam", "operator": "oper", "hopefulness": "hope",
		"triplicate": "triplic", "formative": "form", "electrical": "electr", "goodness": "good",
		"allowance": "allow", "inference": "infer", "replacement": "replac", "adoption": "adopt", "activate": "activ",
		"probate": "probat", "rate": "rate", "cease": "ceas", "controll": "control", "roll": "roll",
		"bitcoin": "bitcoin", "usdt": "usdt", "a7a5": "a7a5", "穩": "穩", "is": "is",
	} {
		if got := Stem(word); got != want {
			t.Errorf("Stem(%q) = %q, want %q", word, got, want)
		}
	}
}
