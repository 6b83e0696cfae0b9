package checker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// saboteur carries a plan out.
type saboteur struct {
	cluster *Cluster

	redis    sync.Mutex // held while it fails
	database sync.Mutex

	mu    sync.Mutex
	now   []string // what fails at the moment
	done  map[Fault]int
	fatal error
}

func newSaboteur(cluster *Cluster) *saboteur {
	return &saboteur{cluster: cluster, done: map[Fault]int{}}
}

// run returns when every fault is over and what failed is there again.
func (s *saboteur) run(ctx context.Context, plan []planned) error {
	begun := time.Now()
	var group sync.WaitGroup
	for _, one := range plan {
		if pause(ctx, one.at-time.Since(begun)) != nil {
			break
		}
		group.Go(func() { s.carryOut(ctx, one) })
	}
	group.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fatal
}

func (s *saboteur) carryOut(ctx context.Context, one planned) {
	text := one.String()
	s.mu.Lock()
	s.now = append(s.now, text)
	s.done[one.fault]++
	s.mu.Unlock()
	err := s.fail(ctx, one)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = slices.Delete(s.now, slices.Index(s.now, text), slices.Index(s.now, text)+1)
	if err != nil {
		s.fatal = errors.Join(s.fatal, fmt.Errorf("%s: %w", text, err))
	}
}

func (s *saboteur) fail(ctx context.Context, one planned) error {
	switch one.fault {
	case FaultKill:
		return s.cluster.instances[one.instance].kill(ctx, one.length)
	case FaultFreeze:
		return s.cluster.instances[one.instance].freeze(ctx, one.length)
	case FaultRollingRestart:
		return s.rollingRestart(ctx)
	case FaultRedisKill:
		return s.killRedis(ctx, one.length)
	case FaultRedisPartition:
		return s.partitionRedis(ctx, one.length)
	case FaultDatabaseKill:
		return s.killDatabase(ctx, one.length)
	case FaultDatabaseCut:
		s.cluster.database.Proxy.Cut()
		return nil
	}
	return fmt.Errorf("no such fault")
}

func (s *saboteur) rollingRestart(ctx context.Context) error {
	for _, one := range s.cluster.instances {
		if err := one.restart(ctx); err != nil {
			return err
		}
	}
	return nil
}

// killRedis makes connects be refused while Redis is down, as they are without a proxy.
func (s *saboteur) killRedis(ctx context.Context, length time.Duration) error {
	s.redis.Lock()
	defer s.redis.Unlock()
	s.cluster.network.Refuse()
	s.cluster.redis.Kill()
	err := pause(ctx, length)
	return errors.Join(err, s.cluster.redis.Restart(ctx), s.cluster.network.Accept())
}

func (s *saboteur) partitionRedis(ctx context.Context, length time.Duration) error {
	s.redis.Lock()
	defer s.redis.Unlock()
	s.cluster.network.Partition()
	defer s.cluster.network.Heal()
	return pause(ctx, length)
}

func (s *saboteur) killDatabase(ctx context.Context, length time.Duration) error {
	s.database.Lock()
	defer s.database.Unlock()
	s.cluster.database.Proxy.Refuse()
	s.cluster.database.Kill()
	err := pause(ctx, length)
	return errors.Join(err, s.cluster.database.Restart(ctx), s.cluster.database.Proxy.Accept())
}

// current tells what fails at the moment.
func (s *saboteur) current() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.now) == 0 {
		return "no fault"
	}
	return strings.Join(s.now, ", ")
}
