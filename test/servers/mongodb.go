package servers

import (
	"context"
	"fmt"
	"os"
	"os/exec"
)

// MongoDBServer speaks MongoDB's protocol: FerretDB on PostgreSQL, behind a proxy that makes the
// change of a document atomic and is where the network fails. Kill, Restart and Stop are not safe
// for concurrent use.
type MongoDBServer struct {
	Proxy    *Proxy
	program  string
	address  string
	dir      string
	postgres *postgreSQL
	ferret   *Process
}

// StartMongoDB runs a server with no data until Stop. The first time it builds FerretDB, and tells
// so on standard error.
func StartMongoDB(ctx context.Context) (*MongoDBServer, error) {
	program, err := BuildFerretDB(ctx, os.Stderr)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "dentalk-postgresql-")
	if err != nil {
		return nil, fmt.Errorf("make a directory for PostgreSQL: %w", err)
	}
	m := &MongoDBServer{program: program, dir: dir}
	if err := m.open(ctx); err != nil {
		m.Stop()
		return nil, err
	}
	return m, nil
}

func (m *MongoDBServer) open(ctx context.Context) (err error) {
	if m.postgres, err = startPostgreSQL(ctx, m.dir); err != nil {
		return err
	}
	if m.address, err = FreeAddress(); err != nil {
		return err
	}
	if err = m.startFerretDB(ctx); err != nil {
		return err
	}
	m.Proxy, err = startProxy(m.address, newAtomicWrites().relay)
	return err
}

// URI leads through the proxy, the same after a restart.
func (m *MongoDBServer) URI() string { return "mongodb://" + m.Proxy.Addr + "/" }

func (m *MongoDBServer) startFerretDB(ctx context.Context) error {
	cmd := exec.Command(m.program, "-listen", m.address, "-postgres", "postgres://postgres@"+m.postgres.address+"/postgres")
	var err error
	if m.ferret, err = Begin(cmd); err != nil {
		return err
	}
	return m.ferret.Until(ctx, func(ctx context.Context) error { return listDatabases(ctx, m.address) })
}

// Kill ends the database by SIGKILL. What was committed stays.
func (m *MongoDBServer) Kill() {
	m.ferret.Kill()
	m.postgres.kill()
	m.Proxy.Cut()
}

// Restart starts the database with its data on the same port, after a Kill if it still runs.
func (m *MongoDBServer) Restart(ctx context.Context) error {
	m.Kill()
	if err := m.postgres.start(ctx); err != nil {
		return err
	}
	return m.startFerretDB(ctx)
}

// Stop ends the database and removes its files.
func (m *MongoDBServer) Stop() {
	if m.Proxy != nil {
		m.Proxy.Close()
	}
	if m.ferret != nil {
		m.ferret.Kill()
	}
	if m.postgres != nil {
		m.postgres.stop()
	}
	_ = os.RemoveAll(m.dir)
}
