package events

// stageNounWords returns what verbs act on.
func stageNounWords() []stageWords {
	return []stageWords{
		{consults, noStage, `
			consultation, consultations, consultation paper,
			諮詢, 諮詢文件, 徵求意見`},
		{draft, noStage, `
			amendment, amendments, bill, bills, bill to, bill that, draft law, draft laws, draft bill, draft,
			legislation, resolution, clarity act, market structure bill, market structure legislation, draft act,
			crypto bill, private member s bill, legislative proposal, draft ordinance, draft regulation,
			法案, 草案, 議案, 條例草案, 決議案, 修正案, 修訂草案, 動議, 清晰法案, 法律案, 修例草案, 修法草案,
			專法草案, 條例案, 法草案, 修例, 修正草案, 市場結構法案`},
		{plan, noStage, `
			proposal, proposals, proposal to, plan, plans, plan to, plans to, plan for, bid to, push to, petition,
			proposed ban, proposed rules, proposed rule, bid, idea, initiative, push, effort, amendment plan,
			roadmap, road map, blueprint, timeline, suggestion, scheme, concept, recommendation, recommendations,
			提案, 建議, 計劃, 方案, 請願, 構想, 擬議, 藍圖, 路線圖, 倡議, 構思, 主張, 初稿, 大綱,
			議題, 規劃, 公投`},
		{rule, noStage, `
			mica, tax, taxes, levy, law, laws, act, acts, ordinance, rule, rules, rulebook, regulation, regulations,
			regime, framework, requirement, requirements, directive, order, orders, decree, statute, code, measure,
			measures, notice, circular, sanctions, standards, condition, conditions, provision, provisions, standard,
			checks, obligation, obligations, mandate, threshold, thresholds, quota, quotas, ratio, guardrail,
			guardrails, legal tender, exemption, exemptions, reporting rules,
			稅, 監管要求, 儲備要求, 條例, 法例, 法律, 規則, 規定, 辦法, 制度, 措施, 通知, 公告,
			規例, 新規, 法規, 細則, 新制, 標準, 要求, 政策, 條文, 法令, 規範, 條件, 專法, 新法,
			管理法, 牌照制, 法, 門檻, 限額, 章程, 政令, 須知, 優惠, 稅制, 所得稅, 減免, 費率,
			稅率, 條款, 登記制, 許可制, 發牌制度, 登記制度, 罰則, 準則, 作業要點, 作業規定, 規章,
			徵費, 檢測令, 申報要求, 壓力測試, 限行, 強制令, 管制措施, 收費, 津貼, 補貼`},
		{prohibition, noStage, `
			cap, caps, limit, limits, ban, bans, prohibition, prohibitions, restriction, restrictions, moratorium,
			curbs, crackdown, bar, outlawing, controls, export controls, capital controls, ceiling, ceilings,
			embargo, blockade,
			禁令, 禁, 禁用, 限制, 封禁, 禁制, 禁止, 禁制令, 禁售令, 禁售, 禁止令, 管制, 出口管制, 上限, 限令, 凍結令,
			限購, 限購令, 封鎖令, 管制令, 暫停令, 限行, 限貸, 限售, 限價, 強制檢測令`},
		{stance, noStage, `
			stance, ruling, decision, preventing, commitment, position, policy, policies, opposition, illegal,
			unlawful, warning, conviction, convictions, verdict, sentence, judgment, penalty, fine,
			立場, 態度, 原則, 違法, 非法, 不變, 不得, 打擊, 炒作, 定罪, 裁決, 判決, 原判,
			判決結果, 裁定`},
		{guide, noStage, `
			definitions, definition, interpretation, taxonomy, clarification, q a, q as, questions and answers,
			no action letter, staff statement, guidance, guideline, guidelines, faq, faqs, code of practice,
			handbook, explanatory note, supervisory statement, best practice, best practices, advisory,
			practice note, circular, guide, guides, primer, explainer, compliance note, manual, checklist,
			good practice, notice to firms, dear ceo letter, dear ceo letters, bulletin, bulletins,
			指導, 指引, 指南, 通函, 常見問題, 問答, 摘要說明, 說明文件, 作業要點, 操作指引, 實務守則, 守則, 指導意見,
			手冊, 解釋令, 函釋, 釋義, 參考文件, 問與答, 解讀, 政策解讀, 問答集, 注意事項, 風險提示, 合規指南,
			操作手冊, 說明書, 指引文件, 懶人包`},
		{finalRule, noStage, `
			final notice, final guidelines, final guidance, final rules, final rule, final regulations,
			final regulation, final standards, final standard, final framework, final regime, final requirements,
			final version, final text, final policy, final ruleset, finalised rules, finalized rules,
			finalised framework, policy statement, final decision on rules,
			最終規則, 最終版, 最終規定, 最終版本, 最終規例, 最終細則, 管理辦法, 管理條例, 管理規定, 實施細則,
			監管辦法, 監管條例, 暫行辦法, 業務規則, 正式規則, 正式文本, 最終文本, 最終條文, 正式辦法, 正式條文,
			施行細則, 正式指引`},
		{launch, noStage, `
			start, start date, launch, rollout, roll out, implementation, introduction, commencement, effective date,
			enforcement, licences, licenses, licensing, compliance, compliance date, deadline, deadlines, tax, levy,
			effective dates, start of, implementation of,
			稅, 課徵, 實施, 生效, 施行, 執行, 上路, 推行, 開始, 發牌, 落實, 立法, 日期, 啟動,
			限期, 時間表, 上路時間, 上路日, 實施日期, 實施期, 生效日, 生效日期, 適用日期, 開徵, 申報,
			繳費, 緩繳, 政策, 新制, 收費, 新例, 新規`},
		{term, noStage, `
			deadline, deadlines, transition, transition period, transitional period, grace period, compliance period,
			compliance date, grace periods, relief period, extended deadline, waiver, moratorium,
			過渡期, 寬限期, 限期, 截止日期, 緩衝期, 期限, 執行期限, 有效期, 適用期, 政策期限, 申報期, 豁免期,
			緩繳政策, 試行期, 試點期, 補辦期`},
		{illicit, noStage, `
			unlicensed, unlicenced, unregistered, unauthorised, unauthorized, fake, bogus, fraud, fraudulent, scam,
			scams, illegal, impersonating, suspicious, without a licence, without a license, not licensed,
			not registered, clone, warning list, alert list, claiming, claims, purporting, public, investors,
			consumers, blacklist, watch list, watchlist, sanctions, sanctions list, scammers, scammer, fraudsters,
			phishing, impersonation, impostors, ransomware, hackers, hacker, launderers, laundering, terrorists,
			terror, houthis, houthi, hamas, iran s, darknet, addresses, illegal promotions, ponzi, pyramid,
			假稱, 聲稱, 自稱, 冒稱, 市民, 公眾, 投資者, 慎防, 提防, 無牌, 未獲授權, 未經許可, 未獲認可, 假冒, 冒充,
			詐騙, 騙局, 欺詐, 可疑, 非法, 未註冊, 未獲發牌, 未領牌, 未持牌, 偽冒, 虛假, 警示名單, 可疑名單, 制裁,
			制裁名單, 黑名單, 釣魚, 駭客, 黑客, 洗錢, 恐怖, 傳銷, 地址, 黑市, 地下錢莊`},
		{challenge, noStage, `
			request to block, motion to block, request, requests, motion, bid to block, bid, challenge, challenges,
			appeal, appeals, lawsuit, lawsuits, suit, case, judicial review, request to lift, calls to lift,
			legal bid, motions, cases, petition, plea, pleas, claim, claims, objection,
			上訴, 挑戰, 訴訟, 司法覆核, 申訴, 訴求, 申請, 聲請, 抗告, 請求, 訴請, 覆核申請, 案件, 異議`},
		{halt, noStage, `
			takedown, removal, blocked, closed, halt, halted, stop, cease, suspend, suspended, suspension, shut,
			shut down, liquidation,
			封鎖, 停業, 停止, 關閉, 下線, 下架, 暫停, 整改, 改正, 退還`},
		{permit, noStage, `
			licence, licences, license, licenses, licensing, permit, permits, registration, registrations,
			authorisation, authorization, authorisations, authorizations, charter, charters, approval, approvals,
			master account, register, regulatory nod, nod, green light, clearance, application, applications,
			sandbox, regulatory sandbox, sandboxes, casp licence, mica licence, mica license, e money licence,
			bank charter, banking license, banking licence, trust charter, regulated stablecoin, licensed stablecoin,
			broker dealer licence, accreditation, operating licence, in principle approval, authorised list,
			authorized list, licence list, mica list, licensing track, fit and proper, authorised, authorized casps,
			牌照, 執照, 許可, 許可證, 註冊, 批准, 核准, 授權, 資格, 特許經營, 申請, 備案, 沙盒, 監管沙盒, 登記,
			登記證, 營業執照, 支付牌照, 銀行牌照, 經營許可, 許可證照, 證照, 業務許可, 登記申請, 登記審查, 註冊申請,
			原則性批准, 合規牌照`},
		{product, noStage, `
			token launch, product launch, app launch, mainnet, testnet, hard fork, difficulty, airdrop, token sale,
			network upgrade, upgrade, protocol, blockchain, ipo, token listing, beta,
			主網, 測試網, 硬分叉, 空投, 升級, 代幣發行計劃, 產品, 首次公開募股`},
		{market, noStage, `
			more news, and more, week ahead, state of crypto, the daily, law decoded, slips, slides, tumbles, dips,
			jumps, surges, soars, plunges, climbs, retreats, sinks, price, prices, rally, rallies, selloff, sell off,
			altcoins, all time high, bull, bear, bulls, bears, stocks, shares, odds, market cap, holders, whales,
			technical analysis, inflows, outflows, sentiment, optimism,
			早報, 晨報, 晚報, 日報, 週報, 綜述, 每日, 速遞, 分析師, 價格, 股價, 幣價, 行情, 暴跌,
			暴漲, 上漲, 下跌, 跌破, 漲破, 領跌, 領漲, 反彈, 拋售, 走高, 走低, 牛市, 熊市, 看漲,
			看跌, 波動, 崩盤, 技術分析, 持倉`},
	}
}
