// Package i18n has the phrases of regwatch's messages in each language in which they can
// be read: English, Traditional Chinese as Hong Kong writes it, and Simplified Chinese.
//
// [Find] returns a [Phrase] by its name. Package render fills phrases in.
package i18n
