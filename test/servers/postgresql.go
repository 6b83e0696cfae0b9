package servers

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

// postgreSQL holds FerretDB's documents. It does not outlive the machine: nothing waits for a disk.
type postgreSQL struct {
	address string
	dir     string
	bin     string
	account *syscall.Credential // PostgreSQL refuses to run as root
	process *Process
}

// postgreSQLPrograms is the directory of PostgreSQL's programs, which Debian leaves out of PATH.
func postgreSQLPrograms() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		return filepath.Dir(slices.Max(found)), nil
	}
	path, err := exec.LookPath("postgres")
	if err != nil {
		return "", fmt.Errorf("find PostgreSQL: %w", err)
	}
	return filepath.Dir(path), nil
}

func startPostgreSQL(ctx context.Context, dir string) (*postgreSQL, error) {
	bin, err := postgreSQLPrograms()
	if err != nil {
		return nil, err
	}
	address, err := FreeAddress()
	if err != nil {
		return nil, err
	}
	p := &postgreSQL{address: address, dir: dir, bin: bin}
	if err := p.giveAway(); err != nil {
		return nil, err
	}
	initdb := p.command("initdb", "--pgdata", p.data(), "--username", "postgres", "--auth", "trust",
		"--encoding", "UTF8", "--no-locale", "--no-sync", "--no-instructions")
	if output, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, output)
	}
	return p, p.start(ctx)
}

func (p *postgreSQL) data() string { return filepath.Join(p.dir, "data") }

// giveAway makes the directory PostgreSQL's when root runs it.
func (p *postgreSQL) giveAway() error {
	if os.Getuid() != 0 {
		return nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return fmt.Errorf("find the account that PostgreSQL runs as: %w", err)
	}
	uid, err1 := strconv.Atoi(account.Uid)
	gid, err2 := strconv.Atoi(account.Gid)
	if err := errors.Join(err1, err2, os.Chown(p.dir, uid, gid)); err != nil {
		return fmt.Errorf("give PostgreSQL its directory: %w", err)
	}
	p.account = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return nil
}

func (p *postgreSQL) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(p.bin, program), args...)
	cmd.Dir = p.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.account}
	return cmd
}

// start runs it on its port; after a kill it is refused until the last of the old processes ended.
func (p *postgreSQL) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		err := p.try(ctx)
		if !errors.Is(err, ErrEnded) || ctx.Err() != nil {
			return err
		}
	}
}

func (p *postgreSQL) try(ctx context.Context) error {
	host, port, err := net.SplitHostPort(p.address)
	if err != nil {
		return err
	}
	cmd := p.command("postgres", "-D", p.data(), "-p", port, "-c", "listen_addresses="+host,
		"-c", "unix_socket_directories=", "-c", "max_connections=300",
		"-c", "fsync=off", "-c", "full_page_writes=off", "-c", "autovacuum_naptime=10s")
	if p.process, err = Begin(cmd); err != nil {
		return err
	}
	return p.process.Until(ctx, func(ctx context.Context) error {
		return exec.CommandContext(ctx, filepath.Join(p.bin, "pg_isready"), "-q", "-h", host, "-p", port).Run()
	})
}

func (p *postgreSQL) kill() { p.process.Kill() }

func (p *postgreSQL) stop() {
	if p.process != nil {
		_ = p.process.Stop(syscall.SIGQUIT) // at once: nothing is kept
	}
}
