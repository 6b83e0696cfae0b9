package filestore

import (
	"context"

	"dentalk/domain"
)

// Open opens the bucket of the URL, or the directory when the URL is empty. The URL is
//
//	s3://KEY:SECRET@host[:port]/bucket[/prefix][?region=REGION&tls=false]
//
// with what is special in the key and the secret percent-encoded. The bucket must exist. No error
// tells the URL, which holds a secret.
func Open(ctx context.Context, url, dir string) (domain.FileStore, error) {
	if url == "" {
		return OpenDisk(dir)
	}
	return OpenS3(ctx, url)
}
