package events

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// A school is what sources have taught so far, as a store keeps it.
type school struct {
	recent map[string]models.SourcePassages
	known  map[string]models.KnownPassage
	wrote  int // rows of known passages
}

func newSchool() *school {
	return &school{recent: map[string]models.SourcePassages{}, known: map[string]models.KnownPassage{}}
}

// read learns from articles of one source, as a scan does.
func (s *school) read(now time.Time, articles ...models.Article) []models.Article {
	source := articles[0].SourceID
	recent := s.recent[source]
	recent.SourceID = source
	var known []models.KnownPassage
	for _, hash := range Passages(articles...) {
		for _, k := range s.known {
			if k.Hash == hash {
				known = append(known, k)
			}
		}
	}
	lesson := LearnBoilerplate(recent, known, articles, now)
	s.recent[source] = lesson.Recent
	for _, k := range lesson.Known {
		s.known[fmt.Sprint(k.SourceID, k.Hash)] = k
		s.wrote++
	}
	return lesson.Articles
}

// passagesMarked returns the texts of the marked passages that f accepts.
func passagesMarked(a models.Article, f func(models.Boilerplate) bool) []string {
	var all []string
	for _, b := range a.Boilerplate {
		if f(b) {
			all = append(all, a.Body[b.Start:b.End])
		}
	}
	return all
}

func anyPassage(models.Boilerplate) bool    { return true }
func tailPassage(b models.Boilerplate) bool { return b.Tail }
func surePassage(b models.Boilerplate) bool { return b.Sure }

// unrelated are headlines with their own text, about different subjects, in three scripts.
var unrelated = map[string][][2]string{
	"en": {
		{"Lantern Bay halts redemption of its coin", "Lantern Bay stopped paying out holders on Monday after a run on its reserves."},
		{"Port workers vote on a new wage deal", "Dockers in the northern harbour decide this week whether to accept four per cent."},
		{"Museum opens a wing for glass art", "Visitors can see two hundred vases from the collection of a local family."},
		{"Storm closes schools in three districts", "Pupils stayed at home as heavy rain flooded roads near the river."},
		{"Chess champion loses to a teenager", "The eleven year match record ended in a rook endgame at the spring tournament."},
		{"Orchard growers expect a poor apple harvest", "Late frost damaged blossom in the valley, the association said."},
	},
	"zh-Hant": {
		{"藍灣暫停贖回旗下代幣", "藍灣週一表示儲備遭擠兌,停止向持有人付款。"},
		{"碼頭工人就加薪方案投票", "北港裝卸工本週決定是否接受百分之四的加幅。"},
		{"博物館新翼展出玻璃藝術", "訪客可以欣賞一個本地家族收藏的二百件花瓶。"},
		{"暴雨導致三區學校停課", "河邊道路水浸,學生留在家中溫習。"},
		{"棋王不敵少年棋手", "春季大賽的殘局中,十一年不敗紀錄就此終結。"},
		{"果農料蘋果失收", "協會指山谷遲來的霜凍損害了花蕾。"},
	},
	"zh-Hans": {
		{"蓝湾暂停赎回旗下代币", "蓝湾周一表示储备遭挤兑,停止向持有人付款。"},
		{"码头工人就加薪方案投票", "北港装卸工本周决定是否接受百分之四的加幅。"},
		{"博物馆新翼展出玻璃艺术", "访客可以欣赏一个本地家族收藏的二百件花瓶。"},
		{"暴雨导致三区学校停课", "河边道路水浸,学生留在家中温习。"},
		{"棋王不敌少年棋手", "春季大赛的残局中,十一年不败纪录就此终结。"},
		{"果农料苹果失收", "协会指山谷迟来的霜冻损害了花蕾。"},
	},
}

// footers in the same scripts.
var footers = map[string]string{
	"en":      "Members of our circle read every stablecoin story first and get the evening letter.",
	"zh-Hant": "加入本報會員,率先閱讀所有穩定幣報道及每晚通訊。",
	"zh-Hans": "加入本报会员,率先阅读所有稳定币报道及每晚通讯。",
}

func TestRepeatedPassagesAreLearned(t *testing.T) {
	for script, stories := range unrelated {
		t.Run(script, func(t *testing.T) {
			s, footer := newSchool(), footers[script]
			for i, story := range stories {
				now := noon.AddDate(0, 0, 4*i)
				a := s.read(now, article("paper", story[0], story[1]+"\n\n"+footer, at(now)))[0]
				for name, tt := range map[string]struct {
					accept func(models.Boilerplate) bool
					from   int // the article from which on
				}{"for joins": {anyPassage, 2}, "for stage and dates": {tailPassage, 2}, "for rules": {surePassage, 4}} {
					var want []string
					if i >= tt.from {
						want = []string{trimStop(footer)}
					}
					if diff := cmp.Diff(want, passagesMarked(a, tt.accept)); diff != "" {
						t.Errorf("article %d, %s (-want +got):\n%s", i, name, diff)
					}
				}
			}
		})
	}
}

// trimStop returns a sentence without its full stop.
func trimStop(s string) string {
	for _, stop := range []string{".", "。"} {
		if n := len(s) - len(stop); n > 0 && s[n:] == stop {
			return s[:n]
		}
	}
	return s
}

// TestWhatIsNoBoilerplate has what is repeated and must count.
func TestWhatIsNoBoilerplate(t *testing.T) {
	law := "No person may issue a fiat-referenced stablecoin in Hong Kong without a licence of the Monetary Authority."
	reports := [][2]string{
		{"Harbour Bank applies for a stablecoin licence", "Harbour Bank filed with the authority. "},
		{"Authority receives Harbour Bank stablecoin application", "The filing of Harbour Bank came on Monday. "},
		{"Harbour Bank joins licence queue with HKDX coin", "The bank wants to issue HKDX. "},
		{"Harbour Bank HKDX application in detail", "HKDX would be backed by bills. "},
		{"Why Harbour Bank wants a licence for HKDX", "Payments are the aim of Harbour Bank. "},
		{"Harbour Bank: HKDX application a first", "The bank is the first with HKDX. "},
	}
	tests := []struct {
		name   string
		make   func(i int) models.Article
		accept func(models.Boilerplate) bool
	}{
		{"a law quoted in the reports of one story", func(i int) models.Article {
			return article("paper", reports[i][0], reports[i][1]+law)
		}, anyPassage},
		{"one story again and again under other headlines", func(i int) models.Article {
			return article("paper", reports[i][0], "Harbour Bank applied for a licence to issue its coin HKDX in Hong Kong. "+law+" The bank hopes for a decision this year.")
		}, anyPassage},
		{"one form under names of banks", func(i int) models.Article {
			name := []string{"Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta"}[i]
			return article("hkma", "Fraudulent website related to "+name+" Bank", "The authority warns of a website of "+name+". "+law+" Call the hotline.", official)
		}, anyPassage},
		{"a law quoted in the middle of unrelated articles, for stage, dates and rules", func(i int) models.Article {
			story := unrelated["en"][i]
			return article("paper", story[0], story[1]+" "+law+" "+prose(uint64(i), 12)+". "+prose(uint64(50+i), 12)+". "+prose(uint64(90+i), 12)+".")
		}, tailPassage},
		{"what an authority prints under all of its releases, for stage, dates and rules", func(i int) models.Article {
			story := unrelated["en"][i]
			return article("hkma", story[0], story[1]+" "+law, official)
		}, tailPassage},
		{"for rules, what was repeated for a few days only", func(i int) models.Article {
			story := unrelated["en"][i]
			return article("paper", story[0], story[1]+" "+law, at(noon.Add(time.Duration(i)*time.Hour)))
		}, surePassage},
		{"for rules, the only sentence of a text that says more in one place", func(i int) models.Article {
			story := unrelated["en"][i]
			return article("paper", story[0], law+" "+story[1])
		}, surePassage},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSchool()
			for i := range 6 {
				now := noon.AddDate(0, 0, 4*i)
				a := tt.make(i)
				if tt.name[:9] == "for rules" && i > 0 && a.SeenAt.Sub(noon) < 24*time.Hour && a.SeenAt.After(noon) {
					now = a.SeenAt
				}
				if got := passagesMarked(s.read(now, a)[0], tt.accept); len(got) > 0 {
					t.Fatalf("article %d: %q", i, got)
				}
			}
		})
	}
}

func TestSitesTeachEachOther(t *testing.T) {
	s, footer := newSchool(), footers["en"]
	stories := unrelated["en"]
	for i := range 3 {
		s.read(noon, article("paper", stories[i][0], stories[i][1]+"\n\n"+footer))
	}
	other := s.read(noon, article("gazette", stories[4][0], stories[4][1]+"\n\n"+footer))[0]
	if got := passagesMarked(other, anyPassage); len(got) != 1 {
		t.Errorf("the footer at another site: %q", got)
	}
	if got := passagesMarked(other, surePassage); len(got) != 0 {
		t.Errorf("another site decides what rules match: %q", got)
	}
}

// A revision is the same article, and so is what was read before the program started to learn.
func TestRevisionTeachesNothingTwice(t *testing.T) {
	s, story := newSchool(), unrelated["en"]
	a := article("paper", story[0][0], story[0][1]+"\n\n"+footers["en"])
	s.read(noon, a)
	for i, title := range []string{story[1][0], story[2][0], story[3][0]} {
		a.Title, a.Revision = title, i+2
		s.read(noon, a)
	}
	old := article("paper", story[4][0], story[4][1]+"\n\n"+footers["en"])
	old.Revision = 2
	s.read(noon, old)
	if len(s.known) > 0 {
		t.Errorf("learned %+v", s.known)
	}
}

func TestLearningIsBoundedAndDeterministic(t *testing.T) {
	run := func() *school {
		s := newSchool()
		for i := range 200 {
			now := noon.Add(time.Duration(i) * time.Hour)
			body := nonsense(uint64(i), 40) + ".\n\n" + footers["en"] + "\n\n" + footers["zh-Hant"]
			s.read(now, article("paper", nonsense(uint64(1000+i), 6), body, at(now)))
		}
		return s
	}
	a, b := run(), run()
	if diff := cmp.Diff(a.recent, b.recent); diff != "" {
		t.Errorf("two runs differ:\n%s", diff)
	}
	if diff := cmp.Diff(a.known, b.known); diff != "" {
		t.Errorf("two runs differ:\n%s", diff)
	}
	if n := len(a.recent["paper"].Articles); n != recentArticles {
		t.Errorf("%d articles are kept, want %d", n, recentArticles)
	}
	// What is known well is not written with every article.
	if len(a.known) < 2 || a.wrote > 2*(mostHeadlines+4) {
		t.Errorf("%d passages are known, %d rows were written", len(a.known), a.wrote)
	}
	// The articles of one batch teach as one after the other does.
	batch := newSchool()
	var articles []models.Article
	for i := range 5 {
		articles = append(articles, article("paper", unrelated["en"][i][0], unrelated["en"][i][1]+"\n\n"+footers["en"]))
	}
	marked := batch.read(noon, articles...)
	if !slices.ContainsFunc(marked, func(a models.Article) bool { return len(a.Boilerplate) > 0 }) {
		t.Error("a batch taught nothing")
	}
}

// nonsense returns n words that other texts do not have.
func nonsense(seed uint64, n int) string {
	r := rand.New(rand.NewPCG(seed, 11))
	words := make([]string, n)
	for i := range words {
		for range 3 {
			words[i] += string("bdfgklmnprtvz"[r.IntN(13)]) + string("aeiou"[r.IntN(5)])
		}
	}
	return strings.Join(words, " ")
}

func BenchmarkLearnBoilerplate(b *testing.B) {
	s := newSchool()
	for i := range 30 {
		s.read(noon, article("paper", fmt.Sprint(prose(uint64(i), 8), i), prose(uint64(1000+i), 600)+".\n\n"+footers["en"]))
	}
	recent := s.recent["paper"]
	a := article("paper", prose(99, 8), prose(2000, 600)+".\n\n"+footers["en"])
	for b.Loop() {
		hashes := Passages(a)
		_ = hashes
		LearnBoilerplate(recent, nil, []models.Article{a}, noon)
	}
}
