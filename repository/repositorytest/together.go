package repositorytest

import "sync"

// together runs count goroutines that begin as nearly at once as they can, and waits for all.
func together(count int, run func(i int)) {
	var group sync.WaitGroup
	begin := make(chan struct{})
	for i := range count {
		group.Go(func() {
			<-begin
			run(i)
		})
	}
	close(begin)
	group.Wait()
}
