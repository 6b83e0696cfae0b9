package test

import (
	"bytes"
	"net/http"
	"os"
	"testing"
	"time"
)

// TestAnUploadSurvivesAKill kills the server between an upload and the message that it is for.
func TestAnUploadSurvivesAKill(t *testing.T) {
	dir := t.TempDir()
	r := newFilesRoom(t, startServer(t, dir))
	content := largeSTL(3000)
	file := r.upload(r.clinic, "upper jaw.stl", content)
	r.server.kill(t)
	r.server = startServerAt(t, r.server.addr, dir)
	r.send(r.clinic, "file", file)
	if got := r.download(r.lab, file); !bytes.Equal(got.body, content) {
		t.Errorf("got %d bytes, want the %d that were uploaded", len(got.body), len(content))
	}
}

// TestAKillDuringAnUploadLeavesNothing kills the server when a part of the file is on the disk. A start
// removes the part when nobody has written to it for long.
func TestAKillDuringAnUploadLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	r := newFilesRoom(t, startServer(t, dir))
	content := largeSTL(3000)
	sending := beginUpload(t, r.clinic, r.id, "scan.stl")
	sending.send(content[:len(content)/2])
	eventually(t, "the part on the disk", func() bool { return sizeOf(regularFiles(t, dir, "incoming")) >= int64(len(content)/2) })
	r.server.kill(t)
	long := time.Now().Add(-2 * time.Hour)
	for _, path := range regularFiles(t, dir, "incoming") {
		if err := os.Chtimes(path, long, long); err != nil {
			t.Fatal(err)
		}
	}
	r.server = startServerAt(t, r.server.addr, dir)
	if left := regularFiles(t, dir, "incoming", "files"); len(left) > 0 {
		t.Errorf("a kill leaves %v", left)
	}
	r.send(r.clinic, "file", r.upload(r.clinic, "scan.stl", content))
	if stored := regularFiles(t, dir, "incoming", "files"); len(stored) != 1 || sizeOf(stored) != int64(len(content)) {
		t.Errorf("the upload that was sent again is stored in %v", stored)
	}
}

// TestAClientWhoGoesAwayDuringAnUploadLeavesNothing does not restart the server.
func TestAClientWhoGoesAwayDuringAnUploadLeavesNothing(t *testing.T) {
	r := newFilesRoom(t, startServer(t, t.TempDir()))
	sending := beginUpload(t, r.clinic, r.id, "scan.stl")
	sending.send(smallSTL()[:50])
	eventually(t, "a file under way", func() bool { return len(regularFiles(t, r.server.dir, "incoming")) == 1 })
	sending.hangUp()
	eventually(t, "nothing under way", func() bool { return len(regularFiles(t, r.server.dir, "incoming", "files")) == 0 })
	r.clinic.must("GET", "/v1/me", nil, http.StatusOK, nil)
}
