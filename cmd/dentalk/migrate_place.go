package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dentalk/domain"
	"dentalk/repository/mongostore"
	"dentalk/repository/sqlitestore"
)

// archive is a store that can be moved.
type archive interface {
	domain.Archive
	Close() error
}

// place says where a store is.
type place struct {
	flag string
	name string // the same for each spelling, without credentials
	dir  string // of an embedded store; else empty
	uri  string // of a MongoDB; may hold credentials
}

// parsePlace reads sqlite:DIR, a MongoDB URI, or mongodb: before such a URI. Its errors never repeat
// the value, which may hold a password.
func parsePlace(flag, value string) (place, error) {
	scheme, rest, _ := strings.Cut(value, ":")
	switch {
	case rest == "":
	case scheme == "sqlite":
		return embeddedPlace(flag, rest)
	case scheme == "mongodb" && !strings.HasPrefix(rest, "//"):
		return parseURI(flag, rest)
	default:
		return parseURI(flag, value)
	}
	return place{}, fmt.Errorf("%w: %s must be sqlite:DIR or mongodb://HOST/DATABASE", errUsage, flag)
}

// embeddedPlace follows links, so that one data dir has one name.
func embeddedPlace(flag, dir string) (place, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return place{}, fmt.Errorf("%s: find data dir: %w", flag, err)
	}
	if followed, err := filepath.EvalSymlinks(dir); err == nil {
		dir = followed
	}
	return place{flag: flag, name: "sqlite:" + dir, dir: dir}, nil
}

// defaultDatabase is the one of a URI that names none.
const defaultDatabase = "dentalk"

func parseURI(flag, uri string) (place, error) {
	scheme, rest, found := strings.Cut(uri, "://")
	if !found || scheme != "mongodb" && scheme != "mongodb+srv" {
		return place{}, fmt.Errorf("%w: %s must be sqlite:DIR or mongodb://HOST/DATABASE", errUsage, flag)
	}
	rest, _, _ = strings.Cut(rest, "?")
	rest = rest[strings.LastIndex(rest, "@")+1:]
	hosts, database, _ := strings.Cut(rest, "/")
	if hosts == "" {
		return place{}, fmt.Errorf("%w: %s names no host", errUsage, flag)
	}
	if database == "" {
		database = defaultDatabase
	}
	each := strings.Split(strings.ToLower(hosts), ",")
	slices.Sort(each)
	return place{flag: flag, name: scheme + "://" + strings.Join(each, ",") + "/" + database, uri: uri}, nil
}

// failed says which of the two stores an error concerns.
func (p place) failed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", p.flag, err)
}

var errNoStore = errors.New("there is no store of dentalk")

// open opens the store. It makes none that must exist.
func (p place) open(ctx context.Context, mustExist bool) (archive, error) {
	if p.uri != "" {
		return p.openMongoDB(ctx)
	}
	if mustExist && !sqlitestore.Exists(p.dir) {
		return nil, p.failed(fmt.Errorf("%w in %q", errNoStore, p.dir))
	}
	store, err := sqlitestore.Open(ctx, p.dir, sqlitestore.Options{})
	if errors.Is(err, sqlitestore.ErrInUse) {
		err = fmt.Errorf("%w: stop its server first", err)
	}
	if err != nil {
		return nil, p.failed(err)
	}
	return store, nil
}

// openMongoDB stops the store's clock long ago. Nothing that is moved asks for the time, but an open
// store removes what has expired, and the two would differ.
func (p place) openMongoDB(ctx context.Context) (archive, error) {
	longAgo := time.Unix(0, 0)
	store, err := mongostore.Open(ctx, p.uri, mongostore.Options{Now: func() time.Time { return longAgo }})
	if err != nil {
		return nil, p.failed(err)
	}
	return store, nil
}
