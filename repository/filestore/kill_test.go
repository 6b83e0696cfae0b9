package filestore_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"

	"dentalk/repository/filestore"
)

// These environment variables make the test's program a writer that is to be killed.
const (
	writerURL = "DENTALK_TEST_WRITER_URL"
	writerDir = "DENTALK_TEST_WRITER_DIR"
)

// writeForever stores a file that never ends, and tells by a line when half of it was taken.
func writeForever(url, dir string) error {
	ctx := context.Background()
	store, err := filestore.Open(ctx, url, dir)
	if err != nil {
		return err
	}
	content := io.MultiReader(random(1<<20), readerFunc(func([]byte) (int, error) {
		fmt.Println("half")
		select {}
	}))
	return store.Put(ctx, id(1), content, 2<<20)
}

func TestKilledWritersLeaveNothingThatIsFound(t *testing.T) {
	onEach(t, func(t *testing.T, p place) {
		program, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		writer := exec.CommandContext(t.Context(), program)
		writer.Env = append(os.Environ(), writerURL+"="+p.url, writerDir+"="+p.dir)
		output, err := writer.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := writer.Start(); err != nil {
			t.Fatal(err)
		}
		line, _ := bufio.NewReader(output).ReadString('\n')
		if err := writer.Process.Kill(); err != nil {
			t.Error(err)
		}
		_ = writer.Wait()
		if line != "half\n" {
			t.Fatalf("the writer says %q", line)
		}
		store := p.open(t)
		wantNone(t, store, id(1))
		put(t, store, id(1), []byte("content"))
	})
}
