package servers

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

var (
	upstreamLines = regexp.MustCompile(`(?m)(^\s*server )dentalk-\d+:\d+(.*;)\n`)
	listenLine    = regexp.MustCompile(`(?m)^(\s*listen )[^;]+;`)
	accessLogLine = regexp.MustCompile(`(?m)^(\s*access_log )\S+`)
)

// StartGateway runs nginx with the configuration that is deployed, before instances at these
// addresses. Nothing but the addresses and the place of the log
// is replaced.
func StartGateway(ctx context.Context, instances ...string) (*NginxServer, error) {
	root, err := moduleRoot(ctx)
	if err != nil {
		return nil, err
	}
	deployed, err := os.ReadFile(filepath.Join(root, "deploy", "nginx", "dentalk.conf"))
	if err != nil {
		return nil, fmt.Errorf("read the gateway's configuration: %w", err)
	}
	return StartNginx(ctx, func(address string) string { return gatewayFor(string(deployed), address, instances) })
}

func gatewayFor(deployed, address string, instances []string) string {
	lines := ""
	if one := upstreamLines.FindStringSubmatch(deployed); one != nil {
		for _, instance := range instances {
			lines += one[1] + instance + one[2] + "\n"
		}
	}
	first := true
	replaced := upstreamLines.ReplaceAllStringFunc(deployed, func(string) string {
		if !first {
			return ""
		}
		first = false
		return lines
	})
	replaced = accessLogLine.ReplaceAllString(replaced, "${1}"+accessLog)
	return listenLine.ReplaceAllString(replaced, "${1}"+address+";")
}

// moduleRoot finds the module's directory from wherever in it this runs.
func moduleRoot(ctx context.Context) (string, error) {
	root, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "dentalk").Output()
	if err != nil {
		return "", fmt.Errorf("find the module's directory: %w", err)
	}
	return strings.TrimSpace(string(root)), nil
}
