// Command train makes the model of the embedded analyser. Run it from the root of the module:
//
//	go run ./enrichment/analyser/train
//
// It reads train/corpus.tsv and writes model.bin; with -generate it first makes the corpus anew
// from train/templates. Both files are the same, byte for byte, after every run on the same
// architecture. With -measure FILE it prints how the model does on another labelled file, with
// -folds N how models do on templates that they were not trained on.
package main

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"dentalk/enrichment/analyser/internal/features"
	"dentalk/enrichment/analyser/internal/model"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("train", flag.ContinueOnError)
	folder := flags.String("folder", filepath.FromSlash("enrichment/analyser"), "folder of the analyser")
	generates := flags.Bool("generate", false, "make the corpus anew from the templates")
	measured := flags.String("measure", "", "labelled file to measure the model on")
	folds := flags.Int("folds", 0, "measure by so many parts of the templates, and write no model")
	if err := flags.Parse(args); err != nil {
		return err
	}
	corpusPath := filepath.Join(*folder, "train", "corpus.tsv")
	if *generates {
		corpus, err := generate(filepath.Join(*folder, "train", "templates"))
		if err != nil {
			return err
		}
		if err := writeCorpus(corpusPath, corpus); err != nil {
			return err
		}
	}
	messages, data, err := readCorpus(corpusPath)
	if err != nil {
		return err
	}
	extractor, err := features.NewExtractor()
	if err != nil {
		return err
	}
	if *folds > 1 {
		crossMeasure(out, messages, *folds, extractor)
		return nil
	}
	examples := prepare(messages, extractor)
	trained := model.New(sha256.Sum256(data), features.Fingerprint(), train(examples), stems(examples))
	fmt.Fprintf(out, "trained on %d messages\n", len(messages))
	if *measured != "" {
		labelled, _, err := readCorpus(*measured)
		if err != nil {
			return err
		}
		measure(out, trained, labelled, extractor)
	}
	return os.WriteFile(filepath.Join(*folder, "model.bin"), trained.Bytes(), 0o644)
}
