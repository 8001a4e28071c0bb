// Command regwatch watches what regulators and the press publish, and notifies the
// right people of what their watch rules look for.
package main

import (
	"os"

	"regwatch/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr)) }
