package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"dentalk/domain"
)

// What each setting takes. Errors say what a value must be; those of secrets do not repeat it.

func text(set func(*settings, string)) func(*settings, string) error {
	return func(s *settings, value string) error {
		if value == "" {
			return errors.New("must not be empty")
		}
		set(s, value)
		return nil
	}
}

func choice(set func(*settings, string), allowed ...string) func(*settings, string) error {
	return func(s *settings, value string) error {
		for _, one := range allowed {
			if value == one {
				set(s, value)
				return nil
			}
		}
		return fmt.Errorf("%q is not one of %s", value, strings.Join(allowed, ", "))
	}
}

func setMongoDB(s *settings, value string) error {
	s.mongoDBURI = value
	return scheme(value, "mongodb", "mongodb+srv")
}

func setRedis(s *settings, value string) error {
	s.redisURL = value
	return scheme(value, "redis", "rediss", "redis+cluster", "rediss+cluster")
}

// scheme checks how an address begins. What is wrong with the rest, whoever connects to it says;
// the address is not repeated here, since it may hold a password.
func scheme(address string, allowed ...string) error {
	name, rest, _ := strings.Cut(address, "://")
	if address == "" || slices.Contains(allowed, name) && rest != "" {
		return nil
	}
	return fmt.Errorf("must begin with %s://", strings.Join(allowed, ":// or "))
}

func setAddr(s *settings, value string) error {
	_, port, err := net.SplitHostPort(value)
	if err != nil {
		return fmt.Errorf("%q is not host:port", value)
	}
	if number, err := strconv.Atoi(port); err != nil || number < 0 || number > 65535 {
		return fmt.Errorf("%q has no port from 0 to 65535", value)
	}
	s.addr = value
	return nil
}

func setProxies(s *settings, value string) error {
	for _, one := range strings.Split(value, ",") {
		one = strings.TrimSpace(one)
		network, err := netip.ParsePrefix(one)
		if address, notOne := netip.ParseAddr(one); err != nil && notOne == nil {
			network, err = address.Prefix(address.BitLen())
		}
		if err != nil {
			return fmt.Errorf("%q is neither an address nor a network such as 10.0.0.0/8", one)
		}
		s.trustedProxies = append(s.trustedProxies, network)
	}
	return nil
}

var instancePattern = regexp.MustCompile(`^[A-Za-z0-9._-]{0,64}$`)

func setInstanceID(s *settings, value string) error {
	if !instancePattern.MatchString(value) {
		return errors.New("must have at most 64 letters, digits and . _ -")
	}
	s.instanceID = value
	return nil
}

func setSecret(s *settings, value string) error {
	if value != "" && len(value) < 32 {
		return errors.New("must have at least 32 characters")
	}
	s.jwtSecret = value
	return nil
}

func setUsername(s *settings, value string) error {
	operator := domain.NewUser{Username: value, Password: "any valid one", Role: domain.RoleOperator, Language: "en"}
	_, err := operator.Check(false, domain.RoleOperator)
	var invalid *domain.Error
	if errors.As(err, &invalid) {
		return fmt.Errorf("%q %s", value, invalid.Fields[0].Detail)
	}
	s.operatorUsername = value
	return err
}

func setPassword(s *settings, value string) error {
	length := utf8.RuneCountInString(value)
	if length > 0 && (length < domain.MinPassword || length > domain.MaxPassword) {
		return fmt.Errorf("must have %d to %d characters", domain.MinPassword, domain.MaxPassword)
	}
	s.operatorPassword = value
	return nil
}

func setHeartbeat(s *settings, value string) error {
	heartbeat, err := time.ParseDuration(value)
	if err != nil || heartbeat < 100*time.Millisecond || heartbeat > 5*time.Minute {
		return fmt.Errorf("%q is not a duration from 100ms to 5m", value)
	}
	s.heartbeat = heartbeat
	return nil
}
