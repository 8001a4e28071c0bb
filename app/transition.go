package app

import (
	"log/slog"
	"regwatch/notifier/delivery"
	"regwatch/scanner"
	"regwatch/store"
)

// The methods of this file go as the commands that still need them call use cases instead.

func (a *App) Store() *store.Store { return a.store }

func (e *Engine) Scanner() *scanner.Scanner { return e.scanner }

func (e *Engine) Worker() *delivery.Worker { return e.worker }

func (a *App) Log() *slog.Logger { return a.log }

var StoreOptions = storeOptions

var Below = below

var NewClient = newClient

var OpenStore = openStore
var TimingOf = timingOf

func (e *Engine) Settings() scanner.Settings { return e.settings() }

var CacheFolder = cacheFolder

var IndexAll = indexAll
