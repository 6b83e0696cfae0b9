package attachments_test

import (
	"bytes"
	"strings"
	"testing"
)

// colourProfile is the beginning of an ICC profile, up to its signature.
var colourProfile = strings.Repeat("p", 36) + "acsp and colours"

func TestAJPEGKeepsNoMoreOfASegmentThanItIsShownBy(t *testing.T) {
	w := newWorld(t, 1<<20)
	plain := plainJPEG(t)
	jfif := "JFIF\x00\x01\x01\x00\x00\x01\x00\x01"
	adobe := "Adobe\x00\x64\x00\x00\x00\x00\x01"
	profile := "ICC_PROFILE\x00"
	for what, test := range map[string]struct{ sent, want []byte }{
		"a thumbnail":                {segment(0xe0, jfif+"\x01\x01"+placeText), segment(0xe0, jfif+"\x00\x00")},
		"more behind Adobe":          {segment(0xee, adobe+placeText), segment(0xee, adobe)},
		"no profile":                 {segment(0xe2, profile+"\x01\x01"+placeText), nil},
		"a profile":                  {segment(0xe2, profile+"\x01\x01"+colourProfile), segment(0xe2, profile+"\x01\x01"+colourProfile)},
		"a part without the first":   {segment(0xe2, profile+"\x02\x02"+placeText), nil},
		"a part that there is not":   {segment(0xe2, profile+"\x02\x01"+placeText), nil},
		"a reserved segment":         {segment(0xc8, placeText), nil},
		"an extension":               {segment(0xf0, placeText), nil},
		"a marker that nobody knows": {segment(0x02, placeText), nil},
		"a profile in two parts": {
			append(segment(0xe2, profile+"\x01\x02"+colourProfile), segment(0xe2, profile+"\x02\x02more")...),
			append(segment(0xe2, profile+"\x01\x02"+colourProfile), segment(0xe2, profile+"\x02\x02more")...),
		},
		"a part twice": {
			append(segment(0xe2, profile+"\x01\x01"+colourProfile), segment(0xe2, profile+"\x01\x01"+colourProfile+placeText)...),
			segment(0xe2, profile+"\x01\x01"+colourProfile),
		},
	} {
		_, stored := w.stage("x.jpg", jpegWith(plain, nil, test.sent))
		wantNoPlace(t, what, stored)
		if want := jpegWith(plain, nil, test.want); !bytes.Equal(stored, want) {
			t.Errorf("%s: got %q, want %q", what, stored[:100], want[:100])
		}
	}
	w.empty()
}

func TestAJPEGWithoutEndGetsOne(t *testing.T) {
	w := newWorld(t, 1<<20)
	plain := plainJPEG(t)
	if _, stored := w.stage("x.jpg", plain[:len(plain)-2]); !bytes.Equal(stored, plain) {
		t.Errorf("it ends with %x", stored[len(stored)-4:])
	}
	_, stored := w.stage("x.jpg", plain[:len(plain)-1])
	wantPixels(t, "half an end", plain, stored)
	w.empty()
}
