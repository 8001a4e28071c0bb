// Package models holds the types that all packages share: plain data without behaviour.
//
// In the order of the pipeline they are [Source], [Article], [Match], [Event], [Notice]
// and [Delivery]. A [Scan] is what one pass over one source commits. Start with [Article]
// and follow its fields.
//
// All times are UTC; a time zone is applied where a person reads them. The zero time
// means "never" or "unknown". No type here uses a clock, a network or a database.
package models
