package configs

import (
	"slices"

	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// Routing returns who gets which notices, for package notifier.
func (c *Config) Routing() models.Routing {
	r := models.Routing{
		Recipients: make(map[string]models.Recipient, len(c.Recipients)),
		Routes:     c.Routes,
		Health:     c.Health,
		Amends:     make(map[string]bool, len(c.Channels)),
	}
	for _, to := range c.Recipients {
		r.Recipients[to.Name] = to
	}
	for _, channel := range c.Channels {
		r.Amends[channel.Name] = slices.Contains([]ChannelKind{KindSlack, KindWebhook, KindTelegram}, channel.Kind)
	}
	return r
}

// notePosition stores a place in the file for problems that are found later.
func (c *Config) notePosition(name string, n yamlnode.Node) {
	if c.positions == nil {
		c.positions = make(map[string][]position)
	}
	c.positions[name] = append(c.positions[name], positionOf(n))
}

// routePosition returns the place of a route in the file.
func (c *Config) routePosition(path string) position {
	if at := c.positions[path]; len(at) > 0 {
		return at[0]
	}
	return position{file: FileName}
}

// digestKey returns the key of a digest in Config.positions.
func digestKey(name string) string { return "digests." + name }
