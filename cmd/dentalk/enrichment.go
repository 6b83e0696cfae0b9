package main

import (
	"context"
	"errors"
	"fmt"

	"dentalk/domain"
	"dentalk/enrichment"
	"dentalk/enrichment/analyser"
	"dentalk/enrichment/glossary"
)

// startEnrichment tells whether there is anything to enrich with. The pipeline runs in any case: it
// also settles what is pending from before providers were turned off.
func (h *house) startEnrichment(terms *domain.TermBase, metrics *enrichment.Metrics) (bool, error) {
	config := enrichment.Config{Store: h.store, Log: h.log, Now: h.now, Metrics: metrics}
	made := &providers{
		settings: h.settings.providers, usage: h.store, cache: h.shared.volatile, metrics: metrics, log: h.log, now: h.now,
	}
	if err := h.chooseTranslator(&config, made, terms); err != nil {
		return false, err
	}
	if err := h.chooseAnalyser(&config, made); err != nil {
		return false, err
	}
	pipeline := enrichment.New(config)
	h.store.OnEnrichmentDue(pipeline.Ring)
	ctx, stop := context.WithCancel(context.Background())
	h.stopEnrichment = stop
	h.enrichment.Go(func() {
		if err := pipeline.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
			h.log.Error("enrichment ended", "error", err)
		}
	})
	h.providers = made
	return config.Translator != nil || config.Analyser != nil, nil
}

// chooseTranslator puts the glossary around the providers: it tells them its terms, and gives terms
// also where there is no translation.
func (h *house) chooseTranslator(config *enrichment.Config, made *providers, terms *domain.TermBase) error {
	if len(h.settings.translators) == 0 {
		return nil
	}
	chain, err := made.translator(h.settings.translators)
	if err != nil {
		return err
	}
	config.Translator = glossary.Translator(glossary.NewLive(terms), chain)
	return nil
}

func (h *house) chooseAnalyser(config *enrichment.Config, made *providers) error {
	if h.settings.sentiment == "off" {
		return nil
	}
	model, err := analyser.New()
	if err != nil {
		return fmt.Errorf("load analyser: %w", err)
	}
	second, err := made.second(h.settings.sentiment)
	if err != nil {
		return err
	}
	config.Analyser, config.Second = model, second
	config.OpinionTranslates = h.settings.sentiment == "openai" && len(h.settings.translators) > 0 && h.settings.translators[0] == "openai"
	return nil
}
