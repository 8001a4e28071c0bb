//go:build !hyperscan

package main

func hyperscan() []contender { return nil }
