package htmltext

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

// Only hostile markup is changed, and what a page says stays.
func TestLimit(t *testing.T) {
	attributes := strings.Repeat("a ", MaxAttributes)
	for _, tt := range []struct{ name, in, want string }{
		{"a plain page", "<p class=x>One<p>Two & <b>three", "<p class=x>One<p>Two & <b>three"},
		{"scripts", `<script>if (a<b && "</p>") {}</script><p>x`, `<script>if (a<b && "</p>") {}</script><p>x`},
		{"many attributes", "<p " + attributes + "b c='>' d>x</p>", "<p " + attributes + ">x</p>"},
		{"many attributes in a script", "<script>a<b " + attributes + "</script><p>x", "<script>a<b " + attributes + "</script><p>x"},
		{"quoted attributes", "<p " + attributes + "b = '>\"' c=\">'\" d=a>x", "<p " + attributes + ">x"},
		{"attributes that never end", "x<p " + attributes + "b c='>", "x<p " + attributes + ">"},
		{"a picture", `a<svg class=i><title/><path d="M0"/><style>p{}</style></svg>b`, `a<svg class=i></svg>b`},
		{"a picture within a picture", "a<svg><svg><g></svg></svg>b", "a<svg></svg>b"},
		{"a picture that never ends", "a<svg><path><p>b", "a<svg></svg><p>b"},
		{"a picture without content", "a<svg/>b", "a<svg/>b"},
		{"HTML in a picture", "<svg><foreignObject><p>x</p></foreignObject></svg>b", "<svg></svg>b"},
		{"a formula", "<math><mi>x</mi></math> is", "<math></math> is"},
		{"a template", "<template><script><p></script><p>x<template></template></template>b", "<template></template>b"},
		{"many open elements", strings.Repeat("<b>", maxFormatting) + "<i>x</i>y", strings.Repeat("<b>", maxFormatting) + "x</i>y"},
	} {
		got, _, cut := limit(tt.in)
		if diff := cmp.Diff(tt.want, got); diff != "" || cut {
			t.Errorf("%s: cut %v (-want +got):\n%s", tt.name, cut, diff)
		}
	}
}

func TestLimitCuts(t *testing.T) {
	for name, page := range map[string]string{
		"tags":       strings.Repeat("<i></i>", MaxParts),
		"texts":      strings.Repeat("x<!---->", MaxParts),
		"attributes": strings.Repeat("<i a b c d>", MaxParts/4),
		"repeated":   "<p>" + strings.Join(numbered("<font size=%d>", 60), "") + strings.Repeat("</p><p>x", MaxParts/20),
		"bytes":      strings.Repeat("word ", MaxPage/4),
	} {
		got, parts, cut := limit("<p>begin</p>" + page)
		if !cut || len(got) > MaxPage || parts > MaxParts*2 || !strings.HasPrefix(got, "<p>begin</p>") {
			t.Errorf("%s: cut %v, %d bytes, %d parts", name, cut, len(got), parts)
		}
	}
}

func numbered(format string, n int) []string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf(format, i))
	}
	return list
}

// hostilePieces are what a random page is made of.
var hostilePieces = []string{
	"<b>", "<b a=%d>", "</b>", "<i>", "<i a=%d>", "</i>", "<font size=%d>", "</font>", "<a href=%d>", "<a>", "</a>", "<nobr>", "</nobr>", "<p>", "</p>", "<div>", "</div>",
	"<div><div><div><div><div><div><div><div><div>", "</div></div></div></div></div></div></div></div></div>", "<table>", "</table>", "<tr>", "<td>", "</td>", "<th>", "<caption>",
	"x", "word word ", "<li>", "<ul>", "</ul>", "<object>", "</object>", "<marquee>", "</marquee>", "<select>", "<option>", "</select>", "<svg>", "</svg>", "<foreignObject>", "<desc>",
	"<math>", "</math>", "<mi>", "<template>", "</template>", "<style>", "</style>", "<script>", "</script>", "<title>", "</title>", "<textarea>", "</textarea>", "<![CDATA[", "]]>", "<!--", "-->",
	"<noscript>", "</noscript>", "<frameset>", "<body>", "<html>", "<head>", "</head>", "<h1>", "<button>", "</button>", "<span>", "</span>", "<br>", "</br>", "</p", "\"", "'", ">", "<xmp>", "</xmp>",
	"<form>", "</form>", "<dd>", "<dt>", "<center>", "</center>", "<input>", "<hr>", "<ruby>", "<rt>", "</ruby>", "<col>", "<tbody>", "</tr>", "<b x='", "<p a=\"", "<a b='>",
}

// The parser makes at most four times as many nodes and attributes as there are parts, whatever the markup. The pages repeat a
// few pieces, as only repetition makes the parser do more.
func TestTreeIsBoundedByParts(t *testing.T) {
	pages := 3000
	if testing.Short() {
		pages = 300
	}
	random := rand.New(rand.NewPCG(1, 2))
	worst := 0.0
	for range pages {
		var b strings.Builder
		for range 1 + random.IntN(3) {
			pattern := make([]string, 1+random.IntN(6))
			for i := range pattern {
				pattern[i] = hostilePieces[random.IntN(len(hostilePieces))]
			}
			for i := range 1 + random.IntN(400) {
				for _, piece := range pattern {
					b.WriteString(strings.ReplaceAll(piece, "%d", fmt.Sprint(i)))
				}
			}
		}
		page := b.String()
		limited, parts, _ := limit(page)
		nodes, depth := measured(t, limited)
		if ratio := float64(nodes-6) / float64(parts+1); ratio > worst {
			worst = ratio
		}
		if nodes > 4*parts+10 || depth > 2000 {
			t.Fatalf("%d parts, %d nodes and attributes, depth %d: %.200q … %q", parts, nodes, depth, page, page[max(0, len(page)-200):])
		}
	}
	t.Logf("at most %.2f nodes and attributes for a part", worst)
}

// measured returns how many nodes and attributes the tree of a page has, and its depth.
func measured(t testing.TB, page string) (size, depth int) {
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return 0, 0 // too deep
	}
	level := 0
	Traverse(doc, func(n *html.Node) bool {
		size += 1 + len(n.Attr)
		level++
		depth = max(depth, level)
		return true
	}, func(*html.Node) { level-- })
	return size, depth
}

// The limiter reads the tokens that the parser reads.
func FuzzLimit(f *testing.F) {
	for _, piece := range hostilePieces {
		f.Add(strings.Repeat(piece, 20) + "<p>x")
	}
	f.Add("<svg><style><p a='</style>'><p><p>")
	f.Fuzz(func(t *testing.T, page string) {
		limited, parts, cut := limit(page)
		if cut {
			return
		}
		if again, _, _ := limit(limited); again != limited {
			t.Errorf("limit(%q) = %q, and of that %q", page, limited, again)
		}
		if size, _ := measured(t, limited); size > 4*parts+10 {
			t.Errorf("%d parts, %d nodes and attributes: %q", parts, size, page)
		}
	})
}

// Pages wait for each other, and stop waiting with the context.
func TestWithTreeWaitsForMemory(t *testing.T) {
	if err := trees.Acquire(t.Context(), MaxTreeMemory); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- WithTree(ctx, "<p>x", func(*html.Node, bool) error { return nil }) }()
	select {
	case err := <-done:
		t.Errorf("a tree was built without memory: %v", err)
	default:
	}
	cancel()
	if err := <-done; err == nil {
		t.Error("no error of the context")
	}
	trees.Release(MaxTreeMemory)
	if err := WithTree(t.Context(), strings.Repeat("<p>x", MaxParts), func(*html.Node, bool) error { return nil }); err != nil {
		t.Errorf("a page that needs all memory: %v", err)
	}
}
