package syntax

import (
	"math"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"regwatch/internal/amounts"
	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
)

// An Amount is a condition on an amount of money in the text. Its limits belong to the range.
type Amount struct {
	Min, Max string // as written; empty: no limit
	Currency string // an ISO 4217 code; empty: any
}

func amountKeys() []string { return []string{"min", "max", "currency"} }

// Low returns the lower limit.
func (a *Amount) Low() float64 {
	if a.Min == "" {
		return 0
	}
	v, _ := amounts.ParseValue(a.Min)
	return v
}

// High returns the upper limit.
func (a *Amount) High() float64 {
	if a.Max == "" {
		return math.Inf(1)
	}
	v, _ := amounts.ParseValue(a.Max)
	return v
}

// Meets reports whether an amount in a text meets the condition. A range does if any part of it does.
func (a *Amount) Meets(found amounts.Amount) bool {
	return found.IsIn(a.Currency) && found.High >= a.Low() && found.Low <= a.High()
}

// String describes the condition to a reader.
func (a *Amount) String() string {
	s := "an amount"
	switch {
	case a.Min != "" && a.Max != "":
		s += " from " + amounts.Format(a.Low()) + " to " + amounts.Format(a.High())
	case a.Min != "":
		s += " of at least " + amounts.Format(a.Low())
	case a.Max != "":
		s += " of at most " + amounts.Format(a.High())
	}
	if a.Currency != "" {
		s += " in " + a.Currency
	}
	return s
}

// query returns the value of the field amount.
func (a *Amount) query() string {
	s := a.Currency
	switch {
	case a.Min != "" && a.Max != "":
		s = a.Min + ".." + a.Max + " " + s
	case a.Min != "":
		s = ">=" + a.Min + " " + s
	case a.Max != "":
		s = "<=" + a.Max + " " + s
	}
	if s = strings.TrimSpace(s); strings.Contains(s, " ") {
		return `"` + s + `"`
	}
	return s
}

// InKeys returns the condition in keys.
func (a *Amount) InKeys() string { return "amount: " + a.keys() }

// InQuery returns the condition as a query.
func (a *Amount) InQuery() string { return amountField + ":" + a.query() }

// keys returns the value of the key amount on one line.
func (a *Amount) keys() string {
	var pairs []string
	for _, pair := range []struct{ key, value string }{{"min", a.Min}, {"max", a.Max}, {"currency", a.Currency}} {
		if pair.value != "" {
			pairs = append(pairs, pair.key+": "+pair.value)
		}
	}
	return "{" + strings.Join(pairs, ", ") + "}"
}

// comparisonSigns gives the signs that people write for a comparison one form.
var comparisonSigns = strings.NewReplacer("＞", ">", "＜", "<", "＝", "=", "≥", ">=", "≤", "<=")

// MeantAmount returns the condition that a text such as "50 million USD", ">USD 50m" or 5000萬美元 may have meant; nil if the
// text is not an amount of money. An amount that does not say which limit it is counts as the lower one. A currency that
// the text leaves open is left out.
func MeantAmount(s string) *Amount {
	s = strings.TrimSpace(comparisonSigns.Replace(s))
	value := strings.TrimLeft(s, "<>=! ")
	found, ok := amounts.Read(value)
	if !ok {
		return nil
	}
	a := &Amount{}
	if code, ok := amounts.ParseCurrency(found.Currency); ok {
		a.Currency = code
	}
	switch low, high := amounts.Short(found.Low), amounts.Short(found.High); {
	case low != high:
		a.Min, a.Max = low, high
	case strings.HasPrefix(s, "<"):
		a.Max = high
	default:
		a.Min = low
	}
	return a
}

// meantQuery returns how to write what the value of the field amount may have meant.
func meantQuery(s string) diag.Text {
	if a := MeantAmount(s); a != nil {
		return diag.Textf("write %s", a.InQuery())
	}
	return amountHelp
}

// yaml returns the value of the key amount.
func (a *Amount) yaml() *yaml.Node {
	m := newMapping()
	for _, pair := range []struct{ key, value string }{{"min", a.Min}, {"max", a.Max}, {"currency", a.Currency}} {
		if pair.value != "" {
			m.put(pair.key, scalar(pair.value))
		}
	}
	m.Style = yaml.FlowStyle
	return m.Node
}

// amount reads the condition of the key amount.
func (p *parser) amount(n yamlnode.Node) *Expr {
	e := &Expr{Op: OpAmount, Amount: &Amount{}, Pos: p.pos(n)}
	if n.IsNull() || !n.IsMap() {
		want := diag.Text("use min, max and currency, such as amount: {min: 10m, currency: HKD}")
		if n.IsScalar() {
			if meant := MeantAmount(n.String("amount")); meant != nil {
				want = diag.Textf("write %s", meant.InKeys())
			}
		}
		n.Report("amount is not a mapping", want)
		return e
	}
	m := n.Map("amount", amountKeys()...)
	a := e.Amount
	limit := func(key string) string {
		v := m.Get(key)
		s := strings.TrimSpace(v.String(key))
		if what, want := checkLimit(key, s); s != "" && what != "" {
			v.Report(what, want)
			return ""
		}
		return s
	}
	a.Min, a.Max = limit("min"), limit("max")
	if v := m.Get("currency"); v.Exists() {
		s := v.String("currency")
		code, ok := amounts.ParseCurrency(s)
		if !ok {
			v.Report(unknownCurrency(s))
		}
		a.Currency = code
	}
	switch {
	case a.Low() > a.High():
		m.Key("max").Report(emptyRange(a))
	case len(n.Pairs("amount")) == 0:
		n.Report("amount is empty", "add min, max or currency, such as amount: {min: 10m, currency: HKD}")
	}
	return e
}

func emptyRange(a *Amount) (what, want diag.Text) {
	return diag.Textf("no amount is at least %s and at most %s", a.Min, a.Max), "use a max that is not below min"
}

// checkLimit returns what is wrong with a limit, and how to fix it.
func checkLimit(key, s string) (what, want diag.Text) {
	if _, ok := amounts.ParseValue(s); ok {
		return "", ""
	}
	want = "use a number with a scale, such as 10m, 500k, 1.5bn, 10000000, 1000萬 or 10億"
	if found, ok := amounts.Read(strings.TrimLeft(comparisonSigns.Replace(s), "<>= ")); ok && found.Low == found.High {
		want = diag.Textf("write %s: %s", key, amounts.Short(found.Low))
		switch code, known := amounts.ParseCurrency(found.Currency); {
		case known:
			want = diag.Textf("%s, and add currency: %s", want, code)
		case found.Currency != "":
			want = diag.Textf("%s, and add currency: %s", want, yamlnode.OrText(candidates(found.Currency)))
		}
	}
	return diag.Textf("%s %q is not a number", key, s), want
}

// candidates returns the codes that a currency may stand for that a text leaves open.
func candidates(currency string) []string {
	return slices.DeleteFunc(amounts.Currencies(), func(code string) bool { return !amounts.Amount{Currency: currency}.IsIn(code) })
}

func unknownCurrency(s string) (what, want diag.Text) {
	what = diag.Textf("currency %q is unknown", s)
	meant := amounts.CurrencyNamed(s)
	switch _, known := amounts.ParseCurrency(meant); {
	case known:
		return what, diag.Textf("did you mean %s?", meant)
	case meant != "":
		return diag.Textf("currency %q may be several", s), diag.Textf("use %s, or leave out currency", yamlnode.OrText(candidates(meant)))
	}
	return what, diag.Textf("the currencies are %s", strings.Join(amounts.Currencies(), ", "))
}

const amountHelp = `write amount:">=10m HKD", amount:"<=500k", amount:"5m..10m USD" or amount:HKD`

// parseAmount reads the value of the field amount.
func parseAmount(s string) (a *Amount, what, want diag.Text) {
	a = &Amount{}
	rest := strings.TrimSpace(s)
	if i := strings.LastIndexByte(rest, ' '); i >= 0 || !strings.ContainsAny(rest, "0123456789") {
		if code, ok := amounts.ParseCurrency(rest[i+1:]); ok {
			a.Currency, rest = code, strings.TrimSpace(rest[:max(i, 0)])
		} else if i < 0 {
			what, want := unknownCurrency(rest)
			if amounts.CurrencyNamed(rest) == "" {
				want = amountHelp
			}
			return nil, what, want
		}
	}
	switch low, high, isRange := strings.Cut(rest, ".."); {
	case rest == "":
		return a, "", ""
	case isRange:
		a.Min, a.Max = strings.TrimSpace(low), strings.TrimSpace(high)
	case strings.HasPrefix(rest, ">="):
		a.Min = strings.TrimSpace(rest[2:])
	case strings.HasPrefix(rest, "≥"):
		a.Min = strings.TrimSpace(strings.TrimPrefix(rest, "≥"))
	case strings.HasPrefix(rest, "<="):
		a.Max = strings.TrimSpace(rest[2:])
	case strings.HasPrefix(rest, "≤"):
		a.Max = strings.TrimSpace(strings.TrimPrefix(rest, "≤"))
	case strings.HasPrefix(rest, ">") || strings.HasPrefix(rest, "<"):
		return nil, diag.Textf("amount %q has a limit that is not in the range", s), diag.Textf("%s, as a limit always belongs to the range", meantQuery(s))
	default:
		return nil, diag.Textf("amount %q has no comparison", s), meantQuery(s)
	}
	for _, limit := range []string{a.Min, a.Max} {
		if _, ok := amounts.ParseValue(limit); limit != "" && !ok || a.Min+a.Max == "" {
			return nil, diag.Textf("amount %q is not understood", s), meantQuery(s)
		}
	}
	if a.Low() > a.High() {
		what, want = emptyRange(a)
		return nil, what, want
	}
	return a, "", ""
}
