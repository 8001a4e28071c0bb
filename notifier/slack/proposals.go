package slack

import (
	"context"
	"time"

	"github.com/slack-go/slack"

	"regwatch/notifier/delivery"
)

// A step is what a submitted form leads to.
type step struct {
	fault string                                       // shown at the input; empty: none
	view  ruleForm                                     // shown otherwise, unless note is set
	note  string                                       // markup that takes the place of the form
	then  func(ctx context.Context) (ruleForm, string) // what takes long: the form after it, or a note
}

// submitted handles a form with the text of a rule. A text is checked and tried first, and proposed when it is submitted
// again as it was tried. Slack waits three seconds for the answer, so what takes longer is shown later.
func (w *worker) submitted(ctx context.Context, c *connection, in slack.InteractionCallback, envelope string, ack func(any)) {
	state, text, err := readRuleForm(in.View)
	if err != nil {
		ack(slack.NewErrorsViewSubmissionResponse(map[string]string{ruleBlock: refusal(err, c)}))
		return
	}
	ctx, cancel := context.WithTimeout(ctx, backtestTime)
	defer cancel()
	first := make(chan step, 1)
	w.all.Go(func() {
		defer contain(ctx, w.log, c.hide, func() { first <- step{fault: internalError} })
		first <- w.step(ctx, c, in.User.ID, state, text)
	})
	waiting := ruleForm{state: ruleState{Rule: state.Rule, Base: state.Base}, text: text, above: para("Rule <b>%s</b> is being checked …", state.Rule)}
	late := time.NewTimer(ackTime)
	defer late.Stop()
	var s step
	onTime := true
	select {
	case s = <-first:
		w.acknowledgeStep(ctx, ack, c, s)
	case <-late.C:
		onTime = false
		w.acknowledgeStep(ctx, ack, c, step{view: waiting})
		s = <-first
	}
	if !onTime || s.then != nil {
		w.settle(ctx, envelope)
	}
	if s.fault != "" && !onTime {
		s.view, s.note = waiting, ""
		s.view.above = para("<b>That cannot be proposed.</b> %s", s.fault)
	}
	if !onTime {
		w.showStep(ctx, c, in.View.ID, s)
	}
	if s.then == nil {
		return
	}
	form, note := s.then(ctx)
	w.showStep(context.WithoutCancel(ctx), c, in.View.ID, step{view: form, note: note})
}

// step decides what a submitted form leads to.
func (w *worker) step(ctx context.Context, c *connection, member string, state ruleState, text string) step {
	refused := func(err error) step {
		w.log.WarnContext(ctx, "Slack proposal refused", "user", delivery.Scrub(c.hide, member), "error", delivery.Scrub(c.hide, err.Error()))
		return step{fault: refusal(err, c)}
	}
	ctx, err := w.desk.Users.As(ctx, member)
	if err != nil {
		return refused(err)
	}
	changed := RuleFile{ID: state.Rule, Text: text, Hash: state.Base}
	if state.Checked == textHash(text) {
		if err := w.desk.Rules.Propose(ctx, changed); err != nil {
			return refused(err)
		}
		return step{note: para("<b>Proposed.</b> Somebody else sees the difference and its effect in the console, and accepts or refuses it. Until then rule %s stays as it is.%s",
			state.Rule, at(w.console(), "/rules/"+state.Rule+"/proposals", "Open the proposal"))}
	}
	faults, err := w.desk.Rules.Check(ctx, changed)
	if err != nil {
		return refused(err)
	}
	if len(faults) > 0 {
		return step{fault: faultText(faults)}
	}
	form := ruleForm{state: ruleState{Rule: state.Rule, Base: state.Base}, text: text}
	form.above = para("<b>The text of rule %s is valid.</b> Its backtest runs; this window shows the result. You may change the text meanwhile.", state.Rule)
	return step{view: form, then: func(ctx context.Context) (ruleForm, string) {
		return w.backtest(ctx, c, member, form, text), ""
	}}
}

// backtest returns the form with the effect of a text, which can then be proposed.
func (w *worker) backtest(ctx context.Context, c *connection, member string, form ruleForm, text string) (result ruleForm) {
	fail := func(err error) ruleForm {
		w.log.WarnContext(ctx, "Slack backtest failed", "user", delivery.Scrub(c.hide, member), "error", delivery.Scrub(c.hide, err.Error()))
		form.above = refusalText(err, c) + para("Submit the text again to try once more.")
		return form
	}
	defer contain(ctx, w.log, c.hide, func() {
		form.above = para(internalError)
		result = form
	})
	acting, err := w.desk.Users.As(ctx, member)
	if err != nil {
		return fail(err)
	}
	effect, err := w.desk.Rules.Backtest(acting, RuleFile{ID: form.state.Rule, Text: text, Hash: form.state.Base})
	if err != nil {
		return fail(err)
	}
	form.state.Checked, form.ready = textHash(text), true
	form.above = effectText(effect) + para("<b>Propose</b> stores this text for somebody else to decide about. If you change the text first, it is checked again.")
	return form
}

// acknowledgeStep answers a submission.
func (w *worker) acknowledgeStep(ctx context.Context, ack func(any), c *connection, s step) {
	if s.fault != "" {
		ack(slack.NewErrorsViewSubmissionResponse(map[string]string{ruleBlock: s.fault}))
		return
	}
	view, err := s.render()
	if err != nil {
		w.log.ErrorContext(ctx, "render a Slack modal", "error", err)
		ack(slack.NewErrorsViewSubmissionResponse(map[string]string{ruleBlock: internalError}))
		return
	}
	ack(slack.NewUpdateViewSubmissionResponse(&view))
}

// showStep shows a step in a modal that was acknowledged before.
func (w *worker) showStep(ctx context.Context, c *connection, viewID string, s step) {
	view, err := s.render()
	if err != nil {
		w.log.ErrorContext(ctx, "render a Slack modal", "error", err)
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), handleTime)
	defer cancel()
	w.update(ctx, c, view, viewID, "")
}

func (s step) render() (slack.ModalViewRequest, error) {
	if s.note != "" {
		return noteModal(ruleModal, ruleTitle, s.note)
	}
	return s.view.view()
}
