// Command gen trains the models of the shipped rules, and measures them.
//
//	go run ./rules/relevance/gen -data ../shared/eval
//	go run ./rules/relevance/gen -data ../shared/eval -measure
//	go run ./rules/relevance/gen -data ../shared/eval -measure-refit
//
// It reads the labelled articles of the folder data and those of rules/testdata, and writes one file for each rule to
// rules/relevance/data. The same articles give the same bytes. With -measure it writes nothing and prints tables, in
// which no article was scored by a model that knew its story. With -measure-refit it prints what marks add to a model.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"regwatch/rules"
)

func main() {
	log.SetFlags(0)
	data := flag.String("data", "", "the folder of the labelled articles")
	repository := flag.String("repository", "rules/testdata/labelled.jsonl", "the labelled articles of the repository")
	folder := flag.String("rules", "configs/rules", "the folder of the rules")
	out := flag.String("out", "rules/relevance/data", "the folder to write to")
	measureOnly := flag.Bool("measure", false, "print tables and write nothing")
	refitOnly := flag.Bool("measure-refit", false, "print what a refit from marks does and write nothing")
	flag.Parse()
	if err := run(*data, *repository, *folder, *out, *measureOnly, *refitOnly); err != nil {
		log.Fatal(err)
	}
}

func run(data, repository, folder, out string, measureOnly, refitOnly bool) error {
	all, err := readAll(data, repository)
	if err != nil {
		return err
	}
	set, problems := rules.Load(os.DirFS(folder))
	if len(problems) > 0 {
		return problems
	}
	var ids []string
	for _, r := range set.Rules() {
		ids = append(ids, r.ID)
	}
	if refitOnly {
		return measureRefit(os.Stdout, set, all)
	}
	if measureOnly {
		return measure(os.Stdout, ids, set, all)
	}
	for _, id := range ids {
		f, err := train(id, casesOf(set, id, all))
		if err != nil {
			return err
		}
		b, err := f.Encode()
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(out, id+".json"), b, 0o644); err != nil {
			return err
		}
		fmt.Printf("%s: %d articles, %d relevant, alert from %.3f, digest from %.3f\n", id, f.Articles, f.Relevant, f.Alert, f.Digest)
	}
	return nil
}
