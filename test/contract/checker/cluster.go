package checker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"dentalk/test/servers"
)

const operatorPassword = "operator's password"

// Cluster is everything that a round runs on: Redis and the database, each behind a proxy, the
// instances, and the gateway. It serves one round after the other, each on a new database.
type Cluster struct {
	options   Options
	redis     *servers.RedisServer
	network   *servers.Proxy // before Redis
	database  *servers.MongoDBServer
	gateway   *servers.NginxServer
	instances []*instance
}

// NewCluster starts the servers, and no instance yet. Stop ends them.
func NewCluster(ctx context.Context, options Options) (*Cluster, error) {
	c := &Cluster{options: options}
	if err := c.open(ctx); err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

func (c *Cluster) open(ctx context.Context) (err error) {
	if c.options.Binary == "" {
		if c.options.Binary, err = Build(ctx, c.options.Dir); err != nil {
			return err
		}
	}
	if c.redis, err = servers.StartRedis(ctx); err != nil {
		return err
	}
	if c.network, err = servers.StartProxy(c.redis.Addr); err != nil {
		return err
	}
	if c.database, err = servers.StartMongoDB(ctx); err != nil {
		return err
	}
	var addresses []string
	for n := range c.options.Instances {
		one, err := c.newInstance(fmt.Sprint("instance-", n+1))
		if err != nil {
			return err
		}
		c.instances = append(c.instances, one)
		addresses = append(addresses, one.address)
	}
	c.gateway, err = servers.StartGateway(ctx, addresses...)
	return err
}

func (c *Cluster) newInstance(name string) (*instance, error) {
	address, err := servers.FreeAddress()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(c.options.Dir, name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make a directory for %s: %w", name, err)
	}
	one := &instance{name: name, address: address, dir: dir, binary: c.options.Binary}
	return one, one.openLog()
}

// begin starts all instances at once on a database of a round.
func (c *Cluster) begin(ctx context.Context, database string, report *report) error {
	if err := c.redis.Restart(ctx); err != nil {
		return err
	}
	var group sync.WaitGroup
	errs := make([]error, len(c.instances))
	for n, one := range c.instances {
		one.report = report
		one.env = []string{
			"DENTALK_ADDR=" + one.address, "DENTALK_DATA_DIR=" + one.dir, "DENTALK_INSTANCE_ID=" + one.name,
			"DENTALK_MONGODB_URI=" + c.database.URI() + database, "DENTALK_REDIS_URL=redis://" + c.network.Addr,
			"DENTALK_JWT_SECRET=a secret that all instances of a test share",
			"DENTALK_OPERATOR_PASSWORD=" + operatorPassword, "DENTALK_HEARTBEAT=1s",
			fmt.Sprintf("GORACE=halt_on_error=1 exitcode=%d", raceExit),
		}
		group.Go(func() { errs[n] = one.start(ctx) })
	}
	group.Wait()
	return errors.Join(errs...)
}

// end stops the instances.
func (c *Cluster) end() {
	var group sync.WaitGroup
	for _, one := range c.instances {
		if one.process != nil {
			group.Go(one.end)
		}
	}
	group.Wait()
}

// Stop ends the servers.
func (c *Cluster) Stop() {
	if c.gateway != nil {
		c.gateway.Stop()
	}
	for _, one := range c.instances {
		_ = one.log.Close()
	}
	if c.network != nil {
		c.network.Close()
	}
	if c.redis != nil {
		c.redis.Stop()
	}
	if c.database != nil {
		c.database.Stop()
	}
}
