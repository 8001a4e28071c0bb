package events

import (
	"slices"
	"sync"
)

// The senses of verbs and nouns that together report a stage: "passes" and "bill". They
// have a lexicon of their own, because its phrases are cut in other places, and so their
// bits are those of other senses there.
const (
	alone       sense = 1 << iota // reports the stage of the phrase, whatever the other words
	passes                        // adopts a law
	introduces                    // brings a draft before a parliament
	issues                        // publishes a document
	postpones                     // moves a start
	prolongs                      // moves an end
	undoes                        // ends a rule, or gives up a plan
	voids                         // ends a rule, if a court does it
	rejects                       // decides against a draft
	restates                      // says again that a rule stands
	amends                        // changes a rule
	warns                         // warns of somebody
	orders                        // orders somebody to do something
	draft                         // a law that is not passed
	plan                          // any other plan
	rule                          // a rule that may be in force
	prohibition                   // a rule that forbids
	stance                        // what an authority holds
	guide                         // a document that explains a rule
	finalRule                     // the last version of a rule
	launch                        // a start, or what starts
	term                          // a period or its end
	firm                          // somebody who is supervised
	illicit                       // what somebody does without a licence, or a fraud
	authority                     // somebody who supervises
	court                         // a court
	challenge                     // a case against a rule
	modal                         // what follows is planned or asked for
	decides                       // "to" after it is no plan
	hedges                        // makes the rest of a clause background
	consults                      // an invitation to comment
	applies                       // takes effect
	begins                        // starts to apply a rule
	widens                        // makes a rule apply to more
	shuts                         // closes somebody down
	forbids                       // forbids somebody to do something
	keeps                         // leaves a prohibition as it is
	asks                          // asks firms to do something
	fines                         // punishes, or a punishment
	obliges                       // orders many to do something
	accuses                       // takes somebody to court
	settles                       // ends a case by agreement
	probes                        // investigates
	lists                         // puts somebody on a list
	stops                         // stops a firm
	halt                          // what somebody is ordered to do
	opens                         // starts a consultation
	obtains                       // gets a licence
	seeksPermit                   // asks for a licence
	grants                        // gives a licence
	permit                        // a licence, or what leads to one
	approves                      // lets a firm do something
	clarifies                     // says how a rule is meant
	regulates                     // what rules do: allows, requires
	sets                          // makes a rule
	committee                     // part of a parliament
	advances                      // helps a draft on
	lawmaker                      // a parliament, a government or one of its members
	legislature                   // a parliament, its chambers and members
	country                       // that does something: Spain bans
	outsider                      // somebody without the power to make rules
	says                          // an opinion, if somebody private has it
	market                        // prices and trading
	product                       // what firms and networks make

	skipped sense = 0 // a word that contains another, which then is not read
)

// public are those who can make rules or enforce them.
const public = authority | court | lawmaker | country | committee

// A stageWords is a list of phrases, in any script, with what they mean.
type stageWords struct {
	means   sense
	stage   stage // of phrases that report it by themselves
	phrases string
}

// stageLexicon has the verbs and nouns of stages. It is compiled at its first use and never
// changed, like legalLexicon.
var stageLexicon = sync.OnceValue(newStageLexicon)

func newStageLexicon() lexicon {
	l := make(lexicon)
	for _, j := range jurisdictions() {
		for _, name := range j.names {
			if name != "US" { // also a pronoun
				l.add(name, country, noStage, 0)
			}
		}
	}
	for _, p := range slices.Concat(stageVerbWords(), stageLoneWords(), stageNounWords(), stageActorWords()) {
		l.add(p.phrases, p.means, p.stage, strong)
	}
	return l
}

// stageVerbWords returns the verbs, and what changes their meaning.
func stageVerbWords() []stageWords {
	return []stageWords{
		{passes, noStage, `
			pass, passes, passed, approves, approve, approved, adopts, adopt, adopted, enacts, enact, enacted,
			clears, cleared, signs, signed, signed into law, signs into law, ratifies, ratified, green lights,
			greenlights, gives final approval to, votes for, voted for, votes through, voted through, votes to adopt,
			wins approval, wins final approval, gives final nod to, give final approval to, okays, signs off on,
			signed off on, sails through, sailed through, wins passage, gets through, rubber stamps, endorsed,
			green lit, gives its blessing to, votes in favour of, votes in favor of, voted in favour of,
			voted in favor of, vote through, vote to adopt, gives final green light, gives green light to,
			green light to bill,
			通過, 表決通過, 三讀通過, 審議通過, 獲通過, 獲得通過, 獲批准, 批准, 核准, 簽署, 三讀, 核定, 拍板, 過關,
			點頭, 放行, 審定, 簽發, 審結, 敲定, 准予, 首肯`},
		{introduces, noStage, `
			introduces, introduced, introduce, tables, tabled, files, filed, submits, submitted, presents, presented,
			unveils, unveiled, puts forward, brings forward, brings, brought, proposes, proposed, propose,
			reintroduces, reintroduced, sponsors, sponsored, lodges, lodged, lays, laid,
			揭示, 提交, 提出, 呈交, 遞交, 送交, 提請, 報請, 函送, 送進, 送入, 送審, 呈遞, 提呈, 上呈, 推出`},
		{issues, noStage, `
			unveil, issues, issued, issue, publishes, published, publish, releases, released, release, unveils,
			unveiled, announces, announced, adopts, adopted, adopt, sets out, set out, rolls out, lays down,
			puts out, put out, circulates, circulated, sends, sent, send, sends out, writes to,
			發佈, 公佈, 發出, 印發, 刊發, 推出, 出台, 頒佈, 下發, 發表, 刊出, 制定, 公開, 發布了, 訂定, 出爐, 制訂,
			編製, 編制, 印製`},
		{postpones, noStage, `
			shelves, shelved, shelve, delays, delayed, delay, postpones, postponed, postpone, pushes back,
			pushed back, push back, puts off, put off, puts back, put back, defers, deferred, defer, holds off,
			puts on hold, put on hold, postponement, slips to, slip to, slipped to, moves back, moved back,
			kicks back, suspends implementation of, on hold, on ice, on pause,
			推遲, 延遲, 延後, 押後, 暫緩, 延期, 順延, 緩施, 展延, 延至, 推遲至, 延後至, 延期至,
			押後至, 往後延, 延後到, 推遲到, 延期到, 押後到, 延到, 延續, 遞延, 改期, 暫不實施,
			暫緩實施, 暫緩執行, 暫不執行, 再延, 展延至, 順延至, 緩期, 拖延, 推後, 推後至, 延續實施,
			延續執行, 暫不上路, 延後上路, 擱置`},
		{prolongs, noStage, `
			extends, extended, extend, prolongs, lengthens,
			延長, 展期, 延續, 展延, 延續實施, 延續執行, 延長至, 延至`},
		{undoes, noStage, `
			lifts, lifted, lift, repeals, repealed, repeal, scraps, scrapped, scrap, revokes, revoked, revoke,
			rescinds, rescinded, rescind, abolishes, abolished, abolish, overturns, overturned, rolls back,
			rolled back, ends, ended, removes, removed, drops, dropped, drop, withdraws, withdrew, withdraw,
			withdrawn, does away with, did away with, reverses, reversed, abandons, abandoned, shelves, shelved,
			pulls, unwinds, unwind, reverse, end, remove, abandon, shelve, pull, cancel, cancels, cancelled,
			canceled, strips, stripped, surrenders, surrendered, loses, lost, ditches, ditched, ditch, axes, axed,
			axe, bins, binned, tears up, tore up, discards, discarded, nullifies, unbans, phases out, walks back,
			walked back, backtracks on,
			廢除, 解除, 撤銷, 取消, 廢止, 推翻, 撤回, 放棄, 擱置, 終止, 收回, 註銷, 吊銷, 交回, 廢, 撤除, 廢掉,
			取締令, 廢除了, 刪除, 不再實施, 不再執行, 停止執行, 停止實施, 終止執行, 停止適用, 喊停, 撤換, 全部取消,
			全面取消`},
		{voids, noStage, `
			strikes down, struck down, blocks, blocked, block, halts, halted, suspends, suspended, annuls, annulled,
			invalidates, invalidated, pauses, freezes, quashes, quashed,
			裁定無效, 判無效, 宣告無效, 判違憲, 裁定違憲, 暫停執行, 阻止, 暫停, 中止`},
		{rejects, noStage, `
			rejects, rejected, reject, rejection, says no to, votes down, vote down, voted down, votes against,
			voted against, vote against, throw out, turn down, strike down, vetoes, vetoed, veto, defeats, defeated,
			defeat, kills, killed, throws out, threw out, thrown out, turns down, turned down, dismisses, dismissed,
			fails to pass, failed to pass, fails, failed, dies, refuses to pass, denies, denied, deny, blocked by,
			buries, buried, bury, snuffs out, shoots down, shot down, scuttles, scuttled, torpedoes, nixes, nixed,
			tosses, tossed, tosses out, tossed out, turns away, turned away, rebuffs, rebuffed, spurns, spurned,
			declines, declined, refuses to hear, won t hear, will not hear, will not take up, won t take up,
			decides against, decided against, opts against, opted against, rules out, ruled out, moves to close,
			closes door on, falls short, fell short, bins, sinks, sank, strikes out, struck out, refuses to back,
			refuses to support, stops short of,
			否決, 駁回, 拒絕, 未獲通過, 不獲通過, 未能通過, 未通過, 不予通過, 遭否決, 投票反對, 拒批, 不獲批, 不批准,
			阻擋, 受阻, 闖關失敗, 失敗, 觸礁, 流產, 胎死腹中, 拒設, 拒絕設立, 拒絕引入, 拒絕採納, 不獲接納, 不予採納,
			不獲採納, 未獲採納, 不採納, 未予採納, 不接納, 未被採納, 未獲接納, 表決不過, 未過半數, 未過半, 票數不足,
			無意推出, 無意引入, 無意設立, 無意開徵, 無意徵收, 無意立法, 無意制定, 無意制訂, 無計劃推出, 無計劃引入,
			無計劃設立, 無計劃徵收, 沒有計劃推出, 沒有計劃引入, 沒有計劃設立, 沒有計劃徵收, 不會推出, 不會引入,
			不會設立, 不會徵收, 不擬推行, 不擬引入, 不考慮引入, 打退堂鼓, 遭封殺, 遭退回, 投下反對票, 不受理,
			不予受理, 說不, 封殺, 暫不考慮, 不考慮, 打回票, 打槍, 回絕, 婉拒, 擋下, 投反對票`},
		{restates, noStage, `
			reiterates, reiterated, reiterate, reaffirms, reaffirmed, reaffirm, restates, restated, upholds, upheld,
			uphold, maintains, maintained, stands by, stand by, sticks to, stick to, repeats, refuses to lift,
			declines to lift, rules out lifting, ruled out lifting, leaves in place, keeps in place,
			rejects calls to lift, rejects call to lift, confirms validity of, affirms, affirmed, affirm, backs,
			back, backed, sides with, stands behind, stood behind, remains in force, remain in force,
			remains in effect, remain in effect, remains in place, remain in place, still in force, still applies,
			still apply, still stands, still stand, stay in force, stays in force, stays in place, lets stand,
			let stand, leaves intact, leave intact, left intact, no change to, no changes to, has not changed,
			have not changed, hasn t changed, haven t changed, unchanged, stands firm, stood firm, holds firm,
			held firm, stands pat, holds the line, held the line,
			重申, 維持, 再次強調, 再度強調, 堅持, 再次明確, 確認有效, 力挺, 支持, 捍衛, 再申,
			再次表明, 再次重申, 申明, 確認, 沒有變化, 沒有任何變化, 沒有改變, 並未改變, 並無改變,
			未有改變, 未改變, 不會改變, 無變, 未變, 沒有變, 依然有效, 仍然有效, 繼續有效, 仍然適用,
			繼續適用, 依然適用, 維持不變, 保持不變, 未作調整, 未有調整, 沒有調整, 未作任何調整, 照舊,
			一直有效, 保持高壓, 維持高壓`},
		{amends, noStage, `
			amends, amended, amend, revises, revised, revise, updates, updated, update, tightens, tightened, tighten,
			eases, eased, ease, relaxes, relaxed, relax, loosens, loosened, overhauls, rewrites, narrows, narrowed,
			narrow, waters down, watered down, water down, softens, softened, soften, scales back, scaled back,
			scale back, tweaks, tweaked, tweak, modifies, modified, modify, lowers, lowered, lower, raises, raised,
			raise, halves, halved, doubles, doubled, cuts, cut, trims, trimmed, reduces, reduced, simplifies,
			simplified, streamlines, streamlined, strengthens, strengthened, toughens, toughened, adjusts, adjusted,
			reworks, reworked, rewrite, rewriting, expands scope of,
			修訂, 修改, 修正, 更新, 收緊, 放寬, 調整, 縮窄, 縮小, 下調, 上調, 調高, 調低, 調升, 調降, 減半, 鬆綁,
			修正發布, 修正公布, 修正公佈, 改寫, 加嚴, 從嚴, 調減, 調增, 新修訂, 經修訂, 修訂版, 修訂後, 修正後, 改為,
			新版, 壓減, 擴大適用範圍, 收窄, 縮短, 放寬至, 減至, 降至, 降為`},
		{applies, noStage, `
			takes effect, take effect, taking effect, took effect, comes into force, come into force,
			came into force, comes into effect, come into effect, came into effect, comes into operation,
			come into operation, enters into force, enter into force, entered into force, goes into effect,
			go into effect, went into effect, now apply, now applies, now apply to, now in force, now in effect,
			in effect now, kick in, kicks in, kicked in, begins to apply, begin to apply, starts to apply,
			applies from, apply from, becomes mandatory, become mandatory, becomes compulsory, become compulsory,
			now mandatory, now compulsory, goes live, go live, went live, is now an offence, is now an offense,
			now an offence, now an offense, now illegal, must now, now required to, now must, now need to,
			takes hold,
			生效, 施行, 正式實施, 上路, 啟用, 起實施, 起施行, 起執行, 起適用, 起生效, 開始實施, 開始施行, 開始執行,
			開始適用, 開始實行, 正式執行, 正式啟用, 正式施行, 正式上路, 起正式, 今起實施, 起徵, 開徵, 起跑, 實施首日,
			生效首日, 起須, 起必須, 起不得, 起一律`},
		{begins, noStage, `
			enforce, enforces, implement, implements, start enforcing, starts enforcing, begin enforcing,
			begins enforcing, rolls out, roll out, phases in,
			執行, 實施, 落實, 推行, 啟動`},
		{widens, noStage, `
			expands, expanded, expand, extends, extended, extend, broadens, widens,
			擴大, 擴展, 延長`},
		{keeps, noStage, `
			keeps, keep, kept, retains, retained, leaves, renews, renewed, continues, continue, stays,
			remains in place, stays in place, remains in force`},
		{forbids, noStage, `
			ban, bar, outlaw, prohibit,
			禁止, 全面禁止, 封禁, 嚴禁, 明令禁止`},
		{shuts, noStage, `
			takes down, took down, shuts, shuts down, shut down, closes, closed, close, terminates, terminated,
			dismantles, dismantled, raids, raided, busts, halts, halted, disconnects, seizes, dissolves, dissolve,
			dissolved, strikes off, strike off, struck off, winds up, wind up, wound up, dismantle, blocks access to,
			bust, busted, disrupts, disrupted, take down,
			關閉, 關停, 取締, 查封, 搗破, 打擊, 查獲, 清退, 封鎖, 解散, 除名, 強制清盤, 端掉,
			剿破, 偵破, 破獲, 摧毀, 瓦解, 下架, 拆除, 接管`},
		{warns, noStage, `
			warns, warned, warn, issues warning, issued warning, issues a warning, issued a warning, alerts, alerted,
			flags, warning over, warning about, warning against, cautions, cautioned, blacklists, blacklisted, adds,
			added, issues alert, issued alert, issues alert on, issues alert about, warnings against, warnings over,
			warnings about, issues warnings, issued warnings, sounds alarm on, sounds alarm over, sounded alarm,
			red flags, flagged, blacklist,
			警告, 提醒, 警示, 提示, 呼籲慎防, 提醒市民, 提醒公眾, 點名, 列入, 示警, 告誡, 籲慎防,
			籲市民, 呼籲市民, 呼籲公眾`},
		{orders, noStage, `
			orders, ordered, instructs, instructed, directs, directed, commands, tells, told,
			責令, 勒令, 下令, 飭令, 命令, 通知要求, 喝停, 喝令, 強令, 強制要求, 下令要求`},
		{modal, noStage, `
			may, might, could, should, would, plans to, plan to, planned to, planning to, wants, want, seeks,
			wants to, want to, seeks to, seek to, aims to, considers, consider, considering, weighs, weigh, weighing,
			mulls, mulling, urges, urge, urged, calls for, call for, called for, calls on, called on, calls to,
			proposes, propose, recommends, recommend, to review, reviews, proposing, proposed to, proposed that,
			push to, pushes to, pushes for, bid to, hopes to, likely to, intends to, debates, debate, ponders, eyes,
			asks, asked, aimed at, if, whether, bill to, bill that, plan for, demand, demands, petition, ready to,
			plans, planned, agree to, agrees to, agree on, agrees on, agree, agrees, back, backs, support, supports,
			pushes, push, pushing, readies, prepares, drafts, drafting, set to block, set to ban, set to pass,
			set to approve, set to vote, to vote on, vote on, negotiate, negotiates, discuss, discusses, reach deal,
			strike deal, explores, explore, vows, vows to, seeking, signals openness to, signals openness, open to,
			is open to, hints at, to propose, to draft, drafted, is drafting, to prepare, preparing, prepare,
			develops, developing, to develop, works on, working on, to unveil, sets sights on, mulled, toys with,
			floats, floated, planning, plots, looks to, looking to, look to, readying, gearing up to, gears up to,
			would allow, promises to, pledges to, pledged to, promise to, eyeing, contemplates, studying, studies,
			examines whether, in talks to, considers whether, hopes, commits to, rethinks, rethink, to rethink,
			revisits, revisit, to revisit, to overhaul, orders review, orders review of, orders study,
			正在為, 提出將, 提出擬, 提議將, 擬, 可能, 試圖, 企圖, 欲, 力推, 力促, 或, 有望, 考慮, 建議, 呼籲, 料,
			計劃, 研究, 探討, 促, 促請, 倡議, 有意, 或將, 提議, 擬議, 醞釀, 將考慮, 希望, 爭取, 預計, 要求, 尋求,
			推動, 期望, 距, 距離, 接近, 有待, 臨近, 討論, 同意, 談判, 審議, 瞄準, 籌備, 準備, 敦促, 支持, 協議, 推進,
			將投票, 將就, 起草, 起草中, 研議, 研擬, 規劃, 評估, 檢討, 不排除, 打算, 籌劃, 構思, 力爭, 將推, 將推出,
			將制定, 將修訂, 將立法, 將研究, 將提出, 著手, 正研究, 研究中, 盼, 有意推, 醞釀中, 主張, 提倡, 提倡議,
			建議修, 將會推出, 目標於, 擬於, 打算讓, 擬開放, 盤算, 著手研擬, 醞釀推, 正籌備`},
		{decides, noStage, `
			votes, voted, vote, agrees, agreed, agree, decides, decided, decide, resolves, resolved, chooses, chose,
			opts, state, states, country, nation, city`},
		{hedges, noStage, `
			as, after, following, since, while, despite, amid, before, though, although, which, because, when, where,
			whose, until, unless, who, previously, last year, earlier this year, ahead of, in response to,
			in wake of, in the wake of, thanks to, as us, after us, while us,
			去年, 此前, 早前, 曾, 曾經, 雖然, 儘管, 自從, 早於, 先前, 隨著, 因, 由於, 面臨, 鑑於, 若, 一旦, 如果`},
		{fines, noStage, `
			fines, fine, sanctions, to pay, must pay, agrees to pay, agreed to pay, will pay, has to pay, penalty,
			penalties, charges,
			制裁`},
		{obliges, noStage, `
			orders, ordered, requires, requiring, instructs, directs, tells,
			要求, 責成, 規定, 下令`},
		{accuses, noStage, `
			charges, charge, sues, sue, sued, accuses, accused, alleges, takes to court, to court,
			files lawsuit against, files suit against, files charges, launches action against,
			files complaint against, filed complaint against, files case against, brings case against,
			brings charges against, brings charges, filed charges, filing charges, pursues, goes after, prosecute,
			takes action against, took action against, takes legal action against,
			起訴, 指控, 控告, 提起訴訟, 提訴, 告上法院, 提告, 追究, 追訴, 狀告, 訴訟, 提起公訴, 公訴`},
		{settles, noStage, `
			settles, settled, to settle, settle charges, reach settlement, reaches settlement, reached settlement,
			settlement with, settlement over, settle with, settle case, settle lawsuit, agrees settlement,
			reaches deal with, settles with, consent order, secured settlement, secures settlement,
			million settlement, plea deal, settle,
			和解, 達成和解, 認罪協議`},
		{probes, noStage, `
			investigates, investigate, investigated, investigating, investigation into, probes, probing,
			opens investigation, opens probe, launches investigation, launches probe, probe into, inquiry into,
			probe, looks into, looking into, look into, looking at, examines, examining, scrutinises, scrutinizes,
			scrutinizing, launches probe into, inquiry, seeks information from, requests information from,
			demands answers from, demands information from, summons,
			調查, 偵查, 徹查, 約談, 排查, 專項檢查, 盤問, 傳喚, 搜索`},
		{lists, noStage, `
			adds, added, names, named, includes, include, included, blacklists, places, placed, puts, lands on,
			landed on, added to, placed on, put on, ends up on,
			列入, 納入, 點名`},
		{stops, noStage, `
			suspends, suspended, suspend, blocks, blocked, block, restricts, restricted, bars, barred, expels,
			freezes, froze, kicks out, ejects, delists,
			暫停, 封鎖, 屏蔽, 喝停, 封禁, 勒停, 下架`},
		{opens, noStage, `
			launch, launches, launched, open, opens, opened, begins, began, starts, started, issues, publishes,
			releases,
			展開, 啟動, 開展, 發表, 發布, 推出, 進行`},
		{obtains, noStage, `
			nears, near, secures, secured, secure, wins, won, win, receives, received, receive, obtains, obtained,
			obtain, gains, gained, gain, gets, got, get, lands, landed, nabs, bags, joins, joined, granted, awarded,
			earns, earned, scores, enters, admits, admitted, admit, picked, picks, selected, selects, chosen,
			accepted, accepts, clinches, nets, attains, acquires, notches, completes, scoops, picks up, snags,
			snagged, list expands with,
			獲, 獲得, 取得, 拿到, 獲批, 獲發, 獲頒, 領取, 入選, 拿下, 贏得, 獲選, 獲准進入, 進入, 獲頒發, 獲授予,
			獲核發, 獲得了, 領到, 通過審查, 斬獲, 喜提, 奪得`},
		{seeksPermit, noStage, `
			applies for, apply for, applied for, applying for, files for, filed for, files, filed, refiles, refile,
			submits, submitted, seeks, seek, sought, seeking, files applications, files application,
			second attempt at, pursues, pursuing, pursue, angling for, race for, races for, vies for, queue for,
			queues for, wants to apply for, plans to apply for, reapplies for, in talks for, lines up, hopes for,
			makes bid for,
			申請, 提交, 遞交, 重新提交, 尋求, 申領, 申辦, 申報, 補件, 競逐, 爭奪, 爭取, 申請取得,
			角逐`},
		{grants, noStage, `
			grants, granted, grant, issues, issued, issue, awards, awarded, approves, approved, approve, gives, gave,
			hands, handed, hands out, gives out, dishes out, renews, renewed, accepts, accepted, approving, granting,
			issuing,
			發出, 頒發, 批出, 發放, 批准, 授予, 核發, 發給, 派發, 核准, 派出, 再批, 獲批, 接受,
			受理`},
		{approves, noStage, `
			approves, approved, approve, clears, cleared, greenlights, green lights,
			批准, 核准`},
		{clarifies, noStage, `
			clarifies, clarify, clarified, spells out, declare, declares, explains, details how, explains how,
			sets out how, spells out how, outlines how, details when, explains when, reminds, reminded, insists,
			interprets, interpreted, lays out how, tells firms, says firms, defines when, are not securities,
			are securities, is a security, is not a security, not a security, aren t securities, not securities,
			count as securities, not crypto assets, explains why, explained, sets out expectations,
			sets expectations, no action relief, takes no action position, will not pursue action,
			won t pursue action, no action, spelled out,
			釐清, 闡明, 說明, 說明如何, 解釋如何, 詳解, 釋疑, 講解, 不屬於證券, 屬於證券, 不屬證券,
			屬證券, 並非證券, 不是證券, 不會採取行動, 不採取行動, 詳述, 解答, 澄清, 解讀, 答問,
			答記者問, 發函, 致函, 教路, 教納稅人, 說清楚, 說分明, 提醒如何, 講清, 明確了, 作出說明,
			一圖看懂, 圖解`},
		{regulates, noStage, `
			bans, bars, block, allow, allows, let, lets, permit, require, requires, restrict, restricts, limit, cap,
			exempt, exempts, define, defines, treat, recognise, recognises, recognize, recognizes, criminalise,
			criminalize, impose, imposes, mandate, mandates, curb, regulate, regulates, tax, outlaw, prohibit, ban,
			legalise, legalize, opens door to, opens door for, opens the door to, force, forces, subject to,
			禁止, 徵稅, 課稅, 開徵, 規管, 允許, 准許, 規範, 限制, 承認, 視為, 豁免, 立法, 合法化,
			強制, 納入監管, 加強監管, 放行, 封殺, 開放, 納管, 列管, 准予, 納入規管`},
		{sets, noStage, `
			sets, set, imposes, imposed, places, enforces, enforced, lays down, brings in, brought in,
			設定, 實施, 設立, 施加, 訂定, 制訂, 劃定, 劃出, 設下`},
		{advances, noStage, `
			advances, advance, advanced, backs, backed, clears, cleared, approves, approved, passes, passed,
			votes for, sets a date to, sets date to, sets date for, sets a date for, schedules, to vote on, votes on,
			vote on, to mark up, marks up,
			推進, 支持, 通過, 放行`},
		{says, noStage, `
			says, say, said, warns, warn, warned, believes, argues, predicts, expects, backs, supports, slams,
			blasts, urges, urged, calls for, doubts, opposes, oppose, slam, blast, blasted, slammed, urge, argue,
			criticise, criticize, back, support, fears, thinks, sees, criticises, criticizes, praises, tells, told,
			sides with, lashes out, lashed out, sues, sue, makes push,
			表示, 稱, 說, 認為, 警告, 預測, 支持, 反對, 批評, 呼籲, 抨擊, 質疑, 看好, 告訴, 起訴, 稱讚`},
		{asks, noStage, `
			asks, asked, ask, urges, urged, urge, reminds, reminded, remind, advises, advised, advise, encourages,
			encouraged, calls on, called on, cautions, cautioned, tells, told, expects, recommends, recommended,
			warns, warned, instructs,
			提醒, 呼籲, 促請, 敦促, 籲, 建議, 叮囑, 提示, 告誡, 督促, 勸告, 鼓勵`},
		{skipped, noStage, `
			clears way, clear way, clears the way, paves the way, push back on, pushes back on, pushed back on,
			push back against, pushes back against, pushed back against, billed, as of, as payment, before tax,
			act as, acts as, in order, in order to, issue of, issue with, plan b, in case, court of, bring back,
			brings back, brought back, get back, hold back, comes back, come back, prison break, looking at price,
			warning signs, limited to, legal tender offer, clarity on, regulatory clarity, legal clarity, vote slips,
			bill slips, vote slides, drops below, drops to, drops out, sends shockwaves, year end, blocks of,
			block reward, block rewards, building blocks, anti money laundering, anti laundering, doubles down,
			double down, doubled down, cuts off, rates unchanged, rate unchanged,
			方法, 合法, 司法, 執法, 做法, 立法會, 立法院, 依法, 無法, 說法, 想法, 憲法, 看法,
			建議書, 詐騙指控, 刑事指控, 虛擬, 模擬, 通過率, 通過網絡, 通過互聯網, 目前, 或者, 經過,
			或之前, 推出市場, 以及, 資料, 原料, 難料, 物料, 涉及, 不過, 或以前, 或以上, 或以下,
			案例, 有罪不罰, 不得不, 指出, 指數, 登記冊, 批准率, 一審判決, 二審判決, 一審法院, 二審法院,
			一審宣判, 二審宣判, 一審判處, 二審維持, 材料, 燃料, 飲料, 準備率, 準備金率, 存款準備金,
			準備金, 行業領袖, 法幣, 反洗錢, 說不定, 說不清, 說不上, 風險管理, 管理指引, 利率不變,
			維持利率不變`},
	}
}
