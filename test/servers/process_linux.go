package servers

import "syscall"

// dieWithParent leaves no server behind when a test ends by a panic or a timeout.
func dieWithParent(attributes *syscall.SysProcAttr) { attributes.Pdeathsig = syscall.SIGKILL }
