package filestore_test

import (
	"net/url"
	"strings"
	"testing"

	"dentalk/repository/filestore"
	"dentalk/test/servers"
)

func TestBadURLsAreRefusedWithoutTheSecret(t *testing.T) {
	const secret = "hidden"
	for _, bad := range []string{
		"https://key:hidden@localhost/bucket",
		"s3://localhost/bucket",
		"s3://key@localhost/bucket",
		"s3://:hidden@localhost/bucket",
		"s3://key:hidden@/bucket",
		"s3://key:hidden@localhost",
		"s3://key:hidden@localhost/",
		"s3://key:hid/den@localhost/bucket",
		"s3://key:hidden@localhost/bucket?tls=perhaps",
		"s3://key:hidden@localhost/bucket?regoin=eu",
		"s3://key:hidden@localhost/bucket?%zz",
		"s3://key:hidden@localhost:port/bucket",
		"s3://key:hidden%@localhost/bucket",
	} {
		_, err := filestore.Open(t.Context(), bad, "")
		if err == nil {
			t.Errorf("%s was taken", bad)
		} else if !strings.Contains(err.Error(), "s3://KEY:SECRET@") || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestOpenTellsWhatIsWrongWithTheBucket(t *testing.T) {
	server := servers.S3(t)
	other := func(change func(*url.URL)) string {
		parsed, err := url.Parse(server.URL())
		if err != nil {
			t.Fatal(err)
		}
		change(parsed)
		return parsed.String()
	}
	for bad, want := range map[string]string{
		"s3://key:secret@storage.googleapis.com/bucket":                                        "Google",
		other(func(u *url.URL) { u.Path = "/missing" }):                                        `the bucket "missing" does not exist`,
		other(func(u *url.URL) { u.User = url.UserPassword(server.AccessKey, "other") }):       `refuses the key for the bucket "dentalk"`,
		other(func(u *url.URL) { u.User = url.UserPassword("other", server.SecretKey) }):       "check file store",
		other(func(u *url.URL) { u.RawQuery = "" /* TLS, which the server does not speak */ }): "check file store",
	} {
		_, err := filestore.Open(t.Context(), bad, "")
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), server.SecretKey) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestPrefixesShareABucket(t *testing.T) {
	server := servers.S3(t)
	at := func(prefix string) place {
		return place{url: strings.Replace(server.URL(), "/dentalk?", "/dentalk"+prefix+"?region=us-east-1&", 1)}
	}
	put(t, at("/clinic/files").open(t), id(1), []byte("clinic"))
	put(t, at("").open(t), id(1), []byte("all"))
	wantContent(t, at("/clinic/files/").open(t), id(1), strings.NewReader("clinic"))
	wantContent(t, at("/").open(t), id(1), strings.NewReader("all"))
	wantNone(t, at("/clinic").open(t), id(1))
}
