package events

// stageLexicon has the verbs and nouns of stages. It is compiled once and never
// changed, like legalLexicon.
var stageLexicon = newStageLexicon()

func newStageLexicon() lexicon {
	l := make(lexicon)
	for _, j := range jurisdictions() {
		for _, name := range j.names {
			if name != "US" { // also a pronoun
				l.add(name, country, noStage, 0)
			}
		}
	}
	for _, p := range []struct {
		means   sense
		stage   stage // of phrases that report it by themselves
		phrases string
	}{
		{passes, noStage, `
			pass, passes, passed, approves, approve, approved, adopts, adopt, adopted, enacts, enact, enacted,
			clears, cleared, signs, signed, signed into law, signs into law, ratifies, ratified, green lights,
			greenlights, gives final approval to, votes for, voted for, votes through, voted through, votes to adopt,
			wins approval, wins final approval, gives final nod to, give final approval to,
			通過, 表決通過, 三讀通過, 審議通過, 獲通過, 獲得通過, 獲批准, 批准, 核准, 簽署, 三讀`},
		{alone, passed, `
			finalise, finalize, finalises, finalizes, finalised rules, finalized rules, becomes law, became law,
			become law, is now law, now law, is law, are law, votes to ban, vote to ban, voted to ban,
			votes to outlaw, voted to outlaw, deliver final rules, into law, one step away from becoming law,
			one step from becoming law, one signature away, heads to president, heads to governor, goes to governor,
			goes to president, sent to governor, sent to president, to president desk, to governor desk,
			heads to president desk, heads to governor desk, awaits signature, awaiting signature,
			awaits president signature, awaits governor signature,
			投票禁止, 表決禁止, 投票通過, 三讀通過, 簽署成為法律, 正式成為法律, 已成為法律, 現已成為法律, 定稿,
			送交總統簽署, 送總統簽署, 待總統簽署, 等待總統簽署, 只待總統簽署, 待州長簽署, 等待州長簽署, 送交州長簽署`},
		{introduces, noStage, `
			introduces, introduced, introduce, tables, tabled, files, filed, submits, submitted, presents, presented,
			unveils, unveiled, puts forward, brings forward, brings, brought, proposes, proposed, propose,
			揭示, 提交, 提出, 呈交, 遞交, 送交, 提請, 報請`},
		{alone, introduced, `
			passed a first reading, passes first reading, passed first reading, passed second reading,
			passes second reading, passed in first reading, final reading, final readings, clears key vote,
			clears first vote, first reading, second reading, clears committee, passes committee, clears key hurdle,
			clears first hurdle, clears hurdle, advances to, out of committee, committee stage, schedules markup,
			sets markup, schedules committee vote, sets committee vote, markup of,
			一讀, 首讀, 二讀, 首次審議, 初審, 付委`},
		{alone, guidance, "in new faq, in new faqs, in faq, in faqs, new faq, new faqs, new q a"},
		{alone, gazetted, `
			gazetted, gazettes, gazette, gazettal, published in the gazette, in the official gazette,
			in the federal register, in the official journal,
			刊憲, 刊登憲報, 憲報刊登, 憲報公佈, 憲報刊出, 在憲報, 刊登公報, 公報刊登`},
		{issues, noStage, `
			unveil, issues, issued, issue, publishes, published, publish, releases, released, release, unveils,
			unveiled, announces, announced, adopts, adopted, adopt, sets out, set out, rolls out,
			發佈, 公佈, 發出, 印發, 刊發, 推出, 出台, 頒佈, 下發, 發表, 刊出, 制定`},
		{postpones, noStage, `
			shelves, shelved, shelve, delays, delayed, delay, postpones, postponed, postpone, pushes back,
			pushed back, push back, puts off, put off, puts back, put back, defers, deferred, defer, holds off,
			puts on hold, put on hold, postponement, slips to, slip to, slipped to,
			擱置, 推遲, 延遲, 延後, 押後, 暫緩, 延期, 順延, 緩施, 展延, 延至, 推遲至, 延後至, 延期至, 押後至, 往後延,
			延後到, 推遲到, 延期到, 押後到`},
		{prolongs, noStage, `
			extends, extended, extend, prolongs, lengthens,
			延長, 展期`},
		{undoes, noStage, `
			lifts, lifted, lift, repeals, repealed, repeal, scraps, scrapped, scrap, revokes, revoked, revoke,
			rescinds, rescinded, rescind, abolishes, abolished, abolish, overturns, overturned, rolls back,
			rolled back, ends, ended, removes, removed, drops, dropped, drop, withdraws, withdrew, withdraw,
			withdrawn, does away with, did away with, reverses, reversed, abandons, abandoned, shelves, shelved,
			pulls, unwinds, unwind, reverse, end, remove, abandon, shelve, pull, cancel, cancels, cancelled,
			canceled, strips, stripped, surrenders, surrendered, loses, lost,
			廢除, 解除, 撤銷, 取消, 廢止, 推翻, 撤回, 放棄, 擱置, 終止, 收回, 註銷, 吊銷, 交回, 廢`},
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
			tosses, tossed, tosses out, tossed out,
			否決, 駁回, 拒絕, 未獲通過, 不獲通過, 未能通過, 未通過, 不予通過, 遭否決, 投票反對, 拒批, 不獲批, 不批准,
			阻擋, 受阻, 闖關失敗, 失敗, 觸礁, 流產, 胎死腹中`},
		{restates, noStage, `
			reiterates, reiterated, reiterate, reaffirms, reaffirmed, reaffirm, restates, restated, upholds, upheld,
			uphold, maintains, maintained, stands by, stand by, sticks to, stick to, repeats, refuses to lift,
			declines to lift, rules out lifting, ruled out lifting, leaves in place, keeps in place,
			rejects calls to lift, rejects call to lift, confirms validity of, affirms, affirmed, affirm, backs,
			back, backed, sides with,
			重申, 維持, 再次強調, 再度強調, 堅持, 再次明確, 確認有效, 力挺, 支持`},
		{amends, noStage, `
			amends, amended, amend, revises, revised, revise, updates, updated, update, tightens, tightened, tighten,
			eases, eased, ease, relaxes, relaxed, relax, loosens, loosened, overhauls, rewrites, narrows, narrowed,
			narrow, waters down, watered down, water down, softens, softened, soften, scales back, scaled back,
			scale back, tweaks, tweaked, tweak, modifies, modified, modify,
			修訂, 修改, 修正, 更新, 收緊, 放寬, 調整, 縮窄, 縮小, 下調`},
		{consults, noStage, `
			consultation, consultations, consultation paper,
			諮詢, 諮詢文件, 徵求意見`},
		{applies, noStage, `
			takes effect, take effect, taking effect, took effect, comes into force, come into force,
			came into force, comes into effect, come into effect, came into effect, comes into operation,
			come into operation, enters into force, enter into force, entered into force, goes into effect,
			go into effect, went into effect, now apply, now applies, now apply to, now in force, now in effect,
			in effect now, kick in, kicks in, kicked in, begins to apply, begin to apply, starts to apply,
			生效, 施行, 正式實施, 上路`},
		{begins, noStage, `
			enforce, enforces, implement, implements, start enforcing, starts enforcing, begin enforcing,
			begins enforcing,
			執行, 實施, 落實, 推行`},
		{widens, noStage, `
			expands, expanded, expand, extends, extended, extend, broadens, widens,
			擴大, 擴展, 延長`},
		{without, noStage, "未經, 未經由"},
		{alone, restated, `
			remain banned, remains banned, stay banned, stays banned, still banned, remain illegal, remains illegal,
			remain prohibited, remains prohibited, won t budge, will not budge, refuses to budge,
			仍屬違法, 仍屬非法, 仍然違法, 仍被禁止, 繼續禁止, 不為所動`},
		{keeps, noStage, `
			keeps, keep, kept, retains, retained, leaves, renews, renewed, continues, continue, stays,
			remains in place, stays in place, remains in force`},
		{alone, repealed, `
			legalises, legalizes, legalised, legalized, unbans, no longer banned, no longer bans,
			解禁, 解封`},
		{alone, postponed, `
			win another year, wins another year, get another year, gets another year, given another year,
			win extra year, get an extra year, gets an extra year, given an extra year, win more time, get more time,
			given more time, more time to comply, extra time to comply, win reprieve, wins reprieve, get reprieve,
			gets reprieve,
			寬限一年, 再寬限, 再延一年, 再延半年, 再延後, 往後延, 多一年準備`},
		{forbids, noStage, `
			ban, bar, outlaw, prohibit,
			禁止, 全面禁止, 封禁, 嚴禁, 明令禁止`},
		{shuts, noStage, `
			takes down, took down, shuts, shuts down, shut down, closes, closed, close, terminates, terminated,
			dismantles, dismantled, raids, raided, busts, halts, halted, disconnects, seizes, dissolves, dissolve,
			dissolved, strikes off, strike off, struck off, winds up, wind up, wound up,
			關閉, 關停, 取締, 查封, 搗破, 打擊, 查獲, 清退, 封鎖, 解散, 除名, 強制清盤`},
		{warns, noStage, `
			warns, warned, warn, issues warning, issued warning, issues a warning, issued a warning, alerts, alerted,
			flags, warning over, warning about, warning against, cautions, cautioned, blacklists, blacklisted, adds,
			added,
			警告, 提醒, 警示, 提示, 呼籲慎防, 提醒市民, 提醒公眾, 點名, 列入`},
		{orders, noStage, `
			orders, ordered, instructs, instructed, directs, directed, commands, tells, told,
			責令, 勒令, 下令, 飭令, 命令, 通知要求, 喝停`},
		{draft, noStage, `
			amendment, amendments, bill, bills, bill to, bill that, draft law, draft laws, draft bill, draft,
			legislation, resolution,
			法案, 草案, 議案, 條例草案, 決議案, 修正案, 修訂草案, 動議`},
		{plan, noStage, `
			proposal, proposals, proposal to, plan, plans, plan to, plans to, plan for, bid to, push to, petition,
			proposed ban, proposed rules, proposed rule, bid, idea, initiative, push, effort,
			提案, 建議, 計劃, 方案, 請願, 構想, 擬議`},
		{rule, noStage, `
			mica, tax, taxes, levy, law, laws, act, acts, ordinance, rule, rules, rulebook, regulation, regulations,
			regime, framework, requirement, requirements, directive, order, orders, decree, statute, code, measure,
			measures, notice, circular, sanctions, standards, condition, conditions, provision, provisions, standard,
			checks, obligation, obligations, mandate,
			稅, 監管要求, 儲備要求, 條例, 法例, 法律, 規則, 規定, 辦法, 制度, 措施, 通知, 公告, 規例, 新規, 法規,
			細則, 新制, 標準, 要求, 政策, 條文, 法令, 規範, 條件, 專法, 新法, 管理法, 牌照制, 法`},
		{prohibition, noStage, `
			cap, caps, limit, limits, ban, bans, prohibition, prohibitions, restriction, restrictions, moratorium,
			curbs, crackdown, bar, outlawing, controls, export controls, capital controls,
			禁令, 禁, 禁用, 限制, 封禁, 禁制, 禁止, 禁制令, 禁售令, 禁售, 禁止令, 管制, 出口管制`},
		{stance, noStage, `
			stance, ruling, decision, preventing, commitment, position, policy, policies, opposition, illegal,
			unlawful, warning, conviction, convictions, verdict, sentence, judgment, penalty, fine,
			立場, 態度, 原則, 違法, 非法, 不變, 不得, 打擊, 炒作, 定罪, 裁決, 判決`},
		{guide, noStage, `
			definitions, definition, interpretation, taxonomy, clarification, q a, q as, questions and answers,
			no action letter, staff statement, guidance, guideline, guidelines, faq, faqs, code of practice,
			handbook, explanatory note, supervisory statement, best practice, best practices, advisory,
			practice note, circular,
			指導, 指引, 指南, 通函, 常見問題, 問答, 摘要說明, 說明文件, 作業要點, 操作指引, 實務守則, 守則, 指導意見`},
		{finalRule, noStage, `
			final notice, final guidelines, final guidance, final rules, final rule, final regulations,
			final regulation, final standards, final standard, final framework, final regime, final requirements,
			final version, final text, final policy,
			最終規則, 最終版, 最終規定, 最終版本, 最終規例, 最終細則, 管理辦法, 管理條例, 管理規定, 實施細則,
			監管辦法, 監管條例, 暫行辦法, 業務規則, 正式規則, 正式文本, 最終文本, 最終條文`},
		{launch, noStage, `
			start, start date, launch, rollout, roll out, implementation, introduction, commencement, effective date,
			enforcement, licences, licenses, licensing, compliance, compliance date, deadline, deadlines, tax, levy,
			稅, 課徵, 實施, 生效, 施行, 執行, 上路, 推行, 開始, 發牌, 落實, 立法, 日期, 啟動, 限期`},
		{term, noStage, `
			deadline, deadlines, transition, transition period, transitional period, grace period, compliance period,
			compliance date,
			過渡期, 寬限期, 限期, 截止日期, 緩衝期`},
		{firm, noStage, `
			prediction market, prediction markets, exchange, exchanges, firm, firms, platform, platforms, company,
			companies, issuer, issuers, operator, operators, provider, providers, broker, brokers, trader, traders,
			app, apps, website, websites, dealer, dealers, farms, mines, miners, hubs,
			預測市場, 業者, 銀行, 平台, 礦場, 窩點, 據點, 公司, 交易所, 機構, 營運商, 經營者, 店舖, 找換店, 網站,
			企業, 發行人, 發行商`},
		{illicit, noStage, `
			unlicensed, unlicenced, unregistered, unauthorised, unauthorized, fake, bogus, fraud, fraudulent, scam,
			scams, illegal, impersonating, suspicious, without a licence, without a license, not licensed,
			not registered, clone, warning list, alert list, claiming, claims, purporting, public, investors,
			consumers, blacklist, watch list, watchlist, sanctions, sanctions list, scammers, scammer, fraudsters,
			phishing, impersonation, impostors,
			假稱, 聲稱, 自稱, 冒稱, 市民, 公眾, 投資者, 慎防, 提防, 無牌, 未獲授權, 未經許可, 未獲認可, 假冒, 冒充,
			詐騙, 騙局, 欺詐, 可疑, 非法, 未註冊, 未獲發牌, 未領牌, 未持牌, 偽冒, 虛假, 警示名單, 可疑名單, 制裁,
			制裁名單, 黑名單, 釣魚`},
		{authority, noStage, `
			regulator, regulators, watchdog, watchdogs, treasury, secretary, prosecutors, prosecutor,
			attorney general, ag, doj, justice department, irs, occ, fdic, fed, rbi, pboc, bank of england,
			bank of korea, ecb, acpr, austrac, fintrac, monetary policy, supervisors, authority, authorities,
			commission, central bank, hkma, sfc, fca, sec, mas, cftc, police, ministry, government, bureau, agency,
			supervisor, monetary authority, finma, bafin, fsa, fsc, amf, esma, eba, ofac, companies house, apra,
			tax office, tax agency, revenue service, registrar,
			金管局, 證監會, 當局, 央行, 人民銀行, 銀保監會, 金管會, 監管機構, 監管部門, 監管局, 商品期貨交易委員會,
			證券交易委員會, 司法部, 檢方, 檢察官, 檢察院, 美聯儲, 金融服務委員會, 金融廳, 稅務局, 外匯局, 證券委員會,
			管理局, 監管, 財政部, 警方, 部門, 銀監會, 監會`},
		{court, noStage, `
			court, courts, judge, judges, tribunal, supreme court, high court, appeals court, appeal court,
			appellate court, appellate, justices,
			法院, 法官, 法庭, 最高法, 高院, 大法官, 終審, 終院, 上訴庭, 上訴法院`},
		{challenge, noStage, `
			request to block, motion to block, request, requests, motion, bid to block, bid, challenge, challenges,
			appeal, appeals, lawsuit, lawsuits, suit, case, judicial review, request to lift, calls to lift,
			legal bid, motions,
			上訴, 挑戰, 訴訟, 司法覆核, 申訴, 訴求, 申請, 聲請, 抗告, 請求`},
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
			is open to, hints at,
			正在為, 提出將, 提出擬, 提議將, 擬, 可能, 試圖, 企圖, 欲, 力推, 力促, 或, 有望, 考慮, 建議, 呼籲, 料,
			計劃, 研究, 探討, 促, 促請, 倡議, 有意, 或將, 提議, 擬議, 醞釀, 將考慮, 希望, 爭取, 預計, 要求, 尋求,
			推動, 期望, 距, 距離, 接近, 有待, 臨近, 討論, 同意, 談判, 審議, 瞄準, 籌備, 準備, 敦促, 支持, 協議, 推進,
			將投票, 將就, 起草, 起草中`},
		{decides, noStage, `
			votes, voted, vote, agrees, agreed, agree, decides, decided, decide, resolves, resolved, chooses, chose,
			opts, state, states, country, nation, city`},
		{hedges, noStage, `
			as, after, following, since, while, despite, amid, before, though, although, which, because, when, where,
			whose, until, unless, who, previously, last year, earlier this year, ahead of, in response to,
			in wake of, in the wake of, thanks to, as us, after us, while us,
			去年, 此前, 早前, 曾, 曾經, 雖然, 儘管, 自從, 早於, 先前, 隨著, 因, 由於, 面臨, 鑑於, 若, 一旦, 如果`},
		{alone, consultation, `
			to public comment, for public comment, consults, consult on, consulting on, opens consultation,
			launches consultation, seeks comment, seeks comments, seeking comments, seek comments, seeking feedback,
			seeks feedback, invites comments, invites views, seeks views, seek views, seeks public views,
			asks for views, call for evidence, request for comment, public comment, notice of proposed rulemaking,
			consultation on, consultation paper, consultation conclusions, seeks public input, seek public input,
			seeking public input, seeks input, seek input, seeking input, invites input, invites feedback,
			requests input, asks for input, asks for feedback, seeks public feedback, have your say,
			give us your views, share your views, tell us what you think, call for views, calls for views,
			call for input, calls for input, request for information, requests for information, solicits comments,
			solicits feedback, solicits views, solicits input, wants your views,
			公眾意見, 徵求公眾意見, 公開徵求意見, 徵求意見, 徵求意見稿, 公眾諮詢, 公開諮詢, 諮詢文件, 諮詢總結,
			展開諮詢, 徵詢意見, 徵詢公眾, 諮詢公眾, 意見稿, 公開徵詢, 徵求各界意見, 徵求社會意見, 聽取公眾意見,
			廣徵意見, 邀請公眾提出意見, 歡迎提出意見, 歡迎提交意見, 徵集意見`},
		{alone, enforcement, `
			restraining order, hit with, ordered to, fined, penalises, penalizes, penalised, penalized, jails,
			jailed, sentences, sentenced, convicts, convicted, indicts, indicted, arrests, arrested, detains,
			detained, charged, pleads guilty, pleaded guilty, reprimands, reprimanded, censures, censured,
			prosecutes, prosecuted, extradited, disqualifies, disqualified, sanctioned, seize, seizes, seized,
			freezes, froze, raids, raided, ordered to pay, raps, trading ban on, year trading ban,
			permanent trading ban, lifetime ban, cracks down, cracked down, first crackdown, launches crackdown,
			out crackdown, seeks forfeiture, seek forfeiture, seeking forfeiture, civil forfeiture,
			forfeiture complaint, forfeiture action, forfeiture of,
			罰款, 處罰, 處以, 開罰, 重罰, 裁罰, 被罰, 判刑, 判處, 被判, 定罪, 禁制令, 逮捕, 拘捕, 被捕, 刑拘, 拘留,
			檢控, 約談, 立案, 查處, 通報批評, 責令改正, 監管措施, 警示函, 行政處罰, 罰單, 罰鍰, 裁處, 罰款單, 譴責,
			被起訴, 遭起訴, 認罪, 年交易禁令, 永久交易禁令, 終身禁入, 市場禁入, 凍結, 查扣, 沒收, 落網, 尋求沒收,
			民事沒收, 沒收訴訟, 申請沒收`},
		{fines, noStage, "fines, fine, sanctions"},
		{obliges, noStage, `
			orders, ordered, requires, requiring, instructs, directs, tells,
			要求, 責成, 規定, 下令`},
		{accuses, noStage, `
			charges, charge, sues, sue, sued, accuses, accused, alleges, takes to court, to court,
			files lawsuit against, files suit against, files charges, launches action against,
			起訴, 指控, 控告, 提起訴訟, 提訴, 告上法院`},
		{settles, noStage, `
			settles, settled, to settle, settle charges, reach settlement, reaches settlement, reached settlement,
			settlement with, settlement over, settle with, settle case, settle lawsuit,
			和解`},
		{probes, noStage, `
			investigates, investigate, investigated, investigating, investigation into, probes, probing,
			opens investigation, opens probe, launches investigation, launches probe, probe into, inquiry into,
			調查, 偵查, 徹查`},
		{lists, noStage, `
			adds, added, names, named, includes, include, included, blacklists, places, placed, puts, lands on,
			landed on, added to, placed on, put on, ends up on,
			列入, 納入, 點名`},
		{stops, noStage, `
			suspends, suspended, suspend, blocks, blocked, block, restricts, restricted, bars, barred, expels,
			暫停, 封鎖, 屏蔽, 喝停`},
		{halt, noStage, `
			takedown, removal, blocked, closed, halt, halted, stop, cease, suspend, suspended, suspension, shut,
			shut down, liquidation,
			封鎖, 停業, 停止, 關閉, 下線, 下架, 暫停, 整改, 改正, 退還`},
		{opens, noStage, `
			launch, launches, launched, open, opens, opened, begins, began, starts, started,
			展開, 啟動, 開展`},
		{obtains, noStage, `
			nears, near, secures, secured, secure, wins, won, win, receives, received, receive, obtains, obtained,
			obtain, gains, gained, gain, gets, got, get, lands, landed, nabs, bags, joins, joined, granted, awarded,
			earns, earned, scores, enters, admits, admitted, admit, picked, picks, selected, selects, chosen,
			accepted, accepts,
			獲, 獲得, 取得, 拿到, 獲批, 獲發, 獲頒, 領取, 入選, 拿下, 贏得, 獲選, 獲准進入, 進入`},
		{seeksPermit, noStage, `
			applies for, apply for, applied for, applying for, files for, filed for, files, filed, refiles, refile,
			submits, submitted, seeks, seek, sought, seeking, files applications, files application,
			申請, 提交, 遞交, 重新提交, 尋求, 申領`},
		{grants, noStage, `
			grants, granted, grant, issues, issued, issue, awards, awarded, approves, approved, approve, gives, gave,
			hands, handed,
			發出, 頒發, 批出, 發放, 批准, 授予, 核發, 發給`},
		{permit, noStage, `
			licence, licences, license, licenses, licensing, permit, permits, registration, registrations,
			authorisation, authorization, authorisations, authorizations, charter, charters, approval, approvals,
			master account, register, regulatory nod, nod, green light, clearance, application, applications,
			sandbox, regulatory sandbox, sandboxes,
			牌照, 執照, 許可, 許可證, 註冊, 批准, 核准, 授權, 資格, 特許經營, 申請, 備案, 沙盒, 監管沙盒`},
		{approves, noStage, `
			approves, approved, approve, clears, cleared, greenlights, green lights,
			批准, 核准`},
		{wonApproval, noStage, `
			approved to, cleared to, is licensed, registered with, wins approval, win approval, won approval,
			gets approval, gains approval, receives approval, receives conditional approval, secures approval,
			獲批, 獲准`},
		{clarifies, noStage, `
			clarifies, clarify, clarified, spells out, declare, declares, explains, details how, explains how,
			sets out how, spells out how, outlines how, details when, explains when, reminds, reminded, insists,
			釐清, 闡明, 說明, 說明如何, 解釋如何, 詳解`},
		{regulates, noStage, `
			bans, bars, block, allow, allows, let, lets, permit, require, requires, restrict, restricts, limit, cap,
			exempt, exempts, define, defines, treat, recognise, recognises, recognize, recognizes, criminalise,
			criminalize, impose, imposes, mandate, mandates, curb, regulate, regulates, tax, outlaw, prohibit, ban,
			legalise, legalize, opens door to, opens door for, opens the door to, force, forces,
			禁止, 徵稅, 課稅, 開徵, 規管, 允許, 准許, 規範, 限制, 承認, 視為, 豁免, 立法, 合法化, 強制, 納入監管,
			加強監管, 放行, 封殺, 開放`},
		{sets, noStage, `
			sets, set, imposes, imposed, places, enforces, enforced,
			設定, 實施, 設立, 施加`},
		{committee, noStage, `
			committee, subcommittee, panel,
			委員會, 小組`},
		{advances, noStage, `
			advances, advance, advanced, backs, backed, clears, cleared, approves, approved, passes, passed,
			votes for, sets a date to, sets date to, sets date for, sets a date for, schedules, to vote on, votes on,
			vote on, to mark up, marks up,
			推進, 支持, 通過, 放行`},
		{lawmaker, noStage, `
			official, officials, senate, senator, senators, sen, sens, house, congress, congressman, congresswoman,
			rep, reps, lawmaker, lawmakers, legislator, legislators, legislature, parliament, parliamentary, mp, mps,
			mep, meps, politician, politicians, assembly, duma, diet, knesset, president, presidential,
			prime minister, minister, ministers, governor, mayor, white house, kremlin, cabinet, government, gov t,
			govt, administration, party, labour, republicans, democrats, trump, biden, putin, milei, bukele, warren,
			lummis, legco, legislative council, council,
			部長, 總統, 總理, 首相, 主席, 議會, 國會, 參議院, 眾議院, 參議員, 眾議員, 議員, 立法者, 立法會, 立法院,
			杜馬, 政府, 內閣, 白宮, 國務院, 人大, 政黨, 工黨, 民主黨, 共和黨, 州長, 市長, 財長, 官員, 特首,
			常務委員會, 全國人大常委會`},
		{country, noStage, `
			country, nation, spain, spanish, italy, italian, poland, polish, hungary, hungarian, romania, romanian,
			cambodia, cambodian, rwanda, ghana, bolivia, mexico, colombia, chile, peru, panama, israel, saudi arabia,
			qatar, bahrain, egypt, ethiopia, uganda, georgia, armenia, uzbekistan, kyrgyzstan, belarus, austria,
			netherlands, dutch, belgium, denmark, danish, finland, ireland, irish, portugal, greece, estonia,
			lithuania, luxembourg, malta, cyprus, czech, bangladesh, sri lanka, bhutan, mongolia, laos, myanmar,
			paraguay, jamaica, bermuda, u s, california, texas, new york, florida, illinois, arizona, nevada, ohio,
			michigan, wyoming, minnesota, city, state, states, county, province, as us, after us, while us,
			西班牙, 義大利, 意大利, 波蘭, 匈牙利, 羅馬尼亞, 柬埔寨, 盧旺達, 奈及利亞, 加納, 玻利維亞, 墨西哥,
			哥倫比亞, 智利, 以色列, 沙特, 卡塔爾, 巴林, 埃及, 烏茲別克, 吉爾吉斯, 白羅斯, 荷蘭, 比利時, 丹麥, 愛爾蘭,
			葡萄牙, 希臘, 孟加拉, 斯里蘭卡, 不丹, 蒙古, 各州, 州, 全國, 多部門, 部委`},
		{outsider, noStage, `
			opinion, op ed, editorial, commentary, analysis, institute, foundation, fitch, moody s, s p global,
			former, ex, ceo, cto, coo, cfo, clo, chief executive, executive, executives, exec, execs, founder,
			founders, cofounder, co founder, analyst, analysts, expert, experts, economist, economists, investor,
			investors, lobby, lobbyists, lobbying, lobby group, association, group, groups, industry, trader,
			traders, billionaire, critics, advocates, think tank, researchers, survey, poll, bankers, banks, firm,
			firms, exchange, exchanges, company, companies, issuer, issuers, startup, miner, miners, fund,
			venture capital, imf, fatf, world bank, jpmorgan, goldman, goldman sachs, citi, citigroup, bernstein,
			standard chartered, morgan stanley, deutsche bank, mastercard, visa, paypal, binance, coinbase, kraken,
			ripple, tether, circle, bitget, okx, bybit, grayscale, a16z, polymarket, kalshi, bitmine, strategy,
			lawyer, lawyers, attorney, trade body, trade group, chamber, cato, cato institute, brookings, bruegel,
			chatham house, heritage foundation, opensea, residents, locals,
			前行長, 前主席, 前部長, 前官員, 前高官, 執行長, 首席執行官, 創始人, 創辦人, 聯合創始人, 高管, 分析師,
			專家, 經濟學家, 投資者, 遊說團體, 協會, 商會, 研究所, 研究院, 智庫, 觀點, 評論, 社論, 專欄, 分析報告,
			業界, 業內, 行業, 交易員, 基金會, 公司, 企業, 機構, 平台, 交易所, 高盛, 摩根大通, 摩根士丹利, 花旗,
			伯恩斯坦, 渣打, 幣安, 國際貨幣基金組織, 世界銀行, 律師, 策略師, 億萬富翁, 居民`},
		{product, noStage, `
			token launch, product launch, app launch, mainnet, testnet, hard fork, difficulty, airdrop, token sale,
			network upgrade, upgrade, protocol, blockchain, ipo, token listing, beta,
			主網, 測試網, 硬分叉, 空投, 升級, 代幣發行計劃, 產品, 首次公開募股`},
		{says, noStage, `
			says, say, said, warns, warn, warned, believes, argues, predicts, expects, backs, supports, slams,
			blasts, urges, urged, calls for, doubts, opposes, oppose, slam, blast, blasted, slammed, urge, argue,
			criticise, criticize, back, support, fears, thinks, sees, criticises, criticizes, praises, tells, told,
			sides with, lashes out, lashed out, sues, sue, makes push,
			表示, 稱, 說, 認為, 警告, 預測, 支持, 反對, 批評, 呼籲, 抨擊, 質疑, 看好, 告訴, 起訴, 稱讚`},
		{market, noStage, `
			more news, and more, week ahead, state of crypto, the daily, law decoded, slips, slides, tumbles, dips,
			jumps, surges, soars, plunges, climbs, retreats, sinks, price, prices, rally, rallies, selloff, sell off,
			altcoins, all time high, bull, bear, bulls, bears, stocks, shares, odds, market cap, holders, whales,
			technical analysis,
			早報, 晨報, 晚報, 日報, 週報, 綜述, 每日, 速遞, 分析師, 價格, 股價, 幣價, 行情, 暴跌, 暴漲, 上漲, 下跌,
			跌破, 漲破, 領跌, 領漲, 反彈, 拋售, 走高, 走低, 牛市, 熊市, 看漲, 看跌, 波動, 崩盤, 技術分析, 持倉`},
		{skipped, noStage, `
			clears way, clear way, clears the way, paves the way, push back on, pushes back on, pushed back on,
			push back against, pushes back against, pushed back against, billed, as of, as payment, before tax,
			act as, acts as, in order, in order to, issue of, issue with, plan b, in case, court of, bring back,
			brings back, brought back, get back, hold back, comes back, come back,
			方法, 合法, 司法, 執法, 做法, 立法會, 立法院, 依法, 無法, 說法, 想法, 憲法, 看法, 建議書, 詐騙指控,
			刑事指控, 虛擬, 模擬, 通過率, 通過網絡, 通過互聯網, 目前, 或者, 經過, 或之前, 推出市場, 以及, 資料, 原料,
			難料, 物料, 涉及, 不過, 或以前, 或以上, 或以下`},
	} {
		l.add(p.phrases, p.means, p.stage, strong)
	}
	return l
}
