package filestore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/minio/minio-go/v7/pkg/s3utils"

	"dentalk/domain"
)

const (
	// callTimeout bounds the calls that transfer no content.
	callTimeout = 10 * time.Second
	// removeTimeout bounds the removal of what a failed Put may have stored.
	removeTimeout = 3 * time.Second
	dialTimeout   = 5 * time.Second
	// tries are of calls that have no body; one with a body is sent once.
	tries = 2
)

// S3 keeps each file as an object of a bucket. Its calls end with their context, and when nothing
// has moved for 30 s. It is safe for concurrent use.
type S3 struct {
	client   *minio.Core
	bucket   string
	prefix   string             // of all keys
	checksum minio.ChecksumType // sent behind the content; none without TLS, where each chunk is signed
}

var _ domain.FileStore = (*S3)(nil)

// OpenS3 asks for the bucket of the URL, see Open.
func OpenS3(ctx context.Context, url string) (*S3, error) {
	place, err := parsePlace(url)
	if err != nil {
		return nil, fmt.Errorf("open file store: %w", err)
	}
	client, err := newClient(place)
	if err != nil {
		return nil, fmt.Errorf("open file store: %w", err)
	}
	s := &S3{client: client, bucket: place.bucket, prefix: place.prefix}
	if place.tls {
		s.checksum = minio.ChecksumSHA256
	}
	if err := s.Check(ctx); err != nil {
		return nil, fmt.Errorf("open file store: %w", err)
	}
	return s, nil
}

func newClient(p place) (*minio.Core, error) {
	transport, err := newTransport(p.tls)
	if err != nil {
		return nil, err
	}
	client, err := minio.NewCore(p.host, &minio.Options{
		Creds:  credentials.NewStaticV4(p.key, p.secret, ""),
		Secure: p.tls, Region: p.region, Transport: transport, MaxRetries: tries,
		TrailingHeaders: true, // for checksums
	})
	if err == nil && s3utils.IsGoogleEndpoint(*client.EndpointURL()) {
		err = errGoogle
	}
	return client, err
}

func newTransport(secure bool) (*http.Transport, error) {
	transport, err := minio.DefaultTransport(secure)
	if err != nil {
		return nil, err
	}
	transport.DialContext = (&net.Dialer{Timeout: dialTimeout}).DialContext
	transport.ResponseHeaderTimeout = patience
	return transport, nil
}

func (s *S3) key(id domain.ID) (string, error) {
	if _, ok := domain.ParseID(string(id)); !ok {
		return "", errNoID
	}
	return s.prefix + string(id), nil
}

// Put stores the content by one request, so that an object is whole or not there, and no part of it
// stays. The server checks the content's SHA-256. An ID is stored once: a Put that fails removes it.
// Only when the server had it all, and can then neither answer nor be asked to remove it, it stays.
func (s *S3) Put(ctx context.Context, id domain.ID, content io.Reader, size int64) error {
	key, err := s.key(id)
	if err != nil {
		return fail("store file", err)
	}
	sending, watch := watched(ctx)
	defer watch.stop()
	body := newExact(sending, content, size, watch.moved)
	err = s.send(sending, key, body, size)
	whole, wrong := body.stop()
	if wrong != nil {
		err = wrong
	}
	if err != nil && whole {
		// The server may have it all, only its answer did not come.
		err = errors.Join(err, s.remove(context.WithoutCancel(ctx), key, removeTimeout))
	}
	return fail("store file", err)
}

func (s *S3) send(ctx context.Context, key string, body *exact, size int64) error {
	if size == 0 {
		// The client does not read a body of no bytes.
		if _, err := io.Copy(io.Discard, body); err != nil {
			return err
		}
	}
	_, err := s.client.Client.PutObject(ctx, s.bucket, key, body, size, minio.PutObjectOptions{
		DisableMultipart: true,
		Checksum:         s.checksum,
		// The client would send a chunk of no bytes behind a request that has no body.
		DisableContentSha256: size == 0,
	})
	return err
}

// Open asks for the object. Its content is asked for by the first Read, from there to the end.
func (s *S3) Open(ctx context.Context, id domain.ID) (io.ReadSeekCloser, error) {
	key, err := s.key(id)
	if err != nil {
		return nil, fail("open file", err)
	}
	asking, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	info, err := s.client.StatObject(asking, s.bucket, key, minio.StatObjectOptions{})
	if err != nil {
		return nil, fail("open file", missing(err))
	}
	return newObject(ctx, s, key, info.Size), nil
}

// missing gives the kind to the error of an object that does not exist.
func missing(err error) error {
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		return fmt.Errorf("%w (%w)", domain.NotFound("file"), err)
	}
	return err
}

// Delete removes the object; a bucket with versions keeps it as an old one.
func (s *S3) Delete(ctx context.Context, id domain.ID) error {
	key, err := s.key(id)
	if err != nil {
		return fail("delete file", err)
	}
	return fail("delete file", s.remove(ctx, key, callTimeout))
}

func (s *S3) remove(ctx context.Context, key string, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return s.client.RemoveObject(ctx, s.bucket, key, minio.RemoveObjectOptions{})
}

// Check tells whether the server answers, takes the keys and has the bucket.
func (s *S3) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	exists, err := s.client.BucketExists(ctx, s.bucket)
	switch {
	case err == nil && !exists:
		err = fmt.Errorf("the bucket %q does not exist: it must be made first", s.bucket)
	case minio.ToErrorResponse(err).StatusCode == http.StatusForbidden:
		err = fmt.Errorf("the server refuses the key for the bucket %q: %w", s.bucket, err)
	}
	return fail("check file store", err)
}
