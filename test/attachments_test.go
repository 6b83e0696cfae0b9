package test

import (
	"bytes"
	"fmt"
	"mime"
	"mime/multipart"
	"net/http"
	"testing"
)

func TestFilesAreDownloadedWholeAndInParts(t *testing.T) {
	r := newFilesRoom(t, startServer(t, t.TempDir()))
	content := largeSTL(6000)
	file := r.upload(r.clinic, "../upper jaw.stl", content)
	r.send(r.clinic, "file", file)
	path := "/v1/attachments/" + file.ID
	whole := r.download(r.lab, file)
	if !bytes.Equal(whole.body, content) || whole.header.Get("Content-Type") != "model/stl" || int(file.Size) != len(content) {
		t.Errorf("got %d bytes of %s, want %d", len(whole.body), whole.header.Get("Content-Type"), len(content))
	}
	if disposition, parameters, err := mime.ParseMediaType(whole.header.Get("Content-Disposition")); err != nil || disposition != "attachment" || parameters["filename"] != "upper jaw.stl" {
		t.Errorf("got %s %v, %v", disposition, parameters, err)
	}
	tag, size := whole.header.Get("ETag"), len(content)
	for _, test := range []struct {
		headers []string
		status  int
		want    []byte
	}{
		{[]string{"Range", "bytes=100-199"}, 206, content[100:200]},
		{[]string{"Range", "bytes=0-0"}, 206, content[:1]},
		{[]string{"Range", "bytes=-10"}, 206, content[size-10:]},
		{[]string{"Range", fmt.Sprintf("bytes=%d-", size-5)}, 206, content[size-5:]},
		{[]string{"Range", "bytes=10-19", "If-Range", tag}, 206, content[10:20]},
		{[]string{"Range", "bytes=10-19", "If-Range", `"other"`}, 200, content},
		{[]string{"If-None-Match", tag}, 304, nil},
		{[]string{"If-None-Match", `"other"`}, 200, content},
	} {
		if got := r.lab.must("GET", path, nil, test.status, nil, test.headers...); !bytes.Equal(got.body, test.want) {
			t.Errorf("%v: got %d bytes, want %d", test.headers, len(got.body), len(test.want))
		}
	}
	r.lab.refused("GET", path, nil, http.StatusRequestedRangeNotSatisfiable, "range_not_satisfiable", "Range", fmt.Sprintf("bytes=%d-", size))
	r.lab.refused("GET", path, nil, http.StatusPreconditionFailed, "precondition_failed", "If-Match", `"other"`)
	head := r.lab.must("HEAD", path, nil, http.StatusOK, nil)
	if len(head.body) > 0 || head.header.Get("Content-Length") != fmt.Sprint(size) || head.header.Get("ETag") != tag || head.header.Get("Accept-Ranges") != "bytes" {
		t.Errorf("HEAD answers %d bytes and %v", len(head.body), head.header)
	}
	r.twoParts(path, content)
}

func (r *filesRoom) twoParts(path string, content []byte) {
	r.Helper()
	answer := r.lab.must("GET", path, nil, http.StatusPartialContent, nil, "Range", "bytes=0-9,100-149")
	_, parameters, err := mime.ParseMediaType(answer.header.Get("Content-Type"))
	if err != nil {
		r.Fatal(err)
	}
	parts := multipart.NewReader(bytes.NewReader(answer.body), parameters["boundary"])
	for _, want := range [][]byte{content[:10], content[100:150]} {
		part, err := parts.NextPart()
		if err != nil {
			r.Fatal(err)
		}
		var got bytes.Buffer
		if _, err := got.ReadFrom(part); err != nil || !bytes.Equal(got.Bytes(), want) {
			r.Errorf("a part has %d bytes, want %d: %v", got.Len(), len(want), err)
		}
	}
}
