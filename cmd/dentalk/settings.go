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
	translator        string
	sentiment         string
	heartbeat         time.Duration
	logLevel          slog.Level
	logJSON           bool
	messagesPerMinute int
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
		{env: "DENTALK_TRANSLATOR", fallback: "glossary", help: "provider of translations: glossary (embedded, terms only) or off",
			set: choice(func(s *settings, v string) { s.translator = v }, "glossary", "off")},
		{env: "DENTALK_SENTIMENT", fallback: "embedded", help: "provider of mood and complaint detection: embedded or off",
			set: choice(func(s *settings, v string) { s.sentiment = v }, "embedded", "off")},
		{env: "DENTALK_HEARTBEAT", fallback: "15s", help: "time between two pings of a stream, 100ms to 5m", set: setHeartbeat},
		{env: "DENTALK_LOG_LEVEL", fallback: "info", help: "debug, info, warn or error",
			set: choice(func(s *settings, v string) { _ = s.logLevel.UnmarshalText([]byte(v)) }, "debug", "info", "warn", "error")},
		{env: "DENTALK_LOG_FORMAT", fallback: "text", help: "text or json",
			set: choice(func(s *settings, v string) { s.logJSON = v == "json" }, "text", "json")},
		{env: "DENTALK_RATE_LIMIT", fallback: "0", help: "messages a minute a user; 0 is off", set: setRateLimit},
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
