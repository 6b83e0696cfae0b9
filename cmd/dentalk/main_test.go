package main

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"dentalk/test/servers"
)

// processVariable makes the test binary the program itself, so that tests can kill a real process.
const processVariable = "DENTALK_TEST_PROCESS"

func TestMain(m *testing.M) {
	if os.Getenv(processVariable) != "" {
		main()
	}
	code := servers.Main(m)
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}
