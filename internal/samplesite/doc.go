// Package samplesite is a small invented corner of the web: six outlets with
// feeds in six formats and three scripts, one feed that does not work, and the
// pages behind them.
//
// [New] makes the site of the demo, whose articles are written out in
// articles/*.txtar; [NewStream] makes one that never runs out, for tests that
// count what arrives. Either is an [http.Handler] to be served on loopback.
// [Site.SourcesYAML] says how to watch it, [Site.Publish] lets more appear, and
// [Site.Published] says what a faithful reader must have made of what did.
// [Faulty] answers in the ways in which real servers fail.
//
// Everything that a site publishes is kept and none of it changes, so what was
// published can be compared with what arrived. Outlets, persons, companies and
// events are invented, and every page says so; the names of real authorities
// are used only as subjects.
//
// What an article means to a reader is written beside it by hand. The package
// knows nothing of rules, and leaves it to its callers to compare.
package samplesite
