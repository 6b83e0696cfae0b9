package test

import (
	"bytes"
	"mime/multipart"
	"testing"
)

// smallSTL is a binary STL of one triangle.
func smallSTL() []byte {
	content := make([]byte, 84+50)
	copy(content, "made by a test")
	content[80] = 1
	return content
}

// multipartFile is a body with one file, and its type.
func multipartFile(t testing.TB, name string, content []byte) (body, contentType string) {
	t.Helper()
	var buffer bytes.Buffer
	writer := multipart.NewWriter(&buffer)
	part, err := writer.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = writer.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return buffer.String(), writer.FormDataContentType()
}

// upload sends a file to a room and fails the test unless the status is the expected one.
func upload(t testing.TB, c *caller, room, name string, content []byte, status int, headers ...string) reply {
	t.Helper()
	body, contentType := multipartFile(t, name, content)
	return c.must("POST", "/v1/rooms/"+room+"/attachments", body, status, nil, append([]string{"Content-Type", contentType}, headers...)...)
}
