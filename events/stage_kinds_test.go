package events

import (
	"testing"
	"time"

	"regwatch/models"
)

// TestStageByKind has two headlines for each kind of wording, in the scripts in which it
// occurs.
func TestStageByKind(t *testing.T) {
	for _, tt := range []struct {
		kind, want string
		titles     []string
	}{
		{"products", "", []string{
			"Wallet maker postpones mainnet launch to autumn", "Harbor Labs scraps token sale plan",
			"瑞星實驗室推遲主網啟動", "港岸公司取消代币空投计划", "Lending network proposes to upgrade its protocol",
		}},
		{"rules of a firm", "", []string{"Broker explains fees in revised terms", "Kraken lists ten coins under amended listing rules"}},
		{"advice", "", []string{"Regulators should repeal stamp duty on tokens: Brookings", "Congress should drop custody rule, says Bruegel"}},
		{"sandboxes", "licensing", []string{
			"Nine insurers selected for regulatory sandbox", "Ghana admits two lenders to sandbox",
			"五家銀行入選監管沙盒", "三家券商获准进入监管沙盒",
		}},
		{"fines and sanctions as verbs", "enforcement", []string{
			"Norwegian regulators fine broker over late reports", "Treasury sanctions mixer operators", "Spain sanctions exchanges for tax evasion",
		}},
		{"closing firms", "enforcement", []string{"Malta to dissolve token broker over missing accounts", "Registrar strikes off two wallet companies"}},
		{"forfeiture", "enforcement", []string{
			"Prosecutors seek forfeiture of coins from ransom attack", "Agency files forfeiture complaint over stolen tokens",
			"檢察官尋求沒收詐騙所得代幣", "检方就涉案代币提起民事没收",
		}},
		{"announced acts", "enforcement", []string{"Tax authority to fine miners over unpaid levy", "Exchanges face tax probes in Lisbon"}},
		{"lists", "enforcement", []string{"Token app lands on regulator's alert list", "Two brokers added to watchdog's warning list"}},
		{"explanations", "guidance", []string{
			"Watchdog explains how banks should report tokens", "Tax office answers miners in new FAQ", "Poland clarifies tax treatment of tokens",
		}},
		{"requests for input", "consultation", []string{
			"Treasury seeks public input on token disclosures", "Have your say on rules for wallet providers",
			"財政部廣徵意見 檢討代幣稅制", "央行就支付代币征集意见",
		}},
		{"a vote in a committee", "introduced", []string{"Senate finance committee to vote on token bill", "House panel sets a date to mark up custody legislation"}},
		{"proposed bills", "introduced", []string{"Two lawmakers propose bill on token donations", "Senators proposed a bill on mining noise"}},
		{"a signature that is awaited", "passed", []string{"Token bill heads to governor's desk", "Custody bill awaits president's signature", "代幣法案待總統簽署", "托管法案送交总统签署"}},
		{"a named rule next month", "in-force", []string{"Brokers to enforce custody rule next month", "Banks to implement disclosure rules on 1 March", "銀行下月1日落實託管新規"}},
		{"courts", "restated", []string{
			"Appeals court backs limits on token adverts", "Appellate court affirms founder's conviction", "Court tosses broker's appeal against trading curbs",
			"終院駁回經紀行上訴 罰款不變", "上诉法院驳回矿场的申诉",
		}},
		{"time that is won", "postponed", []string{
			"Brokers get another year before disclosure rules bite", "Banks given more time to comply with custody rules",
			"託管新規往後延一年", "披露规定再延半年",
		}},
		{"drafts that fail", "rejected", []string{
			"Upper house buries motion to tax miners", "Committee shoots down proposal on token levy",
			"代幣課稅提案觸礁", "托管法案流产",
		}},
		{"a smaller rule", "amended", []string{"Watchdog narrows scope of custody rules", "Ministry waters down disclosure standard", "證監會縮窄託管規定範圍", "央行公布修订后的支付管理办法"}},
		{"controls", "repealed", []string{"Japan lifts export controls on mining chips", "Kenya repeals identity checks as first licence is granted"}},
		{"what the main verb does not say", "repealed", []string{"Chip maker to restart sales as US lifts export controls", "Bank cheers after Kenya scraps token levy"}},
		{"openness", "proposed", []string{"Central bank open to revising token caps", "Bank of England signals openness to lower limits on tokens"}},
		{"other lists and sanctions", "", []string{"Broker added to public register of funds", "Traders grapple with sanctions on two tokens"}},
		{"what is kept", "", []string{"政府出售其查获的代币", "財庫清點先前沒收的代幣"}},
	} {
		for _, title := range tt.titles {
			if got := extractionOf(t, "2031-02-03", title, "").stage.String(); got != tt.want {
				t.Errorf("%s: %q: got %q, want %q", tt.kind, title, got, tt.want)
			}
		}
	}
}

func TestStageOfTitledGuide(t *testing.T) {
	for _, tt := range []struct {
		title, want string
		role        models.Role
	}{
		{"Guidelines on custody of tokens", "guidance", models.Regulator},
		{"FAQ on token reports", "guidance", models.Regulator},
		{"代幣託管操作指引", "guidance", models.Regulator},
		{"代币申报常见问题", "guidance", models.Regulator},
		{"Guidelines on custody of tokens", "", models.Press},
		{"Draft guidelines on custody of tokens", "", models.Regulator},
	} {
		at := time.Date(2031, 2, 3, 9, 0, 0, 0, time.UTC)
		a := models.Article{ID: "a", Title: tt.title, PublishedAt: at, SeenAt: at, Source: models.Source{Role: tt.role}}
		if got := extractFeatures(Found{Article: a}).readExtraction().stage.String(); got != tt.want {
			t.Errorf("%q by %v: got %q, want %q", tt.title, tt.role, got, tt.want)
		}
	}
}

func TestStageIgnoresEnforcementInTheBackground(t *testing.T) {
	for _, tt := range []struct{ title, body string }{
		{"Lost wallet of convict holds ten thousand coins", "The woman said so when she was arrested by the police at home."},
		{"主犯钱包另藏万枚代币", "主犯被捕时警方缴获一台电脑，其中有钱包。"},
		{"Bank opens token desk", "The bank sells tokens again from Tuesday. Previously, it had closed the desk to get a licence and applied for approval."},
		{"銀行重開代幣櫃枱", "銀行周二起再售代幣。此前，為取得牌照而申請批准，銀行曾關閉該業務。"},
	} {
		if got := extractionOf(t, "2031-02-03", tt.title, tt.body).stage; got != noStage {
			t.Errorf("%q: got %q, want none", tt.title, got)
		}
	}
}

func TestKeyDatesOfImmediateAndNamedStarts(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"The rules are effective immediately.", "effective 2031-02-03"},
		{"Effective immediately, the circular is withdrawn.", "effective 2031-02-03"},
		{"該通函即日起廢除。", "effective 2031-02-03"},
		{"有关通知即日起停止执行。", "effective 2031-02-03"},
		{"上述規定予以廢止，自2031年5月1日起不再適用。", "effective 2031-05-01"},
		{"原办法自5月1日起废止。", "effective 2031-05-01"},
		{"Banks will adopt the custody rule on 1 March.", "effective 2031-03-01"},
		{"All brokers will implement the standard of the Global Custody Council (GCC) on 1 March.", "effective 2031-03-01"},
		{"The revised text applies from 1 July 2031.", "effective 2031-07-01"},
		{"Under the rules agreed last week, funds will have to do so from 10 January 2032.", "effective 2032-01-10"},
		{"The rules take effect on 1 January of next year.", "effective 2032-01-01"},
		// No such days.
		{"The rules take effect on 1 January of the year after their adoption.", ""},
		{"The rules take effect on 1 January of the calendar year following publication.", ""},
		{"The council will start debating the bill on 5 March.", ""},
		{"《代幣條例草案》將於3月5日開始審議。", ""},
		{"The firm will take applications from 1 June. A firm has to be registered.", ""},
	} {
		if got := formatDates(extractionOf(t, "2031-02-03", "", tt.text).dates); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}
