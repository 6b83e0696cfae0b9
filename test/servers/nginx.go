package servers

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// NginxServer is an nginx that needs no privileges.
type NginxServer struct {
	Addr    string // host:port on which the sites are expected to listen
	dir     string
	program string
	process *Process
}

// StartNginx runs nginx until Stop with the sites that the function gives for the address: server
// and upstream blocks, as a file in conf.d holds them.
func StartNginx(ctx context.Context, sites func(address string) string) (*NginxServer, error) {
	program, err := nginxProgram()
	if err != nil {
		return nil, err
	}
	address, err := FreeAddress()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "dentalk-nginx-")
	if err != nil {
		return nil, fmt.Errorf("make a directory for nginx: %w", err)
	}
	n := &NginxServer{Addr: address, dir: dir, program: program}
	if err := n.start(ctx, sites(address)); err != nil {
		n.Stop()
		return nil, err
	}
	return n, nil
}

// nginxProgram is outside of PATH for users other than root on Debian.
func nginxProgram() (string, error) {
	path, err := exec.LookPath("nginx")
	if err == nil {
		return path, nil
	}
	const debian = "/usr/sbin/nginx"
	if _, missing := os.Stat(debian); missing != nil {
		return "", fmt.Errorf("find nginx: %w", err)
	}
	return debian, nil
}

// accessLog is the file for sites that keep a log of requests.
const accessLog = "access.log"

// nginxMain has one process, so that a kill leaves no workers behind.
const nginxMain = `daemon off;
master_process off;
pid nginx.pid;
error_log stderr warn;
events {}
http {
	access_log off;
	client_body_temp_path body;
	proxy_temp_path proxy;
	fastcgi_temp_path fastcgi;
	uwsgi_temp_path uwsgi;
	scgi_temp_path scgi;
	include sites.conf;
}
`

func (n *NginxServer) start(ctx context.Context, sites string) error {
	for name, content := range map[string]string{"nginx.conf": nginxMain, "sites.conf": sites} {
		if err := os.WriteFile(filepath.Join(n.dir, name), []byte(content), 0o644); err != nil {
			return fmt.Errorf("configure nginx: %w", err)
		}
	}
	if output, err := n.command("-t", "-q").CombinedOutput(); err != nil {
		return fmt.Errorf("nginx refuses its configuration: %w\n%s", err, output)
	}
	process, err := Begin(n.command())
	if err != nil {
		return err
	}
	n.process = process
	return process.Until(ctx, func(ctx context.Context) error { return accepts(ctx, n.Addr) })
}

func (n *NginxServer) command(args ...string) *exec.Cmd {
	return exec.Command(n.program, append([]string{"-p", n.dir, "-c", "nginx.conf", "-e", "stderr"}, args...)...)
}

// URL is the base address of the sites.
func (n *NginxServer) URL() string { return "http://" + n.Addr }

// Log is the end of nginx's error log.
func (n *NginxServer) Log() string { return n.process.Output() }

// AccessLog is what the sites have written so far into accessLog.
func (n *NginxServer) AccessLog() (string, error) {
	content, err := os.ReadFile(filepath.Join(n.dir, accessLog))
	if err != nil {
		return "", fmt.Errorf("read nginx's access log: %w", err)
	}
	return string(content), nil
}

// Stop ends nginx and removes its files.
func (n *NginxServer) Stop() {
	if n.process != nil {
		_ = n.process.Stop(syscall.SIGTERM)
	}
	_ = os.RemoveAll(n.dir)
}
