package main

import (
	"errors"
	"fmt"
	"math"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// What the settings of limits, files and origins take.

// number takes one from 0, which is off.
func number(field func(*settings) *int) func(*settings, string) error {
	const most = 1_000_000
	return func(s *settings, value string) error {
		given, err := strconv.Atoi(value)
		if err != nil || given < 0 || given > most {
			return fmt.Errorf("%q is not a number from 0 to %d", value, most)
		}
		*field(s) = given
		return nil
	}
}

// sizeUnits are tried in order: the longer name first where one ends like another.
var sizeUnits = []struct {
	name  string
	bytes int64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"", 1}}

// parseSize reads bytes such as 500KB, 100MiB or 4096.
func parseSize(text string) (int64, error) {
	for _, unit := range sizeUnits {
		digits, found := strings.CutSuffix(text, unit.name)
		if !found {
			continue
		}
		number, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || number < 0 || number > math.MaxInt64/unit.bytes {
			break
		}
		return number * unit.bytes, nil
	}
	return 0, fmt.Errorf("%q is not a size such as 500KB, 100MiB or 4096", text)
}

func setMaxUpload(s *settings, value string) error {
	const least, most = 1 << 10, 5 << 30 // 5 GiB is the most that S3 takes at once
	size, err := parseSize(value)
	if err != nil {
		return err
	}
	if size < least || size > most {
		return fmt.Errorf("%q is not from 1KiB to 5GiB", value)
	}
	s.maxUpload = size
	return nil
}

// setFilesURL does not repeat the address, since it holds a secret. What is wrong with the rest,
// whoever connects to it says.
func setFilesURL(s *settings, value string) error {
	s.filesURL = value
	return scheme(value, "s3")
}

func setOrigins(s *settings, value string) error {
	if value == "" {
		return nil
	}
	for one := range strings.SplitSeq(value, ",") {
		origin, err := parseOrigin(strings.TrimSpace(one))
		if err != nil {
			return err
		}
		if !slices.Contains(s.allowedOrigins, origin) {
			s.allowedOrigins = append(s.allowedOrigins, origin)
		}
	}
	return nil
}

// parseOrigin gives an origin as browsers write it. Pages that are not served over TLS can be
// replaced on their way, so they are believed on this machine only.
func parseOrigin(text string) (string, error) {
	address, err := url.Parse(text)
	switch {
	case strings.Contains(text, "*"):
		return "", fmt.Errorf("%q must not hold a *: name each origin", text)
	case err != nil || address.Hostname() == "" || address.User != nil:
		return "", fmt.Errorf("%q is not an origin such as https://chat.example.com", text)
	case address.Path != "" || address.RawQuery != "" || address.ForceQuery || strings.Contains(text, "#"):
		return "", fmt.Errorf("%q must end after the host and the port, without a path", text)
	case address.Scheme != "https" && !(address.Scheme == "http" && isLocal(address.Hostname())):
		return "", fmt.Errorf("%q must begin with https:// (http:// for localhost only)", text)
	}
	host := strings.ToLower(address.Host)
	host = strings.TrimSuffix(host, map[string]string{"https": ":443", "http": ":80"}[address.Scheme])
	if _, port, found := strings.Cut(host[strings.LastIndexByte(host, ']')+1:], ":"); found && !validPort(port) {
		return "", errors.New(strconv.Quote(text) + " has no port from 1 to 65535")
	}
	return address.Scheme + "://" + host, nil
}

func validPort(text string) bool {
	port, err := strconv.Atoi(text)
	return err == nil && port >= 1 && port <= 65535
}

func isLocal(host string) bool {
	address := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || address != nil && address.IsLoopback()
}
