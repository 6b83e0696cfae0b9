// Command train makes the model of the embedded analyser. Run it from the root of the module:
//
//	go run ./enrichment/analyser/train
//
// It reads train/corpus.tsv and writes model.bin; with -generate it first makes the corpus anew
// from train/messages and train/templates. Both files are the same, byte for byte, after every run
// on the same architecture. With -folds N it prints how models do on written messages that they were
// not trained on, with -curve FILE.svg it draws how that depends on the size of the corpus.
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
	generates := flags.Bool("generate", false, "make the corpus anew from messages and templates")
	folds := flags.Int("folds", 0, "measure by so many parts of the written messages, and write no model")
	curve := flags.String("curve", "", "picture of the learning curve to draw, and write no model")
	if err := flags.Parse(args); err != nil {
		return err
	}
	corpusPath := filepath.Join(*folder, "train", "corpus.tsv")
	if *generates {
		corpus, err := generate(filepath.Join(*folder, "train"))
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
		counts, _ := crossMeasure(messages, *folds, 1, extractor)
		for _, language := range languages() {
			counts[language].print(out, language)
		}
		return nil
	}
	if *curve != "" {
		return drawCurve(*curve, messages, extractor)
	}
	examples := prepare(messages, extractor)
	trained := model.New(sha256.Sum256(data), features.Fingerprint(), trainRounds(examples), stems(examples))
	fmt.Fprintf(out, "trained on %d messages\n", len(messages))
	return os.WriteFile(filepath.Join(*folder, "model.bin"), trained.Bytes(), 0o644)
}
