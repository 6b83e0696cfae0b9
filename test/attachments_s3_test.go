package test

import (
	"bytes"
	"net/http"
	"testing"

	"dentalk/handlers"
	"dentalk/test/servers"
)

// TestFilesAreSharedByInstances uploads at one instance and reads at the other, while S3 is there and
// when it was away.
func TestFilesAreSharedByInstances(t *testing.T) {
	s3 := servers.S3(t)
	i := startInstances(t, 2, "DENTALK_FILES_URL="+s3.URL(), "DENTALK_TRANSLATOR=off", "DENTALK_SENTIMENT=off")
	here, there := i.all[0], i.all[1]
	r := newFilesRoom(t, here)
	stream := r.lab.at(there).subscribe(t, "/v1/rooms/"+r.id+"/stream").ready()
	scan, picture := largeSTL(20_000), photograph(t)
	files := []handlers.Attachment{r.upload(r.clinic, "upper jaw.stl", scan), r.upload(r.clinic, "shade.jpg", picture)}
	r.hidden(r.lab.at(there), files[0])
	r.send(r.clinic.at(there), "image", files[1])
	wantFiles(t, stream, files[1:])
	r.send(r.clinic, "file", files...)
	eventually(t, "both messages", func() bool { return stream.count("message.created") == 2 })
	wantFiles(t, stream, files)
	if got := r.download(r.lab.at(there), files[0]); !bytes.Equal(got.body, scan) {
		t.Errorf("got %d bytes, want %d", len(got.body), len(scan))
	}
	part := r.lab.at(there).must("GET", "/v1/attachments/"+files[0].ID, nil, http.StatusPartialContent, nil, "Range", "bytes=500000-500099")
	if !bytes.Equal(part.body, scan[500_000:500_100]) {
		t.Error("the range is of other bytes")
	}
	if got := r.download(r.lab.at(there), files[1]); bytes.Contains(got.body, []byte(placeText)) {
		t.Error("the place of the photograph is in what is downloaded")
	}
	r.outage(s3, there, files[0])

	r.operator.must("DELETE", "/v1/rooms/"+r.id+"/participants/"+r.lab.user.ID, nil, http.StatusNoContent, nil)
	r.hidden(r.lab.at(there), files[0])
	r.hidden(r.lab, files[0])
}

// outage kills S3 and starts it again.
func (r *filesRoom) outage(s3 *servers.S3Server, there *server, file handlers.Attachment) {
	r.Helper()
	s3.Kill()
	body, contentType := multipartFile(r, "scan.stl", smallSTL())
	r.clinic.refused("POST", "/v1/rooms/"+r.id+"/attachments", body, http.StatusServiceUnavailable, "unavailable", "Content-Type", contentType)
	r.lab.at(there).refused("GET", "/v1/attachments/"+file.ID, nil, http.StatusServiceUnavailable, "unavailable")
	for _, s := range []*server{r.server, there} {
		last := r.clinic.at(s).post(r.id, "The files are away, but not we.")
		if history := r.lab.at(there).history(r.id); history[len(history)-1].ID != last.ID {
			r.Errorf("the history ends with %s, want %s", history[len(history)-1].ID, last.ID)
		}
	}
	if err := s3.Restart(r.Context()); err != nil {
		r.Fatal(err)
	}
	eventually(r, "a download at the one", func() bool {
		answer, err := r.lab.at(there).call("GET", "/v1/attachments/"+file.ID, nil)
		return err == nil && answer.status == http.StatusOK && int64(len(answer.body)) == file.Size
	})
	again := r.upload(r.clinic.at(there), "scan.stl", smallSTL())
	r.send(r.clinic, "file", again)
	if got := r.download(r.lab, again); !bytes.Equal(got.body, smallSTL()) {
		r.Errorf("got %d bytes", len(got.body))
	}
}
