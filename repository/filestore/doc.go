// Package filestore keeps the bytes of uploads: in a directory, or in a bucket of an S3-compatible
// server. A file is whole or not there.
package filestore
