package events

import (
	"slices"
	"strings"
	"sync"

	"regwatch/internal/text"
)

// A sense is a meaning of a phrase for stage and dates. A phrase may have several.
type sense uint64

const (
	effect  sense = 1 << iota // a rule takes effect, whatever else the sentence says
	starts                    // something starts: a rule, if the sentence names one
	closes                    // something must be done by a date
	ends                      // something ends: a deadline, if it is a window
	until                     // a preposition of deadlines, if the sentence asks for something
	reaches                   // a preposition before the end of a window
	since                     // a preposition of rules, if the sentence forbids or demands
	moved                     // moved to another date
	acts                      // what people must do by a date
	demands                   // what a rule forbids, demands or allows
	legal                     // the name of a rule
	window                    // a period in which something is open
	reports                   // somebody says or does something else on the date
	denies                    // negates what follows
	shelved                   // was once planned
	ahead                     // what follows is in the future
	behind                    // what follows is in the past
	private                   // a company's own affairs
	counts                    // a figure of the past: so many by this date
	ignored                   // no sense: a word that contains another, as 虛擬 contains 擬
	accepts                   // applications are accepted, which starts like a rule
	permits                   // a licence or what leads to one
	seeks                     // applying for a licence, granting or losing it
)

// A phrase is a sequence of folded words.
type phrase struct {
	words   []string
	senses  sense
	weights [stages]int // how strongly it indicates each stage
}

// stage returns the first stage that a phrase indicates.
func (p *phrase) stage() stage {
	for st, weight := range p.weights {
		if weight > 0 && st > 0 {
			return stage(st)
		}
	}
	return noStage
}

// A lexicon maps a first word to its phrases, the longest first.
type lexicon map[string][]phrase

// add adds phrases, separated by commas and in any script, to those with other senses.
func (l lexicon) add(phrases string, means sense, s stage, weight int) {
	for p := range strings.SplitSeq(phrases, ",") {
		var words []string
		for _, t := range text.Tokens(p) {
			words = append(words, t.Text)
		}
		list := l[words[0]]
		i := slices.IndexFunc(list, func(q phrase) bool { return slices.Equal(q.words, words) })
		if i < 0 {
			list, i = append(list, phrase{words: words}), len(list)
		}
		list[i].senses |= means
		list[i].weights[s] = max(list[i].weights[s], weight)
		slices.SortStableFunc(list, func(a, b phrase) int { return len(b.words) - len(a.words) })
		l[words[0]] = list
	}
}

// match returns the longest phrase at the start of some tokens.
func (l lexicon) match(tokens []text.Token) (*phrase, bool) {
	list := l[tokens[0].Text]
	for i := range list {
		if p := &list[i]; len(p.words) <= len(tokens) && p.matchesStart(tokens) {
			return p, true
		}
	}
	return nil, false
}

func (p *phrase) matchesStart(tokens []text.Token) bool {
	for i, w := range p.words {
		if tokens[i].Text != w {
			return false
		}
	}
	return true
}

// legalLexicon has the phrases of legal effect in English and Chinese. It is compiled
// at its first use and never changed; changing it would be a data race between calls of
// Assign.
var legalLexicon = sync.OnceValue(newLexicon)

func newLexicon() lexicon {
	l := make(lexicon)
	for _, p := range []struct {
		means   sense
		phrases string
	}{
		{effect, "take effect,takes effect,taking effect,come into force,comes into force,coming into force,come into effect,comes into effect,coming into effect," +
			"come into operation,comes into operation,coming into operation,enter into force,enters into force,entering into force,entry into force,enter into effect,enters into effect," +
			"go into effect,goes into effect,going into effect,go into force,goes into force,in force from,in force on,in force as of,in effect from,in effect on,effective from,effective on,effective as of,effective date," +
			"commencement date,date of commencement,become effective,becomes effective,becoming effective,take force,takes force,takes legal effect,becomes operative,become operative,becomes applicable,become applicable,applicable from,applicable on,applicable as of,applies as of,apply as of,applies from,apply from,in place from,in place on,in place by,into force,into effect,into operation,with effect from,with effect on," +
			"起廢止,起廢除,起停止執行,起不再執行,起不再適用,起失效,予以廢止,予以廢除,生效,施行,上路,正式實施,全面實施,正式執行,全面執行,正式推行,正式落地"},
		{effect | behind, "took effect,has taken effect,have taken effect,came into force,came into effect,came into operation,entered into force,entered into effect,went into effect,went into force,became effective,took force,put into effect,puts into effect,put into force,brought into force,brought into effect,has been in force,in force since,in effect since,has been in effect," +
			"已生效,已經生效,已施行,已正式生效"},
		{starts | ahead, "will adopt,to adopt,will enforce,to enforce,will implement,to implement,will introduce,will impose,to impose"},
		{effect | ahead, "to take effect,will take effect,將生效,將施行,即將生效,起生效,起施行"},
		{starts, "enforce,enforces,effective,commence,commences,commenced,commencing,commencement,start,starts,started,starting,begin,begins,began,beginning,kick in,kicks in,kicked in,apply from,applies from,applies on,apply on,applied from," +
			"implemented on,implemented from,implementation date,implementation,enforced from,enforceable from,enforceable,go live,goes live,went live,roll out,rolls out,launch,launches,launched,operative,in force,in effect," +
			"實施,執行,推行,落實,落地,開始,實行,開徵"},
		{closes, "deadline,deadlines,closing date,cut off date,cutoff,due by,due on,due date,comments due,comments are due,are due,is due,is due by,last day,final day,no later than,not later than,on or before,at the latest,latest by,expires on,expire on,expires,expiring on," +
			"截止日期,截止日,最後日期,截止時間,截止期,截止於,截止至,最後期限,最後限期,限期,期限,期限為,屆滿,最遲,最晚,不遲於,不晚於,不得遲於,不得晚於,截止申請,截止報名,截止諮詢"},
		{ends, "close,closes,closed,closing,end,ends,ended,ending,expiry,run until,runs until,running until,open until,lasts until,截止,結束,完結"},
		{until, "by,before,until,till,through,prior to,之前,以前,或之前,前,或以前,止,為止"},
		{reaches, "至,到,截至"},
		{since, "from,as of,as from,starting,starting from,beginning,since,after,with effect from,起,後,之後,以後"},
		{moved, "postponed,postpones,postpone,delayed,delays,deferred,defers,pushed back,pushes back,extended to,extended until,extended from,postponed from,delayed from,moved from,pushed back from,extend to,postponed to,postponed until,pushed back to,pushed to,delayed to,delayed until,deferred to,deferred until,moved to,brought forward to," +
			"延長至,延至,延後至,延期至,推遲至,推遲到,押後至,展期至,順延至,延長到,推遲到,延後到,延到,押後到,延期到,提前至,提前到,改為,改至"},
		{acts, "apply,applies,applying,submit,submitted,submitting,submission,submissions,comment,comments,feedback,respond,responses,response,register,registration,file,filing,contact,comply,compliance,complete,completed,express,notify,report to," +
			"obtain,secure,leave,withdraw,must,shall,should,required to,have to,has to,need to,needs to,invited,invites,given,wind down,exit,stop,cease,continue,continues,operate,opt in,migrate,delist,divest,transition,transitional,grace period,application,applications,consultation," +
			"提交,遞交,遞件,申請,提出,表達,聯絡,聯繫,意見,回應,反饋,完成,註冊,登記,備案,整改,清退,退出,停止,繼續,必須,須,需,應,不得,過渡,繳,報名,諮詢,徵求,書面,報送,申報,整頓,下架,關閉"},
		{demands, "have to,has to,obliged to,taxed,levied,collected,subject to,must,shall,banned,prohibited,prohibit,prohibits,illegal,unlawful,offence,offense,crime,criminal,required,require,requires,need a licence,need a license,needs a licence,barred,outlawed,forbidden,mandatory,only licensed,not allowed,no longer,not be allowed,cannot,may not,can only,nobody may,no one may,ban,bans,prohibition,may process,may offer,may trade,may issue,may serve,may provide,allowed to,permitted to,able to," +
			"廢止,廢除,停止執行,允許,准許,獲准,禁止,不得,須,必須,違法,取締,刑事,犯法,罪,禁,應當,徵稅,課稅,開徵,徵收,納稅,一律,停止,只准,方可,強制"},
		{legal, "tax,levy,duty,law,laws,act,bill,ordinance,rule,rules,regulation,regulations,regime,ban,bans,prohibition,order,guideline,guidelines,guidance,requirement,requirements,measure,measures,circular,notice,statute,framework,standard,standards,legislation,decree,directive,provisions,amendment,amendments,code,restrictions,licensing,mica,sanctions,moratorium," +
			"條例,法例,法律,法案,辦法,規定,規則,制度,指引,禁令,措施,通知,公告,規例,規範,準則,框架,新規,守則,條文,監管要求,法規,細則,發牌,標準,要求,政策,稅"},
		{window, "consultation,comment,comments,comment period,feedback,submissions,window,transition,transitional,transition period,grace period,application,applications,applying,period,moratorium,arrangement,arrangements,exemption,registration," +
			"諮詢,徵求,過渡,申請,報名,寬限期,不違反,繼續經營,可繼續,限期,安排,豁免,登記,意見"},
		{reports, "said,says,say,announced,announces,announcing,published,publishes,issued,released,told,stated,reported,reports,according,posted,wrote,dated,passed,approved,gazetted,signed,adopted,unveiled,revealed,disclosed,confirmed,met,voted,launched the,arrested,that," +
			"宣佈,公佈,發佈,發表,表示,指出,說,稱,刊憲,通過,印發,報道,報導,消息,透露,發出,簽署,披露,舉行,致辭,撰文"},
		{denies, "not,never,no,yet to,won t,without,neither,unlikely,未,不,沒有,尚未,並未,暫緩,無,未有,否認,從未"},
		{shelved, "was to,were to,had been due,was due,originally,had planned,initially,instead of,rather than,原定,原本,原訂,原擬,本應,曾計劃,由原來"},
		{ahead, "will,shall,to,due,set,scheduled,expected,expects,plans,slated,would,next,upcoming,forthcoming,將,即將,擬,預計,計劃,預期,料,明年"},
		{behind, "had,was,were,took,came,以來,已,已經,曾,去年,了"},
		{private, "deadline to pass,rate cut,rate cuts,rate hike,interest rate,interest rates,appointment,resigned,resignation,steps down,dividend,its listing,listing date,listing on,ipo,earnings,summit,webinar,concert,festival,tickets,airdrop,giveaway,該公司,任命,委任,辭任,股息,上市,停牌,就任,履新,峰會,門票,空投,抽獎,優惠,降息,加息,利率,議息,期權"},
		{accepts, "debate,debating,hearings,voting,consulting,審議,辯論,討論,首讀,二讀,諮詢,accepting,accept,taking,receiving,to accept,接受,受理,接收"},
		{ignored, "截止發稿,截止於發稿,截至發稿,截止目前,截止當前,虛擬,模擬,目前,當前,此前,先前,前景,前任,無法,不過,不僅,不同,不少,應用,應對"},
		{permits, "licence,licences,license,licenses,permit,permits,sandbox,牌照,執照,許可證,沙盒,發牌"},
		{seeks, "apply,applied,applies,applying,applicant,applicants,application,applications,file,filed,files,bid,bids,bidding,queue,shortlist,shortlisted,grant,grants,granted,granting,award,awards,awarded,issues,win,wins,won,obtains,obtained,gain,gains,gained,land,lands,landed," +
			"secure,secures,secured,receive,receives,received,revoke,revokes,revoked,withdraw,withdraws,withdrew,withdrawn,first,join,joins,joined,joining,selected,admitted,interest,interested," +
			"申請,遞件,遞交,遞表,獲,獲發,獲批,獲頒,頒發,頒布牌照,發放,批出,批給,首批,首張,撤回,吊銷,撤銷,入選,入圍,加入,參與,到手,爭奪"},
		{counts, "had,so far,as at,共有,已有,累計,合共,共計,共,已"},
	} {
		l.add(p.phrases, p.means, noStage, 0)
	}
	for _, t := range stagePhrases() {
		l.add(t.phrases, 0, t.stage, t.weight)
	}
	l.inherit()
	return l
}

// inherit gives phrases the senses and weights of the words in them, where they have
// none: 諮詢期 is a window like 諮詢, and "comes into force" indicates the same stage as
// "into force".
func (l lexicon) inherit() {
	for _, list := range l {
		for n, p := range list {
			for i := range p.words {
				if p.senses == ignored {
					break
				}
				for _, q := range l[p.words[i]] {
					if len(q.words) == len(p.words) || i+len(q.words) > len(p.words) || !slices.Equal(q.words, p.words[i:i+len(q.words)]) {
						continue
					}
					if p.senses == 0 {
						list[n].senses |= q.senses & (acts | demands | legal | window | permits | seeks)
					}
					if p.weights == [stages]int{} {
						for st, weight := range q.weights {
							list[n].weights[st] = max(list[n].weights[st], weight)
						}
					}
				}
			}
		}
	}
}
