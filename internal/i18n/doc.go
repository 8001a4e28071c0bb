// Package i18n holds the phrases of regwatch's messages in English, Traditional Chinese
// (Hong Kong usage) and Simplified Chinese.
//
// Start with [Find], which returns a [Phrase] by name. Package render fills in the
// arguments.
package i18n
