package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const secretFile = "jwt-secret"

// tokenKey gives the secret of the settings, or the one that is kept in the data dir and made at
// the first start.
func tokenKey(s settings) ([]byte, error) {
	if s.jwtSecret != "" {
		return []byte(s.jwtSecret), nil
	}
	path := filepath.Join(s.dataDir, secretFile)
	key, err := os.ReadFile(path) // #nosec G304 -- in the data dir of the settings
	if err == nil && len(key) >= 32 {
		return key, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the token secret: %w", err)
	}
	key = []byte(rand.Text() + rand.Text())
	err = os.MkdirAll(s.dataDir, 0o700) // with MongoDB nothing else has made it
	if err == nil {
		err = writeSecret(path, key)
	}
	if err != nil {
		return nil, fmt.Errorf("keep the token secret: %w", err)
	}
	return key, nil
}

// writeSecret leaves either no file or a whole one, also when the machine dies in between.
func writeSecret(path string, secret []byte) error {
	file, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) // #nosec G304 -- in the data dir of the settings
	if err != nil {
		return err
	}
	_, err = file.Write(secret)
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
