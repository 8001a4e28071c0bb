package cli

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"regwatch/models"
	"regwatch/notifier"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
)

// tellHealth has people told that a channel delivers nothing, delivers again, has
// lost messages, or is gone. The log has it too, for those whom nothing reaches.
func (a *app) tellHealth(ctx context.Context, h models.ChannelHealth) error {
	notices := notifier.PlanChannelHealth(h, a.live.get().Config.Routing(), time.Now())
	if err := a.store.CommitNotices(ctx, notices); err != nil {
		return err
	}
	level, message := slog.LevelError, "channel in trouble"
	if h.Health != models.Failing {
		level, message = slog.LevelInfo, "channel delivers again"
	}
	a.log.Log(ctx, level, message, "channel", h.Name(), "since", h.Since, "given_up", h.Dead, "owed", h.Owed, "told_over", destinationsIn(notices), "error", h.Error)
	a.deliverer.Wake()
	return nil
}

func destinationsIn(notices []models.Notice) []string {
	all := make(map[string]bool)
	for _, n := range notices {
		for _, d := range n.Deliveries {
			all[d.Destination] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// troubled returns the channels and addresses that people were told are in
// trouble, and not yet that they deliver again.
func (a *app) troubled(ctx context.Context) ([]models.ChannelHealth, error) {
	reports, err := a.store.ChannelTroubles(ctx)
	if err != nil {
		return nil, err
	}
	told := make([]models.ChannelHealth, len(reports))
	for i, r := range reports {
		told[i] = models.ChannelHealth{Health: r.Health, Since: r.Since, Error: r.Error, Failure: r.Failure}
		told[i].Channel, told[i].Address, _ = strings.Cut(r.Name, ":")
	}
	return told, nil
}

// tellOrphans has people told, once, of what is owed through channels that are no
// longer configured: nobody sends it, and nobody would notice.
func (a *app) tellOrphans(ctx context.Context, channels map[string]delivery.Channel) error {
	owed, err := a.store.Pending(ctx)
	if err != nil {
		return err
	}
	for _, o := range owed {
		if channels[o.Channel] != nil {
			continue
		}
		gone := models.Failure{Kind: models.FailureChannelRemoved, Args: models.FailureArgs{Channel: o.Channel}}
		err := a.tellHealth(ctx, models.ChannelHealth{
			Channel: o.Channel, Health: models.Failing, Since: o.Since, Owed: o.Deliveries,
			Error: render.Failure(gone, string(render.English)), Failure: gone,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// heartbeat is what is called while all is well; nil when nothing is configured.
func (a *app) heartbeat() (*delivery.Heartbeat, error) {
	c := a.live.get().Config
	if !c.Heartbeat.URL.IsSet() {
		return nil, nil
	}
	address, err := c.Heartbeat.URL.Reveal()
	if err != nil {
		return nil, fmt.Errorf("heartbeat.url: %w", err)
	}
	return delivery.NewHeartbeat(delivery.HeartbeatOptions{URL: address, Now: time.Now, Log: a.log, Well: func(ctx context.Context) error {
		if why := a.unplanned.why(); why != "" {
			return fmt.Errorf("regwatch crashes when it plans some messages; %s", why)
		}
		told, err := a.troubled(ctx)
		for _, h := range told {
			if _, there := c.Channel(h.Channel); there && h.Address == "" {
				return fmt.Errorf("nothing gets through the channel %s", h.Channel)
			}
		}
		return err
	}})
}
