package events

// A stage is the progress of a rule change. Of the articles of an event, the highest
// stage counts. The names are stored values; the numbers are not.
type stage int

const (
	noStage      stage = iota
	proposed           // somebody in charge plans, drafts or debates it
	consultation       // the public is asked for comments
	introduced         // a draft is before a parliament
	passed             // a parliament adopted it, or a regulator its final rules
	gazetted           // it is published in the gazette
	inForce            // it applies, or its date is set
	guidance           // an authority explains how to comply
	licensing          // licences are applied for, granted or lost
	enforcement        // it is enforced against somebody: a warning, an order, a penalty
	restated           // somebody says again that it stands, or a court upholds it
	amended            // it is changed
	postponed          // its start or the end of its transition is moved
	rejected           // it was proposed and will not come
	repealed           // it is repealed or lifted
	stages
)

func (s stage) String() string {
	return [...]string{
		"", "proposed", "consultation", "introduced", "passed", "gazetted", "in-force", "guidance", "licensing", "enforcement",
		"restated", "amended", "postponed", "rejected", "repealed",
	}[s]
}

// isStep reports whether a rule change gets to the stage, and does not have it while it applies.
func (s stage) isStep() bool { return proposed <= s && s <= inForce || s >= amended }

// stageOf returns the stage with a name, or noStage.
func stageOf(name string) stage {
	for s := proposed; s < stages; s++ {
		if s.String() == name {
			return s
		}
	}
	return noStage
}

// Stages returns the names of the stages of a rule change, the earliest first.
func Stages() []string {
	var names []string
	for s := proposed; s < stages; s++ {
		names = append(names, s.String())
	}
	return names
}

// strong is the weight of words that mean almost nothing else. A stage needs at least
// one of them.
const strong = 2

// A stagePhrase is a list of phrases with the stage that they indicate.
type stagePhrase struct {
	stage   stage
	weight  int
	phrases string
}

// stagePhrases returns the phrases that indicate a stage, with their weight: strong,
// or 1 for words that also occur in passing.
func stagePhrases() []stagePhrase {
	return []stagePhrase{
		{proposed, strong, "to discuss,to debate,to vote on,panel backs,committee backs,backs bill,proposes,proposed,propose,proposing,could ban,may ban,might ban,time to ban,should ban,wants to ban,advances bill,advance bills,advances,submitted a bill,proposal,proposals,draft law,draft bill,draft rules,draft regulations,bill to,bill that,bill would,introduces bill,introduced a bill,drafting," +
			"尋求,草案,擬,推進法案,推動法案,提出法案,擬議,建議稿,設想,擬推,擬於,擬將,擬禁,擬立法,提案,提議,醞釀,研究推出,有意,考慮,籌備"},
		{proposed, strong, "warms to,warm to,warming to,eyes,eyeing,moots,floats,toys with,gears up,paves the way,draws up,drawing up,recommends banning,研擬,構想,倡議立法"},
		{proposed, 1, "backs plan,urge,push to,push for,pushes to,pushes for,seek to,plan to,plans to,move to,moves to,needs to,wants to,want to,calls for,call for,called for,calling for,urges,urged,weigh,weighed,consider,mull,submits,mulls,mulling,weighs,weighing,considers,considering,preparing,intends to,seeks to,建議,plan,plans,planning,planned,may,might,could,would,bill,lawmakers,pushes,push for,want,wants,explore,explores,exploring,reportedly considering,intention,debate,debates,vows to," +
			"法案,計劃,有望,或將,或推,料將,研究,呼籲,倡議,探索,推動,討論,爭取"},
		{consultation, strong, "consultation,consults,consult on,consulting on,public comment,public comments,comment period,seeks comment,seeks comments,seeking comments,seeking feedback,seeks feedback,invites comments,invites views,seeks views,seek views,asks for views,call for evidence,request for comment,notice of proposed rulemaking," +
			"徵求意見,公眾諮詢,諮詢文件,展開諮詢,諮詢期,徵求公眾意見,公開徵求,徵詢,徵求社會意見,諮詢公眾,意見稿"},
		{licensing, strong, "principle approval,in principle approval,原則性批准,原則批准,stablecoin licences,stablecoin licenses,stablecoin licence,stablecoin license,issuer licence,issuer license,issuer licences,issuer licenses,穩定幣牌照,發行人牌照,licence application,license application,licence applications,license applications,licence applicants,license applicants,licensees,licensee,licence holders,license holders,register of licensed," +
			"牌照申請,獲發牌,首批發行人"},
		{licensing, 1, "licence,licences,license,licenses,licensed,licensing,applicant,applicants,application,applications,sandbox,發牌,持牌,許可,執照,申請,牌照,沙盒"},
		{enforcement, strong, "restriction notice,termination order,stop order,closure order,prison,jails,reprimands,reprimanded,censures,penalises,penalizes,arrest,arrests,arrested,detain,detains,detained,raid,raids,raided,indicted,sentenced,jailed,convicted,prosecuted,prosecution,prosecutors,seizes,seized,cracks down,cracked down,busts,busted,shuts down,shut down,cease and desist,taken away," +
			"拘捕,被捕,逮捕,刑拘,拘留,警方,查處,查封,罰款,檢控,判刑,判處,搗破,打擊,突襲,清剿,查獲,沒收,扣押,關停,勒令,偵破,帶走,取締,突擊搜查,搜查,落網,案件"},
		{enforcement, 1, "police,crackdown,warns,warning,warned,investigation,investigates,probe,penalty,violations,enforcement,警告,提醒公眾,涉嫌"},
		{repealed, strong, "lifts ban,repeals,repealed,ends ban,ends its ban,no longer banned,legalises,legalizes," +
			"解禁,取消禁令,廢除,廢止"},
		{passed, strong, "becomes law,became law,signed into law,三讀通過"},
		{passed, 1, "passed,passes,enacted,approved,通過"},
		{gazetted, strong, "gazetted,gazettal,刊憲"},
		{restated, 1, "reiterates,reiterated,reaffirms,重申"},
		{inForce, strong, "pulls the plug,pull the plug,shuts the door,shut the door,slams the door,closes the door,clamps down,clamp down,clampdown,bans on,bars,kicks out,off limits," +
			"全面封禁,封禁,禁絕,全面叫停"},
		{inForce, strong, "become an offence,becomes an offence,become a crime,becomes a crime,become illegal,becomes illegal,criminalises,criminalizes,makes it an offence,makes it illegal,to ban,will ban,banned in,banned as,banned by,are banned,is banned,to outlaw,will prohibit,prohibits,outlaws,banned from,imposes ban,imposes,officially bans,orders halt,prohibition,halts,suspends,forbids,ban takes effect,into force,takes effect,take effect,took effect,came into effect,comes into effect,entered into force,went into effect,took force,commences,commenced,commencement,now in force,effective from," +
			"叫停,禁止,全面禁止,不准,不得,明令,嚴禁,生效,施行,實施,上路,正式實施,封殺"},
		{inForce, 1, "bans,ban,banned,illegal,in force,ordinance,notice,circular,條例,公告,通知,違法,非法"},
	}
}

// stageWeights returns how strongly a sentence indicates each stage. A sentence about
// an earlier year is background, and denied phrases do not count.
func (s sentence) stageWeights(year int) (weights [stages]int) {
	if s.isPast(year) {
		return weights
	}
	if s.hasSense(permits, 0, len(s.tokens)) && s.hasSense(seeks, 0, len(s.tokens)) {
		weights[licensing] = strong
	}
	for _, m := range s.matches {
		if s.hasSense(denies, max(0, m.first-2), m.first) {
			continue
		}
		if m.weights[enforcement] > 0 && s.word(m.end) == "的" {
			continue // 其查獲的代幣
		}
		for st, weight := range m.weights {
			weights[st] = max(weights[st], weight)
		}
	}
	// What a proposal forbids is not in force, and what may be forbidden is a
	// proposal.
	if weights[proposed] > 0 {
		if weights[inForce] == strong && !s.hasSense(effect, 0, len(s.tokens)) {
			weights[proposed] = strong
		}
		weights[inForce] = min(weights[inForce], strong-weights[proposed])
	}
	return weights
}

// isPast reports whether a sentence is about a year before that of publication.
func (s sentence) isPast(published int) bool {
	y := s.year()
	return y > 0 && y < published
}

// year returns the last year in a sentence, or 0.
func (s sentence) year() int {
	for i := len(s.tokens) - 1; i >= 0; i-- {
		if y := s.running().Year(i); y > 0 {
			return y
		}
	}
	return 0
}

// The weights of the parts of a text: words of the headline count more than those of
// the last paragraph.
const (
	titleWeight   = 3
	leadWeight    = 2
	leadWords     = 150
	reportWords   = 60 // of the body, in which a sentence says what the article reports
	maxRestScore  = 4  // of the rest of the body
	minStageScore = 4  // needed for a stage
)

// scores are the sums of the weights of the sentences for each stage.
type scores struct {
	leading   [stages]int // of the title and the lead
	rest      [stages]int // of the rest
	hasStrong [stages]bool
}

// only returns the weights of a sentence that reports one stage.
func only(st stage) (weights [stages]int) {
	weights[st] = strong
	return weights
}

// add counts a sentence of the title or the lead.
func (s *scores) add(weights [stages]int, weight int) {
	for st, w := range weights {
		s.leading[st] += weight * w
		s.hasStrong[st] = s.hasStrong[st] || w == strong
	}
}

// addRest counts a sentence of the rest, where enforcement is background.
func (s *scores) addRest(weights [stages]int) [stages]int {
	weights[enforcement] = 0
	for st, w := range weights {
		s.rest[st] = min(s.rest[st]+w, maxRestScore)
		s.hasStrong[st] = s.hasStrong[st] || w == strong
	}
	return weights
}

// best returns the stage with the highest score. If scores are equal, the narrower
// stage wins: consultations are about proposals, and licences are granted under a rule
// in force.
func (s scores) best() stage {
	if s.hasStrong[consultation] && s.leading[consultation] >= minStageScore {
		s.leading[consultation] += s.leading[proposed]
	}
	best, most := noStage, minStageScore-1
	for _, st := range []stage{
		consultation, rejected, repealed, postponed, restated, enforcement, guidance, introduced, gazetted, passed, amended, licensing, proposed, inForce,
	} {
		if score := s.leading[st] + s.rest[st]; s.hasStrong[st] && s.leading[st] > 0 && score > most {
			best, most = st, score
		}
	}
	return best
}
