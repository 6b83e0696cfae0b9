package filestore

import (
	"errors"
	"net/url"
	"strings"
)

// place is what the URL of a bucket says.
type place struct {
	host, bucket, prefix string
	key, secret          string
	region               string // empty: the server is asked
	tls                  bool
}

// errPlace quotes nothing: url.Parse would quote the secret.
var errPlace = errors.New("the URL is not valid: it must be like s3://KEY:SECRET@host:port/bucket, with ?region=REGION and tls=false where needed, " +
	"and with what is special in the key and the secret percent-encoded, as %2F for /")

func parsePlace(text string) (place, error) {
	parsed, err := url.Parse(text)
	if err != nil || parsed.Scheme != "s3" || parsed.Host == "" || parsed.Fragment != "" {
		return place{}, errPlace
	}
	secret, _ := parsed.User.Password()
	bucket, prefix, _ := strings.Cut(strings.Trim(parsed.Path, "/"), "/")
	if parsed.User.Username() == "" || secret == "" || bucket == "" {
		return place{}, errPlace
	}
	if prefix != "" {
		prefix += "/"
	}
	p := place{host: parsed.Host, bucket: bucket, prefix: prefix, key: parsed.User.Username(), secret: secret, tls: true}
	return p, p.readOptions(parsed.RawQuery)
}

func (p *place) readOptions(query string) error {
	options, err := url.ParseQuery(query)
	if err != nil {
		return errPlace
	}
	for name, values := range options {
		value := values[len(values)-1]
		switch {
		case name == "region":
			p.region = value
		case name == "tls" && (value == "true" || value == "false"):
			p.tls = value == "true"
		default:
			return errPlace
		}
	}
	return nil
}
