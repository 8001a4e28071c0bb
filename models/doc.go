// Package models holds the nouns of regwatch and nothing that acts on them.
//
// In the order of the line they are [Source], [Article], [Match], [Event],
// [Notice] and [Delivery]; a [Scan] is what one pass over one source has to
// commit. Start with Article and follow the fields.
//
// All times are UTC; a time zone is applied where a person reads. The zero time
// means "never" or "unknown". No type here touches a clock, a network or a
// database.
package models
