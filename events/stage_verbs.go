package events

import (
	"slices"
	"strings"

	"regwatch/internal/text"
)

// The senses of verbs and nouns that together report a stage: "passes" and "bill". They
// have a lexicon of their own, because its phrases are cut in other places.
const (
	passes      sense = 1 << (iota + 22) // adopts a law
	finalizes                            // adopts the last version of a rule, named by itself
	introduces                           // brings a draft before a parliament
	reads                                // an early step in a parliament
	gazettes                             // publishes a law in the gazette
	issues                               // publishes a document
	postpones                            // moves a start
	prolongs                             // moves an end
	undoes                               // ends a rule, or gives up a plan
	voids                                // ends a rule, if a court does it
	rejects                              // decides against a draft
	restates                             // says again that a rule stands
	amends                               // changes a rule
	warns                                // warns of somebody
	orders                               // orders somebody to do something
	draft                                // a law that is not passed
	plan                                 // any other plan
	rule                                 // a rule that may be in force
	prohibition                          // a rule that forbids
	stance                               // what an authority holds
	guide                                // a document that explains a rule
	finalRule                            // the last version of a rule
	launch                               // a start, or what starts
	term                                 // a period or its end
	firm                                 // somebody who is supervised
	illicit                              // what somebody does without a licence, or a fraud
	authority                            // somebody who supervises
	court                                // a court
	challenge                            // a case against a rule
	modal                                // what follows is planned or asked for
	decides                              // "to" after it is no plan
	hedges                               // makes the rest of a clause background
	consults                             // an invitation to comment
	applies                              // takes effect
	widens                               // makes a rule apply to more
	shuts                                // closes somebody down
	forbids                              // forbids somebody to do something
	frees                                // ends a prohibition, named by itself
	keeps                                // leaves a prohibition as it is
	stands                               // is still forbidden
	without                              // what follows did not happen: 未經總統簽署
)

// A stageVerb is a kind of verb with its objects and the stage that they report.
type stageVerb struct {
	verb    sense
	objects sense // the nearest noun must have one of them; 0: none needed
	stage   stage
}

// stageVerbs are the verbs that report a stage. Of several verbs in a sentence its place decides; for a verb with
// several senses, the first row that fits.
var stageVerbs = []stageVerb{
	{passes, draft | rule | prohibition | finalRule, passed},
	{finalizes, 0, passed},
	{issues, finalRule, passed},
	{introduces, draft, introduced},
	{reads, 0, introduced},
	{gazettes, 0, gazetted},
	{issues, guide, guidance},
	{postpones, launch | rule | draft | prohibition | finalRule | term, postponed},
	{prolongs, term, postponed},
	{undoes, rule | prohibition | guide, repealed},
	{undoes, draft | plan, rejected},
	{voids, rule | prohibition, repealed},
	{rejects, draft | plan | prohibition | rule, rejected},
	{restates, rule | prohibition | stance, restated},
	{amends, rule | prohibition | guide, amended},
	{warns, illicit, enforcement},
	{orders, firm, enforcement},
	{shuts, firm | illicit, enforcement},
	{widens, prohibition, inForce},
	{applies, 0, inForce},
	{forbids, 0, inForce},
	{frees, 0, repealed},
	{keeps, prohibition, restated},
	{stands, 0, restated},
}

// stageLexicon has the verbs and nouns of stages. It is compiled once and never
// changed, like legalLexicon.
var stageLexicon = newStageLexicon()

func newStageLexicon() lexicon {
	l := make(lexicon)
	for _, p := range []struct {
		means   sense
		phrases string
	}{
		{passes, "pass,passes,passed,approves,approve,approved,adopts,adopt,adopted,enacts,enact,enacted,clears,cleared,signs,signed,signed into law,signs into law,ratifies,ratified,green lights,greenlights,gives final approval to,votes for,voted for,votes through,voted through,votes to adopt,wins approval,wins final approval," +
			"通過,表決通過,三讀通過,審議通過,獲通過,獲得通過,獲批准,批准,核准,簽署,三讀"},
		{finalizes, "finalises,finalizes,finalised rules,finalized rules,becomes law,became law,become law,is now law,now law,is law,are law,votes to ban,vote to ban,voted to ban,votes to outlaw,voted to outlaw,deliver final rules," +
			"into law,投票禁止,表決禁止,投票通過,三讀通過,簽署成為法律,正式成為法律,已成為法律,現已成為法律,定稿"},
		{introduces, "introduces,introduced,introduce,tables,tabled,files,filed,submits,submitted,presents,presented,unveils,unveiled,puts forward,brings forward,brings,brought,提交,提出,呈交,遞交,送交,提請審議"},
		{reads, "first reading,second reading,clears committee,passes committee,clears key hurdle,clears first hurdle,clears hurdle,advances to,out of committee,committee stage,一讀,首讀,二讀,首次審議,初審,付委"},
		{gazettes, "gazetted,gazettes,gazette,gazettal,published in the gazette,in the official gazette,in the federal register,in the official journal,刊憲,刊登憲報,憲報刊登,憲報公佈,憲報刊出,在憲報,刊登公報,公報刊登"},
		{issues, "issues,issued,issue,publishes,published,publish,releases,released,release,unveils,unveiled,announces,announced,adopts,adopted,adopt,sets out,set out,rolls out,發佈,公佈,發出,印發,刊發,推出,出台,頒佈,下發,發表,刊出,制定"},
		{postpones, "delays,delayed,delay,postpones,postponed,postpone,pushes back,pushed back,push back,puts off,put off,puts back,put back,defers,deferred,defer,holds off,puts on hold,put on hold,postponement,slips to,推遲,延遲,延後,押後,暫緩,延期,順延,緩施,展延,延至,推遲至,延後至,延期至,押後至"},
		{prolongs, "extends,extended,extend,prolongs,lengthens,延長,展期"},
		{undoes, "lifts,lifted,lift,repeals,repealed,repeal,scraps,scrapped,scrap,revokes,revoked,revoke,rescinds,rescinded,rescind,abolishes,abolished,abolish,overturns,overturned,rolls back,rolled back,ends,ended,removes,removed,drops,dropped,drop,withdraws,withdrew,withdraw,withdrawn,does away with,did away with,reverses,reversed,abandons,abandoned,shelves,shelved,pulls,unwinds,unwind," +
			"廢除,解除,撤銷,取消,廢止,推翻,撤回,放棄,擱置,終止,收回"},
		{voids, "strikes down,struck down,blocks,blocked,block,halts,halted,suspends,suspended,annuls,annulled,invalidates,invalidated,pauses,freezes,quashes,quashed,裁定無效,判無效,宣告無效,判違憲,裁定違憲,暫停執行,阻止,暫停,中止"},
		{rejects, "rejects,rejected,reject,rejection,says no to,votes down,vote down,voted down,votes against,voted against,vote against,throw out,turn down,strike down,vetoes,vetoed,veto,defeats,defeated,defeat,kills,killed,throws out,threw out,thrown out,turns down,turned down,dismisses,dismissed,fails to pass,failed to pass,fails,failed,dies,refuses to pass," +
			"否決,駁回,拒絕,未獲通過,不獲通過,未能通過,未通過,不予通過,遭否決,投票反對"},
		{restates, "reiterates,reiterated,reiterate,reaffirms,reaffirmed,reaffirm,restates,restated,upholds,upheld,uphold,maintains,maintained,stands by,stand by,sticks to,stick to,repeats,refuses to lift,declines to lift,rules out lifting,ruled out lifting,leaves in place,keeps in place,rejects calls to lift,rejects call to lift,confirms validity of," +
			"重申,維持,再次強調,再度強調,堅持,再次明確,確認有效"},
		{amends, "amends,amended,amend,revises,revised,revise,updates,updated,update,tightens,tightened,tighten,eases,eased,ease,relaxes,relaxed,relax,loosens,loosened,overhauls,rewrites,修訂,修改,修正,更新,收緊,放寬,調整"},
		{consults, "consultation,consultations,consultation paper,諮詢,諮詢文件,徵求意見"},
		{applies, "takes effect,take effect,taking effect,took effect,comes into force,come into force,came into force,comes into effect,come into effect,came into effect,comes into operation,come into operation,enters into force,enter into force,entered into force,goes into effect,go into effect,went into effect,now in force,now in effect,in effect now,生效,施行,正式實施,上路"},
		{widens, "expands,expanded,expand,extends,extended,extend,broadens,widens,擴大,擴展,延長"},
		{without, "未經,未經由"},
		{stands, "remain banned,remains banned,stay banned,stays banned,still banned,remain illegal,remains illegal,remain prohibited,remains prohibited,仍屬違法,仍屬非法,仍然違法,仍被禁止,繼續禁止"},
		{keeps, "keeps,keep,kept,retains,retained,leaves,renews,renewed,continues,continue,stays,remains in place,stays in place,remains in force"},
		{frees, "legalises,legalizes,legalised,legalized,unbans,no longer banned,no longer bans,解禁,解封"},
		{forbids, "ban,bar,outlaw,prohibit,禁止,全面禁止,封禁,嚴禁,明令禁止"},
		{shuts, "shuts,shuts down,shut down,closes,closed,close,terminates,terminated,dismantles,dismantled,raids,raided,busts,halts,halted,disconnects,seizes,關閉,關停,取締,查封,搗破,打擊,查獲,清退,封鎖"},
		{warns, "warns,warned,warn,issues warning,issued warning,issues a warning,issued a warning,alerts,alerted,flags,warning over,warning about,warning against,cautions,cautioned,blacklists,blacklisted,adds,added,警告,提醒,警示,提示,呼籲慎防,提醒市民,提醒公眾,點名,列入"},
		{orders, "orders,ordered,instructs,instructed,directs,directed,commands,tells,told,責令,勒令,下令,飭令,命令,通知要求,喝停"},
		{draft, "bill,bills,bill to,bill that,draft law,draft laws,draft bill,draft,legislation,resolution,法案,草案,議案,條例草案,決議案,修正案,修訂草案,動議"},
		{plan, "proposal,proposals,proposal to,plan,plans,plan to,plans to,plan for,bid to,push to,petition,proposed ban,proposed rules,proposed rule,bid,idea,initiative,push,提案,建議,計劃,方案,請願,構想,擬議"},
		{rule, "law,laws,act,acts,ordinance,rule,rules,rulebook,regulation,regulations,regime,framework,requirement,requirements,directive,order,orders,decree,statute,code,measure,measures,notice,circular,sanctions,standards,condition,conditions,provision,provisions,條例,法例,法律,規則,規定,辦法,制度,措施,通知,公告,規例,新規,法規,細則,新制,標準,要求,政策,條文,法令,規範,條件,專法,新法,管理法,牌照制,法"},
		{prohibition, "ban,bans,prohibition,prohibitions,restriction,restrictions,moratorium,curbs,crackdown,bar,outlawing,禁令,禁,禁用,限制,封禁,禁制,禁止,禁制令,禁售令,禁售,禁止令"},
		{stance, "stance,position,policy,policies,opposition,illegal,unlawful,warning,立場,態度,原則,違法,非法,不變,不得"},
		{guide, "guidance,guideline,guidelines,faq,faqs,code of practice,handbook,explanatory note,supervisory statement,best practice,best practices,advisory,practice note,circular,指引,指南,通函,常見問題,問答,摘要說明,說明文件,作業要點,操作指引,實務守則,守則,指導意見"},
		{finalRule, "final rules,final rule,final regulations,final regulation,final standards,final standard,final framework,final regime,final requirements,final version,final text,final policy,最終規則,最終版,最終規定,最終版本,最終規例,最終細則,正式規則,正式文本,最終文本,最終條文"},
		{launch, "start,start date,launch,rollout,roll out,implementation,introduction,commencement,effective date,enforcement,licences,licenses,licensing,compliance,compliance date,deadline,deadlines,tax,levy,稅,課徵,實施,生效,施行,執行,上路,推行,開始,發牌,落實,立法,日期,啟動,限期"},
		{term, "deadline,deadlines,transition,transition period,transitional period,grace period,compliance period,compliance date,過渡期,寬限期,限期,截止日期,緩衝期"},
		{firm, "exchange,exchanges,firm,firms,platform,platforms,company,companies,issuer,issuers,operator,operators,provider,providers,broker,brokers,trader,traders,app,apps,website,websites,dealer,dealers,farms,mines,miners,hubs,平台,礦場,窩點,據點,公司,交易所,機構,營運商,經營者,店舖,找換店,網站,企業,發行人,發行商"},
		{illicit, "unlicensed,unlicenced,unregistered,unauthorised,unauthorized,fake,bogus,fraud,fraudulent,scam,scams,illegal,impersonating,suspicious,without a licence,without a license,not licensed,not registered,clone,warning list,alert list,claiming,claims,purporting,public,investors,consumers,假稱,聲稱,自稱,冒稱,市民,公眾,投資者,慎防,提防,無牌,未獲授權,未經許可,未獲認可,假冒,冒充,詐騙,騙局,欺詐,可疑,非法,未註冊,未獲發牌,未領牌,未持牌,偽冒,虛假,警示名單,可疑名單"},
		{authority, "regulator,regulators,watchdog,authority,authorities,commission,central bank,hkma,sfc,fca,sec,mas,cftc,police,ministry,government,bureau,agency,supervisor,monetary authority,finma,bafin,fsa,fsc,amf,esma,eba,金管局,證監會,當局,央行,人民銀行,銀保監會,金管會,監管機構,監管部門,監管局,財政部,警方,部門,銀監會,監會"},
		{court, "court,courts,judge,judges,tribunal,supreme court,high court,法院,法官,法庭,最高法,高院,大法官,終審"},
		{challenge, "challenge,challenges,appeal,appeals,lawsuit,lawsuits,suit,case,judicial review,request to lift,calls to lift,上訴,挑戰,訴訟,司法覆核,申訴,訴求,申請"},
		{modal, "may,might,could,should,would,plans to,plan to,planned to,planning to,wants,want,seeks,wants to,want to,seeks to,seek to,aims to,considers,consider,considering,weighs,weigh,weighing,mulls,mulling,urges,urge,urged,calls for,call for,called for,calls on,called on,calls to,proposes,propose,proposing,proposed to,proposed that,push to,pushes to,pushes for,bid to,hopes to,likely to,intends to,debates,debate,ponders,eyes,asks,asked,aimed at,if,whether,bill to,bill that,plan for,demand,demands,petition,ready to," +
			"擬,或,有望,考慮,建議,呼籲,料,計劃,研究,探討,促,促請,倡議,有意,或將,提議,擬議,醞釀,將考慮,希望,爭取,預計,要求,尋求,推動,期望,距,距離,接近,有待,臨近"},
		{decides, "votes,voted,vote,agrees,agreed,agree,decides,decided,decide,moves,moved,resolves,resolved,chooses,chose,opts"},
		{hedges, "as,after,following,since,while,despite,amid,before,though,although,which,because,when,where,whose,until,unless,who,previously,last year,earlier this year,ahead of,in response to,去年,此前,早前,曾,曾經,雖然,儘管,自從,早於,先前"},
		{ignored, "push back on,pushes back on,pushed back on,push back against,pushes back against,pushed back against,billed,方法,合法,司法,執法,做法,立法會,立法院,依法,無法,說法,想法,憲法,看法,建議書,虛擬,模擬,通過率,通過網絡,通過互聯網,目前,或者,經過,或之前,推出市場,as of,as payment,before tax,act as,acts as,in order,in order to,issue of,issue with,plan b,in case,court of,以及,資料,原料,難料,物料,涉及,不過,或以前,或以上,或以下"},
	} {
		l.add(p.phrases, p.means, noStage, 0)
	}
	return l
}

// How far a noun may be from its verb, in tokens.
const (
	objectReach    = 7
	hanObjectReach = 24
	modalReach     = 5
)

// reportedStage returns the stage that the verbs of a sentence report, or noStage. A
// verb of the main clause comes before one that is planned. In a headline, a verb of a
// subordinate clause counts if there is no other.
func (s sentence) reportedStage(isHeadline bool) stage {
	s.matches = appendMatches(nil, stageLexicon, s.tokens)
	best, rank := noStage, 0
	for _, m := range s.matches {
		st, r := s.stageOfVerb(m, isHeadline)
		if r > rank {
			best, rank = st, r
		}
	}
	return best
}

// The ranks of a verb. A changed rule is often just the object of another verb: an
// amended bill passes.
const (
	subordinate = iota + 1
	planned
	changing
	reported
)

// stageOfVerb returns the stage that a verb reports and its rank, or 0.
func (s sentence) stageOfVerb(m phraseMatch, isHeadline bool) (st stage, rank int) {
	first, end := s.clause(m)
	if s.isDenied(m) || s.isQuestion() && !s.asksWhether() {
		return noStage, 0
	}
	for _, v := range stageVerbs {
		if m.phrase.senses&v.verb == 0 || v.verb&(shuts|forbids) != 0 && !isHeadline || !s.hasObject(m, v, first, end) || !s.allows(m, v, first, end, isHeadline) {
			continue
		}
		st, rank = v.stage, reported
		switch {
		case v.verb == rejects && s.hasSense(challenge, first, end):
			st = restated
		case st == amended, v.verb == applies, v.verb&(forbids|shuts) != 0 && m.isHan():
			rank = changing
		}
		switch {
		case s.isPlanned(m, first):
			if st == enforcement {
				return noStage, 0
			}
			st, rank = proposed, planned
		case s.isBackground(m):
			if rank = 0; isHeadline && v.verb != applies {
				rank = subordinate
			}
		}
		return st, rank
	}
	return noStage, 0
}

// allows reports whether the other words of a clause allow the reading of a verb.
func (s sentence) allows(m phraseMatch, v stageVerb, first, end int, isHeadline bool) bool {
	switch v.verb {
	case warns:
		return m.isHan() || s.hasSense(authority, first, m.first)
	case applies: // in the text, what the sentence is about
		return isHeadline || !slices.Contains(s.commas[1:m.first+1], true) && s.word(m.first-1) != "that" && s.hasSense(rule, 0, m.first)
	case forbids: // a verb and no noun
		if m.isHan() {
			return !s.hasSense(draft|plan, 0, len(s.tokens)) && !s.hasSense(modal, 0, m.first) && s.word(m.end) != "的"
		}
		return s.word(m.first-1) != "to" && slices.ContainsFunc(s.tokens[m.end:end], func(t text.Token) bool { return t.Text == "from" })
	case voids:
		return s.hasSense(court, first, end)
	case issues:
		return v.stage != guidance || !s.hasSense(prohibition|draft|plan, first, end)
	}
	return true
}

// clause returns the tokens between the commas around a match.
func (s sentence) clause(m phraseMatch) (first, end int) {
	first, end = m.first, m.end
	for first > 0 && !s.commas[first] {
		first--
	}
	for end < len(s.tokens) && !s.commas[end] {
		end++
	}
	return first, end
}

// hasObject reports whether a verb has one of its objects: the nearest noun after it,
// or if there is none one before it. In Chinese the last word of a noun decides:
// 提出禁止代幣的法案. A warning or an order may have other nouns before its object.
func (s sentence) hasObject(m phraseMatch, v stageVerb, first, end int) bool {
	if v.objects == 0 {
		return true
	}
	reach := objectReach
	if m.isHan() {
		reach = hanObjectReach
	}
	nouns := consults | draft | plan | rule | prohibition | stance | guide | finalRule | launch | term | v.objects
	if v.verb&(warns|orders|shuts) != 0 {
		nouns = v.objects
	}
	if v.verb&(restates|warns) != 0 && m.isHan() {
		first, end = 0, len(s.tokens) // 重申：…, 警告公眾，…
	}
	var after []phraseMatch
	for _, n := range s.matches {
		if n.phrase.senses&nouns != 0 && n.first >= m.end && n.end <= end && n.first-m.end < reach {
			after = append(after, n)
		}
	}
	isObject := func(n phraseMatch) bool { return n.phrase.senses&v.objects != 0 }
	switch {
	case len(after) == 0:
	case m.isHan() && v.verb == undoes:
		return isObject(after[len(after)-1])
	case m.isHan():
		return slices.ContainsFunc(after, isObject)
	case isObject(after[0]) || after[0].phrase.senses&(consults|plan) == 0 && s.isCompound(after[0], v.objects):
		return true
	case v.verb != issues:
		return false
	}
	if v.verb&(warns|orders|shuts) != 0 || !m.isHan() && !m.mayFollowObject() || v.verb == voids && !m.isHan() && s.word(m.end) != "by" && m.words[0] != "struck" {
		return false
	}
	return slices.ContainsFunc(s.matches, func(n phraseMatch) bool {
		return isObject(n) && n.first >= first && n.end <= m.first && m.first-n.end < 2*reach && (v.verb != passes || m.isHan() || n.phrase.senses&draft != 0 || s.endsPassive(m, end))
	})
}

// mayFollowObject reports whether an English verb may follow what it acts on: "bill
// rejected" and "bill passes", but not "bill tables".
func (m phraseMatch) mayFollowObject() bool {
	switch w := m.words[0]; w {
	case "passes", "clears", "wins", "fails", "dies", "ends", "stays", "remains", "slips", "sets":
		return true
	default:
		return !strings.HasSuffix(w, "s")
	}
}

// endsPassive reports whether a verb ends its clause or names who acts: "ban approved
// by parliament", but not "restrictions that required approved validation".
func (s sentence) endsPassive(m phraseMatch, end int) bool {
	switch s.word(m.end) {
	case "by", "in", "on", "at", "after":
		return true
	}
	return m.end >= end
}

// isQuestion reports whether a headline asks something, and asksWhether whether it asks
// if something will happen.
func (s sentence) isQuestion() bool {
	switch s.word(0) {
	case "is", "are", "does", "why", "how", "what":
		return true
	case "do": // also a name: "Do Kwon sentenced"
		return slices.Contains([]string{"you", "we", "they", "i", "regulators", "banks"}, s.word(1))
	}
	return s.asksWhether()
}

func (s sentence) asksWhether() bool {
	switch s.word(0) {
	case "will", "can", "could", "should", "would":
		return true
	}
	return s.word(len(s.tokens)-1) == "吗"
}

// isCompound reports whether a noun is the first of several: "start of rules",
// 條例的修訂, "ban bill".
func (s sentence) isCompound(n phraseMatch, any sense) bool {
	return s.hasSense(any, n.end, min(len(s.tokens), n.end+3))
}

// isDenied reports whether a verb is denied.
func (s sentence) isDenied(m phraseMatch) bool {
	if s.hasSense(without, max(0, m.first-7), m.first) {
		return true
	}
	for i := max(0, m.first-3); i < m.first; i++ {
		switch s.word(i) {
		case "not", "never", "no", "won", "didn", "doesn", "hasn", "cannot", "without", "neither", "不", "未", "沒", "没", "否":
			return true
		case "yet":
			if s.word(i+1) == "to" {
				return true
			}
		}
	}
	return false
}

// isPlanned reports whether a verb is planned or asked for. A headline with "to" is a
// plan, unless somebody decided it; a start that is to be delayed is delayed.
func (s sentence) isPlanned(m phraseMatch, first int) bool {
	if s.word(m.first-1) == "will" && m.phrase.senses&(passes|introduces|rejects) != 0 {
		return true // others decide it
	}
	if m.isHan() && m.phrase.senses&(undoes|amends|passes|introduces|rejects) != 0 && slices.ContainsFunc(s.tokens[max(first, m.first-2):m.first], func(t text.Token) bool { return t.Text == "将" }) {
		return true
	}
	if s.asksWhether() {
		return true
	}
	from := max(first, m.first-modalReach)
	if m.isHan() {
		from = max(first, m.first-2*modalReach)
	}
	for _, n := range s.matches {
		// "Plans to quickly repeal", but not "plan to ban kiosks passes".
		infinitive := n.words[len(n.words)-1] == "to" && m.first-n.end > 1
		if n.phrase.senses&modal != 0 && !infinitive && n.first >= from && n.end <= m.first {
			return true
		}
	}
	if s.word(m.first-1) != "to" || m.phrase.senses&(postpones|prolongs|applies) != 0 {
		return false
	}
	return !s.hasSense(decides, max(0, m.first-2), m.first-1)
}

// isBackground reports whether a verb is in a subordinate clause, which ends at a
// comma.
func (s sentence) isBackground(m phraseMatch) bool {
	switch next := s.word(m.end); {
	case !m.isHan():
	case s.word(m.first-1) == "月": // 5月通過
		return true
	case next == "后", next == "前", next == "以" && s.word(m.end+1) == "来":
		return true
	}
	for i := m.first; i > 0; i-- {
		if s.hasSense(hedges, i-1, i) || i > 1 && s.hasSense(hedges, i-2, i) {
			return true
		}
		if s.commas[i-1] {
			return false
		}
	}
	return false
}

// appendMatches appends the phrases of a lexicon in some tokens. They do not overlap,
// so the 止 of 禁止 is not one.
func appendMatches(matches []phraseMatch, l lexicon, tokens []text.Token) []phraseMatch {
	for i := 0; i < len(tokens); {
		p, ok := l.match(tokens[i:])
		if !ok {
			i++
			continue
		}
		matches = append(matches, phraseMatch{p, i, i + len(p.words)})
		i += len(p.words)
	}
	return matches
}

// namesDraft reports whether a sentence names a law that is not passed.
func (s sentence) namesDraft() bool {
	for _, m := range appendMatches(nil, stageLexicon, s.tokens) {
		// Bill may be a name at the start.
		if m.phrase.senses&draft != 0 && m.first > 0 {
			return true
		}
	}
	return false
}
