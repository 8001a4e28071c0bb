// Package samplesite is a small invented web site: six outlets with feeds in six
// formats and three scripts, one broken feed, and the article pages.
//
// Start with [New] for the site of the demo, whose articles are in articles/*.txtar,
// or with [NewStream] for a site with endless generated articles, for tests that count
// what arrives. Both are an [http.Handler]; serve it on loopback. [Site.SourcesYAML]
// returns the sources file for it, [Site.Publish] publishes more articles, and
// [Site.Published] returns what a reader should have found. [Faulty] fails in the ways
// in which real servers fail.
//
// A site keeps everything it published and never changes it, so tests can compare what
// was published with what arrived. The outlets, people, companies and events are
// invented, and every page says so. Real authorities are only named as subjects.
//
// What a reader should make of an article is written by hand next to its text. The package
// does not know the rules; callers compare the two.
package samplesite
