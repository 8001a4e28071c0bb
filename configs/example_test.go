package configs_test

import (
	"fmt"
	"os"
	"path/filepath"

	"regwatch/configs"
)

func Example() {
	dir, err := os.MkdirTemp("", "regwatch")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	text := "zone: Asia/Hong_Kong\nscan:\n  paralel: 8\n"
	if err := os.WriteFile(filepath.Join(dir, configs.FileName), []byte(text), 0o644); err != nil {
		fmt.Println(err)
		return
	}
	config, problems := configs.Load(dir)
	for _, p := range problems {
		fmt.Printf("line %d, column %d: %s\n", p.Line, p.Col, p.What)
	}
	fmt.Println(config.Zone, config.Scan.Parallel)
	// Output:
	// line 3, column 3: unknown key "paralel"
	// Asia/Hong_Kong 8
}
