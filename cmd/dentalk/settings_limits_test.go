package main

import (
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func readLimits(env ...string) (settings, error) {
	return program{env: env, stdout: io.Discard, stderr: io.Discard}.readSettings(nil)
}

func TestLimitsHaveDefaults(t *testing.T) {
	s, err := readLimits()
	must(t, err)
	got := []int64{int64(s.keysPerMinute), int64(s.streamsPerUser), int64(s.streams), s.maxUpload, int64(len(s.allowedOrigins)), int64(len(s.filesURL))}
	if diff := cmp.Diff([]int64{6000, 1000, 110_000, 100 << 20, 0, 0}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLimitsMayBeOff(t *testing.T) {
	s, err := readLimits("DENTALK_KEY_RATE_LIMIT=0", "DENTALK_STREAMS_PER_USER=0", "DENTALK_STREAMS=0")
	must(t, err)
	if s.keysPerMinute != 0 || s.streamsPerUser != 0 || s.streams != 0 {
		t.Errorf("got %+v", s)
	}
}

func TestSizesHaveUnits(t *testing.T) {
	for text, want := range map[string]int64{
		"500KB": 500_000, "100MiB": 100 << 20, "2GB": 2_000_000_000, "4KiB": 4096, "4096": 4096, "1MB": 1_000_000, "5GiB": 5 << 30,
	} {
		s, err := readLimits("DENTALK_MAX_UPLOAD=" + text)
		if err != nil || s.maxUpload != want {
			t.Errorf("%s: got %d, %v", text, s.maxUpload, err)
		}
	}
	for _, text := range []string{"0", "-1", "1.5MiB", "MiB", "100 MiB", "100mib", "6GiB", "9223372036854775807GiB", "1TB"} {
		if _, err := readLimits("DENTALK_MAX_UPLOAD=" + text); err == nil || !strings.HasPrefix(err.Error(), "DENTALK_MAX_UPLOAD: ") {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func TestOriginsAreWrittenAsBrowsersDo(t *testing.T) {
	s, err := readLimits("DENTALK_ALLOWED_ORIGINS=https://Chat.Example.com, https://chat.example.com:443,https://b.example:8443,http://localhost:3000,http://[::1]:80,http://127.0.0.1")
	must(t, err)
	want := []string{"https://chat.example.com", "https://b.example:8443", "http://localhost:3000", "http://[::1]", "http://127.0.0.1"}
	if diff := cmp.Diff(want, s.allowedOrigins); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOriginsThatAreNoneAreRefused(t *testing.T) {
	for text, says := range map[string]string{
		"*": "must not hold a *", "https://*.example.com": "must not hold a *", "null": "is not an origin",
		"https://a.example/": "without a path", "https://a.example/chat": "without a path", "https://a.example?x": "without a path", "https://a.example#": "without a path",
		"http://a.example": "must begin with https://", "ftp://a.example": "must begin with https://", "chat.example.com": "is not an origin",
		"https://user@a.example": "is not an origin", "https://a.example:0": "no port", "https://a.example:": "no port", "https://": "is not an origin",
		"https://a.example,": "is not an origin", "https://a.example:x": "is not an origin",
	} {
		_, err := readLimits("DENTALK_ALLOWED_ORIGINS=" + text)
		if err == nil || !strings.HasPrefix(err.Error(), "DENTALK_ALLOWED_ORIGINS: ") || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func TestAddressOfFilesIsASecret(t *testing.T) {
	const secret = "s3://KEY:SECRET@files.example/bucket"
	s, err := readLimits("DENTALK_FILES_URL=" + secret)
	must(t, err)
	if s.filesURL != secret {
		t.Errorf("got %s", s.filesURL)
	}
	_, err = readLimits("DENTALK_FILES_URL=https://KEY:SECRET@files.example/bucket")
	if err == nil || err.Error() != "DENTALK_FILES_URL: must begin with s3://" {
		t.Errorf("got %v", err)
	}
}
