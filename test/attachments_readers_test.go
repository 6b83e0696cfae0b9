package test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/handlers"
)

func TestFilesAreSeenByThoseInTheRoomOnly(t *testing.T) {
	r := newFilesRoom(t, startServer(t, t.TempDir()))
	outsider := r.server.member(t, r.operator, "outsider", "lab", "ko")
	file := r.upload(r.clinic, "scan.stl", smallSTL())
	r.hidden(r.lab, file) // not sent yet
	r.download(r.operator, file)
	r.send(r.clinic, "file", file)
	r.download(r.lab, file)
	r.hidden(outsider, file)
	outsider.refused("GET", "/v1/attachments/"+file.ID, nil, http.StatusNotFound, "attachment_not_found", "Range", "bytes=0-0", "If-None-Match", `"`+file.SHA256+`"`)
	outsider.must("POST", "/v1/rooms/"+r.id+"/messages", map[string]any{"type": "file", "attachmentIds": []string{file.ID}}, http.StatusNotFound, nil)
	r.lab.must("POST", "/v1/rooms/"+r.id+"/messages", map[string]any{"type": "file", "attachmentIds": []string{file.ID}}, http.StatusBadRequest, nil)

	r.operator.must("POST", "/v1/rooms/"+r.id+"/participants", map[string]any{"userId": r.operator.user.ID}, http.StatusCreated, nil)
	note := r.upload(r.operator, "assessment.stl", smallSTL())
	r.send(r.operator, "note", note)
	r.hidden(r.clinic, note)
	r.hidden(r.lab, note)
	r.download(r.operator, note)

	r.operator.must("DELETE", "/v1/rooms/"+r.id+"/participants/"+r.lab.user.ID, nil, http.StatusNoContent, nil)
	r.hidden(r.lab, file)
	r.download(r.clinic, file)
}

// TestFilesOfMessagesAreToldEverywhere compares what history, streams and polls say of an image.
func TestFilesOfMessagesAreToldEverywhere(t *testing.T) {
	r := newFilesRoom(t, startServer(t, t.TempDir()))
	begin := r.clinic.post(r.id, "Here it comes.")
	streams := []*subscriber{
		r.clinic.subscribe(t, "/v1/rooms/"+r.id+"/stream").ready(), r.operator.subscribe(t, "/v1/stream").ready(),
		r.clinic.subscribeFrom(t, "/v1/stream", begin.ID).ready(),
	}
	files := []handlers.Attachment{r.upload(r.lab, "front.jpg", photograph(t)), r.upload(r.lab, "side.jpg", photograph(t))}
	sent := r.send(r.lab, "image", files...)
	streams = append(streams, r.lab.subscribeFrom(t, "/v1/rooms/"+r.id+"/stream", begin.ID).ready())
	if diff := cmp.Diff(files, r.clinic.history(r.id)[1].Content.Attachments); diff != "" || sent.Content.Type != "image" {
		t.Errorf("the history (-want +got):\n%s", diff)
	}
	for _, stream := range streams {
		wantFiles(t, stream, files)
	}
	polled := r.clinic.must("GET", "/v1/rooms/"+r.id+"/events?after="+begin.ID, nil, http.StatusOK, nil)
	for _, file := range files {
		if !strings.Contains(string(polled.body), file.SHA256) {
			t.Errorf("the poll lacks %s: %s", file.Name, polled.body)
		}
	}
}

// wantFiles waits for a message with these files.
func wantFiles(t testing.TB, stream *subscriber, files []handlers.Attachment) {
	t.Helper()
	var message handlers.Message
	eventually(t, "the message with the files", func() bool {
		return stream.last("message.created", &message) == nil && len(message.Content.Attachments) > 0
	})
	if diff := cmp.Diff(files, message.Content.Attachments); diff != "" {
		t.Errorf("the stream (-want +got):\n%s", diff)
	}
}
