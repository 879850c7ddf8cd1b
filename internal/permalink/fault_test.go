package permalink

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

var full = flag.Bool("full", false, "run the long forms of tests")

// killedEnv makes this test binary a writer that is killed.
const killedEnv = "NETPOLSCOPE_TEST_WRITER"

func TestMain(m *testing.M) {
	if address := os.Getenv(killedEnv); address != "" {
		write(address)
	}
	os.Exit(m.Run())
}

// write adds links and prints each ID once the store has acknowledged it, for ever.
func write(address string) {
	ctx := context.Background()
	store, err := OpenStore(ctx, address)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	links := New(store, Options{})
	for i := 0; ; i++ {
		made, err := links.Create(ctx, sample(fmt.Sprint("link ", i)), 0)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(made.ID)
	}
}

// A process that is killed while it adds links loses none that it has acknowledged.
// The full form kills a thousand times.
func TestKilledWhileWriting(t *testing.T) {
	eachStore(t, func(t *testing.T, address string) {
		kills := 6
		if *full {
			kills = 500
		}
		var acknowledged []ID
		for i := range kills {
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env = append(os.Environ(), killedEnv+"="+address)
			cmd.Stderr = os.Stderr
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(out)
			for n := 0; n <= i%7 && lines.Scan(); n++ {
				acknowledged = append(acknowledged, ID(lines.Text()))
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			for lines.Scan() {
				if id, whole := ParseID(lines.Text()); whole {
					acknowledged = append(acknowledged, id)
				}
			}
			_ = cmd.Wait()
		}
		links := New(openTest(t, address), Options{})
		for _, id := range acknowledged {
			if _, err := links.Open(t.Context(), id); err != nil {
				t.Fatalf("of %d links %s is lost: %v", len(acknowledged), id, err)
			}
		}
		if len(acknowledged) < kills {
			t.Errorf("only %d links were acknowledged", len(acknowledged))
		}
	})
}

// A store without room says so, and goes on with what it has.
func TestDiskFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "links.db")
	store := openTest(t, "sqlite:"+path)
	links := New(store, Options{})
	made, err := links.Create(t.Context(), sample("first"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.writer.ExecContext(t.Context(), "PRAGMA max_page_count = 40"); err != nil {
		t.Fatal(err)
	}
	var last error
	for range 200 {
		var random strings.Builder
		for range 100 {
			random.WriteString(newSecret())
		}
		if _, last = links.Create(t.Context(), sample(random.String()), 0); last != nil {
			break
		}
	}
	if !errors.Is(last, ErrFull) {
		t.Fatalf("got %v", last)
	}
	if _, err := New(store, Options{}).Open(t.Context(), made.ID); err != nil {
		t.Error(err)
	}
	if err := links.Delete(t.Context(), made.ID, made.DeleteToken); err != nil {
		t.Error(err)
	}
}

// wire is a connection to the database that a test can cut.
type wire struct {
	listener net.Listener
	network  string
	to       string
	mu       sync.Mutex
	cut      bool
	open     map[net.Conn]bool
}

func newWire(t *testing.T, network, to string) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: listener, network: network, to: to, open: map[net.Conn]bool{}}
	t.Cleanup(func() { _ = listener.Close(); w.set(true) })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go w.carry(conn)
		}
	}()
	return w
}

func (w *wire) carry(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	w.mu.Lock()
	cut := w.cut
	w.open[conn] = true
	w.mu.Unlock()
	if cut {
		return
	}
	database, err := net.Dial(w.network, w.to)
	if err != nil {
		return
	}
	defer func() { _ = database.Close() }()
	go func() { _, _ = io.Copy(database, conn); _ = database.Close() }()
	_, _ = io.Copy(conn, database)
}

func (w *wire) set(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
	for conn := range w.open {
		if cut {
			_ = conn.Close()
			delete(w.open, conn)
		}
	}
}

// While PostgreSQL is away links that were opened lately stay open, everything else is
// refused quickly, and all is well again once it is back.
func TestDatabaseAway(t *testing.T) {
	address, err := url.Parse(newDatabase(t))
	if err != nil {
		t.Fatal(err)
	}
	q := address.Query()
	network, to := "tcp", address.Host
	if folder := q.Get("host"); folder != "" {
		network, to = "unix", filepath.Join(folder, ".s.PGSQL.5432")
		q.Del("host")
	}
	w := newWire(t, network, to)
	address.Host = w.listener.Addr().String()
	q.Set("sslmode", "disable")
	address.RawQuery = q.Encode()

	c := newClock()
	store := openTest(t, address.String())
	links := New(store, Options{Now: c.now})
	var made [2]Created
	for i := range made {
		if made[i], err = links.Create(t.Context(), sample("x"), time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := links.Open(t.Context(), made[0].ID); err != nil {
		t.Fatal(err)
	}
	for round := range 3 {
		w.set(true)
		c.advance(10 * time.Second)
		began := time.Now()
		if _, err := links.Open(t.Context(), made[0].ID); err != nil {
			t.Errorf("a link that was open: %v", err)
		}
		if _, err := New(store, Options{}).Open(t.Context(), made[1].ID); !errors.Is(err, ErrAway) {
			t.Errorf("a link that was not: %v", err)
		}
		if _, err := links.Create(t.Context(), sample("x"), time.Hour); !errors.Is(err, ErrAway) {
			t.Errorf("a new link: %v", err)
		}
		if err := links.Ready(t.Context()); !errors.Is(err, ErrAway) {
			t.Errorf("ready: %v", err)
		}
		if took := time.Since(began); took > 4*patience {
			t.Errorf("round %d: refusing took %s", round, took)
		}
		w.set(false)
		for began := time.Now(); ; {
			if _, err = links.Create(t.Context(), sample("x"), time.Hour); err == nil || time.Since(began) > 3*time.Second {
				break
			}
		}
		if err != nil {
			t.Fatalf("round %d: three seconds after the database is back: %v", round, err)
		}
	}
}
