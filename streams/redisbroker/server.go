package redisbroker

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net/url"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"dentalk/domain"
)

const (
	// partitions is into how many parts the topics fall on a cluster. Every instance must use the
	// same number. More shards than that are of no use to the broker.
	partitions = 16
	// callTimeout bounds each connecting, reading and writing.
	callTimeout = time.Second
)

// server is one Redis or a Redis Cluster, and how topics are named there.
type server struct {
	client  redis.UniversalClient
	cluster *redis.ClusterClient // the same client; nil on one Redis
	prefix  string
}

func newServer(address, prefix string) (*server, error) {
	parsed, err := url.Parse(address)
	if err != nil {
		return nil, errAddress
	}
	scheme, onCluster := strings.CutSuffix(parsed.Scheme, "+cluster")
	parsed.Scheme = scheme
	if onCluster || parsed.Query().Has("addr") {
		client, err := newClusterClient(parsed.String())
		return &server{client: client, cluster: client, prefix: prefix}, err
	}
	client, err := newClient(parsed.String())
	return &server{client: client, prefix: prefix}, err
}

// errAddress does not quote the address: what url.Parse quotes may be of the password.
var errAddress = errors.New("it must be like redis://user:password@host:6379, with a password's special characters percent-encoded")

// A command is never repeated by the client: what is late is worth nothing here.
func newClient(address string) (*redis.Client, error) {
	options, err := redis.ParseURL(address)
	if err != nil {
		return nil, errAddress
	}
	options.MaxRetries, options.Protocol, options.ContextTimeoutEnabled = -1, 2, true
	if options.DialerRetries == 0 {
		options.DialerRetries = 1
	}
	setTimeouts(&options.DialTimeout, &options.ReadTimeout, &options.WriteTimeout)
	return redis.NewClient(options), nil
}

func newClusterClient(address string) (*redis.ClusterClient, error) {
	options, err := redis.ParseClusterURL(address)
	if err != nil {
		return nil, errAddress
	}
	options.MaxRetries, options.Protocol, options.ContextTimeoutEnabled = -1, 2, true
	if options.DialerRetries == 0 {
		options.DialerRetries = 1
	}
	setTimeouts(&options.DialTimeout, &options.ReadTimeout, &options.WriteTimeout)
	return redis.NewClusterClient(options), nil
}

func setTimeouts(timeouts ...*time.Duration) {
	for _, timeout := range timeouts {
		if *timeout == 0 {
			*timeout = callTimeout
		}
	}
}

// partitions is how many connections a subscription needs.
func (s *server) partitions() int {
	if s.cluster == nil {
		return 1
	}
	return partitions
}

func (s *server) partition(topic domain.Topic) int {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(topic))                  // never fails
	return int(hash.Sum32() % uint32(s.partitions())) // #nosec G115 -- a few partitions
}

func (s *server) channel(topic domain.Topic) string {
	return s.channelIn(s.partition(topic), string(topic))
}

// channelIn names a channel of the partition. What is in braces decides the slot of a cluster, so
// that one connection can hold all channels of a partition wherever its slot moves.
func (s *server) channelIn(partition int, name string) string {
	if s.cluster == nil {
		return s.prefix + name
	}
	return fmt.Sprintf("%s{%d}:%s", s.prefix, partition, name)
}

func (s *server) publish(ctx context.Context, to redis.Cmdable, channel string, payload any) *redis.IntCmd {
	if s.cluster == nil {
		return to.Publish(ctx, channel, payload)
	}
	return to.SPublish(ctx, channel, payload)
}

// open makes a connection that is subscribed to the channel.
func (s *server) open(ctx context.Context, channel string) (*redis.PubSub, error) {
	connection := s.client.Subscribe(ctx) // connects with its first channel
	if err := s.subscribe(ctx, connection, channel); err != nil {
		_ = connection.Close() // there is nothing to save
		return nil, err
	}
	return connection, nil
}

func (s *server) subscribe(ctx context.Context, connection *redis.PubSub, channels ...string) error {
	if s.cluster == nil {
		return connection.Subscribe(ctx, channels...)
	}
	return connection.SSubscribe(ctx, channels...)
}

func (s *server) unsubscribe(ctx context.Context, connection *redis.PubSub, channels ...string) error {
	if s.cluster == nil {
		return connection.Unsubscribe(ctx, channels...)
	}
	return connection.SUnsubscribe(ctx, channels...)
}

// lookAgain asks a cluster anew which node has which slot.
func (s *server) lookAgain(ctx context.Context) {
	if s.cluster != nil {
		s.cluster.ReloadState(ctx)
	}
}
