package main

import (
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"
)

// settings are everything that serve can be told. Nothing else reads the environment.
type settings struct {
	addr              string
	dataDir           string
	mongoDBURI        string
	redisURL          string
	trustedProxies    []netip.Prefix
	instanceID        string
	jwtSecret         string
	operatorUsername  string
	operatorPassword  string
	registrationOpen  bool
	translators       []string // in order of preference; empty: off
	sentiment         string
	providers         providerSettings
	heartbeat         time.Duration
	logLevel          slog.Level
	logJSON           bool
	messagesPerMinute int
	keysPerMinute     int // requests of each API key
	streamsPerUser    int
	streams           int
	maxUpload         int64  // bytes
	filesURL          string // empty: in the data dir
	allowedOrigins    []string
}

// setting is one of them: an environment variable and a flag of the same name.
type setting struct {
	env      string
	fallback string // what holds when it is not set
	help     string
	secret   bool // may come from a file, named by …_FILE
	set      func(*settings, string) error
}

// flagName of DENTALK_DATA_DIR is data-dir.
func (s setting) flagName() string {
	return strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(s.env, envPrefix), "_", "-"))
}

const (
	envPrefix = "DENTALK_"
	// testPrefix is of what the tests are told, and none of the server's business.
	testPrefix = "DENTALK_TEST_"
)

func settingsTable() []setting {
	return []setting{
		{env: "DENTALK_ADDR", fallback: "127.0.0.1:8080", help: "where to listen; port 0 takes a free one", set: setAddr},
		{env: "DENTALK_DATA_DIR", fallback: "./data", help: "where the embedded store and the made secrets lie",
			set: text(func(s *settings, v string) { s.dataDir = v })},
		{env: "DENTALK_MONGODB_URI", secret: true, help: "mongodb:// or mongodb+srv:// address of the store, for several instances; the embedded store when empty", set: setMongoDB},
		{env: "DENTALK_REDIS_URL", secret: true, help: "redis:// or rediss:// address of the bus between instances (redis+cluster:// of a cluster); in process when empty", set: setRedis},
		{env: "DENTALK_TRUSTED_PROXIES", fallback: "127.0.0.0/8,::1", help: "addresses and networks, separated by commas, of proxies whose X-Forwarded headers are believed", set: setProxies},
		{env: "DENTALK_INSTANCE_ID", help: "name of this instance, unique among all; random when empty", set: setInstanceID},
		{env: "DENTALK_JWT_SECRET", secret: true, help: "signs access tokens, at least 32 characters, the same for all instances; made and kept in the data dir when empty, required with Redis", set: setSecret},
		{env: "DENTALK_OPERATOR_USERNAME", fallback: "operator", help: "the first operator, made at the start when there is none", set: setUsername},
		{env: "DENTALK_OPERATOR_PASSWORD", secret: true, help: "its password, at least 8 characters; random and printed once when empty", set: setPassword},
		{env: "DENTALK_REGISTRATION", fallback: "closed", help: "whether clinics and labs may make accounts: open or closed",
			set: choice(func(s *settings, v string) { s.registrationOpen = v == "open" }, "open", "closed")},
		{env: "DENTALK_TRANSLATOR", fallback: "glossary", help: "providers of translations in order of preference, separated by commas: " + strings.Join(translatorNames, ", ") + " (embedded, terms only), or off", set: setTranslators},
		{env: "DENTALK_SENTIMENT", fallback: "embedded", help: "mood and complaint detection: embedded, google or openai (the embedded one runs beside both), or off",
			set: choice(func(s *settings, v string) { s.sentiment = v }, "embedded", "google", "openai", "off")},
		{env: "DENTALK_OPENAI_URL", fallback: "https://api.openai.com/v1", help: "base of an OpenAI-compatible API, also of Ollama or vLLM", set: providerURL(func(p *providerSettings) *string { return &p.openAIURL })},
		{env: "DENTALK_OPENAI_KEY", secret: true, help: "its key; empty when it needs none", set: provider(func(p *providerSettings) *string { return &p.openAIKey })},
		{env: "DENTALK_OPENAI_MODEL", help: "its model", set: provider(func(p *providerSettings) *string { return &p.openAIModel })},
		{env: "DENTALK_DEEPL_KEY", secret: true, help: "key of DeepL; one that ends in :fx is of the free plan", set: provider(func(p *providerSettings) *string { return &p.deepLKey })},
		{env: "DENTALK_DEEPL_URL", help: "base of DeepL's API; by the key when empty", set: providerURL(func(p *providerSettings) *string { return &p.deepLURL })},
		{env: "DENTALK_PAPAGO_KEY_ID", help: "key id of Papago (Naver Cloud)", set: provider(func(p *providerSettings) *string { return &p.papagoKeyID })},
		{env: "DENTALK_PAPAGO_KEY", secret: true, help: "key of Papago", set: provider(func(p *providerSettings) *string { return &p.papagoKey })},
		{env: "DENTALK_PAPAGO_GLOSSARY", help: "key of a glossary that was made in Papago's console", set: provider(func(p *providerSettings) *string { return &p.papagoGlossary })},
		{env: "DENTALK_PAPAGO_URL", help: "base of Papago's API; the vendor's when empty", set: providerURL(func(p *providerSettings) *string { return &p.papagoURL })},
		{env: "DENTALK_GOOGLE_KEY", secret: true, help: "key of Google Cloud Translation and Natural Language", set: provider(func(p *providerSettings) *string { return &p.googleKey })},
		{env: "DENTALK_GOOGLE_TRANSLATE_URL", help: "base of Google's Translation API; the vendor's when empty", set: providerURL(func(p *providerSettings) *string { return &p.googleTranslateURL })},
		{env: "DENTALK_GOOGLE_LANGUAGE_URL", help: "base of Google's Natural Language API; the vendor's when empty", set: providerURL(func(p *providerSettings) *string { return &p.googleLanguageURL })},
		{env: "DENTALK_LIBRETRANSLATE_URL", help: "base of a LibreTranslate server", set: providerURL(func(p *providerSettings) *string { return &p.libreTranslateURL })},
		{env: "DENTALK_LIBRETRANSLATE_KEY", secret: true, help: "its key; empty when it needs none", set: provider(func(p *providerSettings) *string { return &p.libreTranslateKey })},
		{env: "DENTALK_APERTIUM_URL", help: "base of an Apertium APy server", set: providerURL(func(p *providerSettings) *string { return &p.apertiumURL })},
		{env: "DENTALK_PROVIDER_BUDGET", fallback: "0", help: "characters a month that may be sent to each provider, by all instances together; 0 is no limit", set: setBudget},
		{env: "DENTALK_PROVIDER_RATE", fallback: "20", help: "requests a second to each provider; 0 is no limit", set: setProviderRate},
		{env: "DENTALK_PROVIDER_CONCURRENCY", fallback: "8", help: "requests to each provider at once, 1 to 256", set: setProviderConcurrency},
		{env: "DENTALK_MASKING", fallback: "cloud", help: "whether names, telephone numbers, e-mail addresses and dates of birth are masked before a text is sent: cloud (to providers outside of the own network), always or off",
			set: choice(func(s *settings, v string) { s.providers.masking = v }, "cloud", "always", "off")},
		{env: "DENTALK_HEARTBEAT", fallback: "15s", help: "time between two pings of a stream, 100ms to 5m", set: setHeartbeat},
		{env: "DENTALK_LOG_LEVEL", fallback: "info", help: "debug, info, warn or error",
			set: choice(func(s *settings, v string) { _ = s.logLevel.UnmarshalText([]byte(v)) }, "debug", "info", "warn", "error")},
		{env: "DENTALK_LOG_FORMAT", fallback: "text", help: "text or json",
			set: choice(func(s *settings, v string) { s.logJSON = v == "json" }, "text", "json")},
		{env: "DENTALK_RATE_LIMIT", fallback: "0", help: "messages a minute a user; 0 is off", set: number(func(s *settings) *int { return &s.messagesPerMinute })},
		{env: "DENTALK_KEY_RATE_LIMIT", fallback: "6000", help: "requests a minute an API key; 0 is off", set: number(func(s *settings) *int { return &s.keysPerMinute })},
		{env: "DENTALK_STREAMS_PER_USER", fallback: "1000", help: "streams and long polls of one user at once, on this instance; 0 is no limit", set: number(func(s *settings) *int { return &s.streamsPerUser })},
		{env: "DENTALK_STREAMS", fallback: "110000", help: "streams and long polls at once in all, on this instance; 0 is no limit", set: number(func(s *settings) *int { return &s.streams })},
		{env: "DENTALK_MAX_UPLOAD", fallback: "100MiB", help: "the largest file that is taken, such as 500KB, 100MiB or bytes", set: setMaxUpload},
		{env: "DENTALK_FILES_URL", secret: true, help: "s3://KEY:SECRET@host/bucket of an S3-compatible store of files; in the data dir when empty", set: setFilesURL},
		{env: "DENTALK_ALLOWED_ORIGINS", help: "origins, such as https://chat.example.com, separated by commas, of web pages elsewhere that may use the API in a browser; none when empty", set: setOrigins},
	}
}

// readSettings takes flags before the environment before the defaults, and reports all problems
// together.
func (p program) readSettings(args []string) (settings, error) {
	table := settingsTable()
	set := p.flagSet("serve", "dentalk serve runs the server. Each setting is a flag or an environment variable:\n")
	for _, one := range table {
		set.String(one.flagName(), one.fallback, one.description())
	}
	if err := parse(set, args); err != nil {
		return settings{}, err
	}
	flags := map[string]string{}
	set.Visit(func(f *flag.Flag) { flags[f.Name] = f.Value.String() })
	return resolve(table, flags, p.env)
}

func (s setting) description() string {
	text := s.help + " (" + s.env
	if s.secret {
		text += ", or a file's name in " + s.env + "_FILE"
	}
	return text + ")"
}

func resolve(table []setting, flags map[string]string, env []string) (settings, error) {
	vars := map[string]string{}
	for _, pair := range env {
		name, value, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, envPrefix) && !strings.HasPrefix(name, testPrefix) {
			vars[name] = value
		}
	}
	var result settings
	var problems []error
	for _, one := range table {
		source, value, err := one.value(flags, vars)
		if err == nil {
			err = one.set(&result, value)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", source, err))
		}
		delete(vars, one.env)
		if one.secret {
			delete(vars, one.env+"_FILE")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		problems = append(problems, fmt.Errorf("%s: there is no such setting; see dentalk serve --help", name))
	}
	if result.redisURL != "" && result.jwtSecret == "" {
		problems = append(problems, errors.New("DENTALK_JWT_SECRET: must be set with DENTALK_REDIS_URL, to the same for all instances"))
	}
	problems = append(problems, result.missingOfProviders()...)
	return result, errors.Join(problems...)
}

// value finds what one was set to, and where.
func (s setting) value(flags, vars map[string]string) (source, value string, err error) {
	if value, ok := flags[s.flagName()]; ok {
		return "--" + s.flagName(), value, nil
	}
	file := s.env + "_FILE"
	if s.secret && vars[file] != "" {
		if vars[s.env] != "" {
			return file, "", fmt.Errorf("set either this or %s", s.env)
		}
		raw, err := os.ReadFile(vars[file])
		if err != nil {
			return file, "", fmt.Errorf("read the secret: %w", err)
		}
		return file, strings.TrimSpace(string(raw)), nil
	}
	if vars[s.env] != "" {
		return s.env, vars[s.env], nil
	}
	return s.env, s.fallback, nil
}
