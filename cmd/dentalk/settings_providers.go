package main

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// providerSettings are those of the providers of translations and analyses.
type providerSettings struct {
	openAIURL, openAIKey, openAIModel                 string
	deepLKey, deepLURL                                string
	papagoKeyID, papagoKey, papagoGlossary, papagoURL string
	googleKey, googleTranslateURL, googleLanguageURL  string
	libreTranslateURL, libreTranslateKey              string
	apertiumURL                                       string

	budget    int64   // characters a month; 0 is no limit
	perSecond float64 // requests; 0 is no limit
	atOnce    int     // requests
	masking   string  // cloud, always or off
}

// translatorNames are the values of DENTALK_TRANSLATOR besides off.
var translatorNames = []string{"openai", "deepl", "papago", "google", "libretranslate", "apertium", "glossary"}

func setTranslators(s *settings, value string) error {
	if value == "off" {
		return nil
	}
	for _, name := range strings.Split(value, ",") {
		name = strings.TrimSpace(name)
		if !slices.Contains(translatorNames, name) {
			return fmt.Errorf("%q is not one of %s, off", name, strings.Join(translatorNames, ", "))
		}
		if slices.Contains(s.translators, name) {
			return fmt.Errorf("%q is there twice", name)
		}
		s.translators = append(s.translators, name)
	}
	return nil
}

func provider(field func(*providerSettings) *string) func(*settings, string) error {
	return func(s *settings, value string) error {
		*field(&s.providers) = value
		return nil
	}
}

func providerURL(field func(*providerSettings) *string) func(*settings, string) error {
	return func(s *settings, value string) error {
		address, err := url.Parse(value)
		if value != "" && (err != nil || address.Host == "" || address.Scheme != "http" && address.Scheme != "https") {
			return errors.New("must be an address that begins with http:// or https://")
		}
		*field(&s.providers) = strings.TrimRight(value, "/")
		return nil
	}
}

func setBudget(s *settings, value string) error {
	budget, err := strconv.ParseInt(value, 10, 64)
	if err != nil || budget < 0 {
		return fmt.Errorf("%q is not a number of characters", value)
	}
	s.providers.budget = budget
	return nil
}

func setProviderRate(s *settings, value string) error {
	rate, err := strconv.ParseFloat(value, 64)
	if err != nil || !(rate >= 0 && rate <= 10_000) { // NaN is neither
		return fmt.Errorf("%q is not a number from 0 to 10000", value)
	}
	s.providers.perSecond = rate
	return nil
}

func setProviderConcurrency(s *settings, value string) error {
	number, err := strconv.Atoi(value)
	if err != nil || number < 1 || number > 256 {
		return fmt.Errorf("%q is not a number from 1 to 256", value)
	}
	s.providers.atOnce = number
	return nil
}

// missingOfProviders names what the chosen providers cannot be without.
func (s settings) missingOfProviders() (problems []error) {
	p := s.providers
	required := []struct{ provider, env, value string }{
		{"openai", "DENTALK_OPENAI_MODEL", p.openAIModel},
		{"deepl", "DENTALK_DEEPL_KEY", p.deepLKey},
		{"papago", "DENTALK_PAPAGO_KEY_ID", p.papagoKeyID},
		{"papago", "DENTALK_PAPAGO_KEY", p.papagoKey},
		{"google", "DENTALK_GOOGLE_KEY", p.googleKey},
		{"libretranslate", "DENTALK_LIBRETRANSLATE_URL", p.libreTranslateURL},
		{"apertium", "DENTALK_APERTIUM_URL", p.apertiumURL},
	}
	for _, one := range required {
		if one.value != "" {
			continue
		}
		if slices.Contains(s.translators, one.provider) {
			problems = append(problems, fmt.Errorf("%s: must be set with %s in DENTALK_TRANSLATOR", one.env, one.provider))
		} else if s.sentiment == one.provider {
			problems = append(problems, fmt.Errorf("%s: must be set with DENTALK_SENTIMENT=%s", one.env, one.provider))
		}
	}
	return problems
}
