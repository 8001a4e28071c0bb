package app

import (
	"io"
	"log/slog"
	"time"

	"regwatch/configs"
	"regwatch/internal/redact"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
	"regwatch/scanner"
	"regwatch/store"
)

// The methods of this file go as the commands that still need them call use cases instead.

func (a *App) Store() *store.Store { return a.store }

func (e *Engine) Scanner() *scanner.Scanner { return e.scanner }

func (e *Engine) Worker() *delivery.Worker { return e.worker }

func (a *App) Log() *slog.Logger { return a.log }

var Below = below

func OpenChannel(c configs.Channel, terminal io.Writer, renderer *render.Renderer, secrets *redact.Secrets) (delivery.Channel, error) {
	return openChannel(c, channelParts{terminal: terminal, renderer: renderer, secrets: secrets, now: time.Now})
}

var NewClient = newClient

var OpenStore = openStore

func (e *Engine) Settings() scanner.Settings { return e.settings() }

var CacheFolder = cacheFolder

var IndexAll = indexAll
