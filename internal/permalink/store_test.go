package permalink

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/netpolscope/netpolscope/internal/manifest"
)

// eachStore runs a test on a new store of every kind. PostgreSQL is the one that
// NETPOLSCOPE_POSTGRES gives the address of, as .ci/test does.
func eachStore(t *testing.T, test func(t *testing.T, address string)) {
	t.Run("sqlite", func(t *testing.T) {
		test(t, "sqlite:"+filepath.Join(t.TempDir(), "a folder", "links?.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		test(t, newDatabase(t))
	})
}

// newDatabase gives the address of an empty PostgreSQL schema.
func newDatabase(t *testing.T) string {
	t.Helper()
	address := os.Getenv("NETPOLSCOPE_POSTGRES")
	if address == "" {
		t.Skip("NETPOLSCOPE_POSTGRES gives no address; .ci/test starts a server")
	}
	admin, err := openPostgres(address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = admin.Close() }()
	schema := "test_" + newSecret()
	if _, err := admin.writer.ExecContext(t.Context(), "CREATE SCHEMA "+schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		again, err := openPostgres(address)
		if err == nil {
			_, err = again.writer.ExecContext(context.Background(), "DROP SCHEMA "+schema+" CASCADE")
		}
		if err != nil {
			t.Error(err)
		}
		_ = again.Close()
	})
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

func openTest(t *testing.T, address string) *Store {
	t.Helper()
	s, err := OpenStore(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// clock is a time that a test sets.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func sample(text string) Content {
	return Content{Title: "Open the database", Note: "for review", View: "show=blocked", Files: []File{{"shop.yaml", text}}, Lesson: "A lesson\n" + text}
}

func TestLinkComesBack(t *testing.T) {
	eachStore(t, func(t *testing.T, address string) {
		links := New(openTest(t, address), Options{})
		made, err := links.Create(t.Context(), sample("kind: NetworkPolicy\n"), 24*time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		// Another replica, which has nothing in memory.
		got, err := New(openTest(t, address), Options{}).Open(t.Context(), made.ID)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(*got) != fmt.Sprint(made.Content) {
			t.Errorf("kept %v\ngot %v", made.Content, *got)
		}
		if left := time.Until(got.Expires); left < 23*time.Hour || left > 24*time.Hour {
			t.Errorf("expires in %s", left)
		}
	})
}

func TestTwoLinksOfOneContentDiffer(t *testing.T) {
	eachStore(t, func(t *testing.T, address string) {
		links := New(openTest(t, address), Options{})
		seen := map[string]bool{}
		for range 50 {
			made, err := links.Create(t.Context(), sample("same"), 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := ParseID(string(made.ID)); !ok {
				t.Fatalf("id %q", made.ID)
			}
			if seen[string(made.ID)] || seen[made.DeleteToken] {
				t.Fatal("the same secret twice")
			}
			seen[string(made.ID)], seen[made.DeleteToken] = true, true
		}
	})
}

// Unknown, expired and deleted links, and a wrong token, all look the same.
func TestLinkEnds(t *testing.T) {
	eachStore(t, func(t *testing.T, address string) {
		c := newClock()
		store := openTest(t, address)
		links, other := New(store, Options{Now: c.now}), New(store, Options{Now: c.now})
		none := func(links *Links, id ID) {
			t.Helper()
			if got, err := links.Open(t.Context(), id); got != nil || err != ErrNone { //nolint:errorlint // not a word more
				t.Errorf("got %v, %v", got, err)
			}
		}
		none(links, ID(newSecret()))

		made, err := links.Create(t.Context(), sample("x"), time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := other.Open(t.Context(), made.ID); err != nil {
			t.Fatal(err)
		}
		if err := links.Delete(t.Context(), made.ID, newSecret()); err != ErrNone { //nolint:errorlint // not a word more
			t.Errorf("a wrong token: %v", err)
		}
		c.advance(time.Second)
		if _, err := other.Open(t.Context(), made.ID); err != nil {
			t.Fatal(err)
		}
		if err := links.Delete(t.Context(), made.ID, made.DeleteToken); err != nil {
			t.Fatal(err)
		}
		none(links, made.ID)
		c.advance(time.Second) // The other replica had it in memory.
		none(other, made.ID)
		if err := links.Delete(t.Context(), made.ID, made.DeleteToken); err != ErrNone { //nolint:errorlint // not a word more
			t.Errorf("deleting twice: %v", err)
		}

		short, err := links.Create(t.Context(), sample("x"), time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		c.advance(time.Hour - time.Second)
		if _, err := other.Open(t.Context(), short.ID); err != nil {
			t.Fatal(err)
		}
		c.advance(time.Second)
		none(links, short.ID)
		none(other, short.ID)
	})
}

func TestOperatorBoundsLinks(t *testing.T) {
	eachStore(t, func(t *testing.T, address string) {
		links := New(openTest(t, address), Options{MaxAge: 30 * 24 * time.Hour, Quota: 4 << 10})
		made, err := links.Create(t.Context(), sample("x"), 0)
		if err != nil {
			t.Fatal(err)
		}
		if age := made.Content.Expires.Sub(made.Content.Created); age != 30*24*time.Hour {
			t.Errorf("kept for %s", age)
		}
		for range 1000 {
			if _, err = links.Create(t.Context(), sample(newSecret()+newSecret()), 0); err != nil {
				break
			}
		}
		if !errors.Is(err, ErrFull) {
			t.Errorf("beyond the quota: %v", err)
		}
		if _, err := links.Open(t.Context(), made.ID); err != nil {
			t.Error(err)
		}
	})
}

// A clock that jumps deletes nothing; one that goes on does, a day after the end.
func TestSweepTrustsOnlyASteadyClock(t *testing.T) {
	eachStore(t, func(t *testing.T, address string) {
		c := newClock()
		store := openTest(t, address)
		links := New(store, Options{Now: c.now})
		var running time.Duration
		for range 3 {
			if _, err := links.Create(t.Context(), sample("x"), time.Hour); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := links.Create(t.Context(), sample("stays"), 0); err != nil {
			t.Fatal(err)
		}
		sweep := func(went, jumped time.Duration) int {
			t.Helper()
			running += went
			c.advance(went + jumped)
			n, err := links.Sweep(t.Context(), running)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		const quarter = 15 * time.Minute
		for i, jump := range []time.Duration{0, 0, 365 * 24 * time.Hour, 0, -365 * 24 * time.Hour, 0, 0, 0, 0, 0, 0} {
			if n := sweep(quarter, jump); n != 0 {
				t.Fatalf("sweep %d deleted %d links", i, n)
			}
		}
		deleted := 0
		for range 4 * 26 {
			deleted += sweep(quarter, 0)
		}
		if deleted != 3 {
			t.Errorf("%d links deleted", deleted)
		}
		if st, err := store.Stats(t.Context(), c.now()); err != nil || st.Links != 1 || st.Expired != 0 || st.Bytes == 0 {
			t.Errorf("%+v, %v", st, err)
		}
	})
}

func TestVersions(t *testing.T) {
	eachStore(t, func(t *testing.T, address string) {
		links := New(openTest(t, address), Options{})
		var parent ID
		var made []Created
		for i := range 4 {
			c := sample(fmt.Sprint("version ", i))
			c.Parent = parent
			m, err := links.Create(t.Context(), c, 0)
			if err != nil {
				t.Fatal(err)
			}
			made, parent = append(made, m), m.ID
		}
		names := func() (names []string) {
			versions, err := links.Versions(t.Context(), parent)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range versions {
				names = append(names, v.Content.Files[0].Text)
			}
			return names
		}
		if got := strings.Join(names(), ","); got != "version 0,version 1,version 2,version 3" {
			t.Error(got)
		}
		if err := links.Delete(t.Context(), made[1].ID, made[1].DeleteToken); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(names(), ","); got != "version 2,version 3" {
			t.Error(got)
		}
	})
}

// A backup that is made while links are added is whole, and goes into a store of the
// other kind.
func TestBackupWhileInUse(t *testing.T) {
	eachStore(t, func(t *testing.T, address string) {
		store := openTest(t, address)
		links := New(store, Options{})
		var before []Created
		for i := range 20 {
			made, err := links.Create(t.Context(), sample(fmt.Sprint(i)), time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			before = append(before, made)
		}
		stop, stopped := make(chan bool), make(chan error)
		go func() {
			for {
				select {
				case <-stop:
					stopped <- nil
					return
				default:
					if _, err := links.Create(t.Context(), sample("more"), 0); err != nil {
						stopped <- err
						return
					}
				}
			}
		}()
		var backup bytes.Buffer
		n, err := store.Backup(t.Context(), &backup)
		close(stop)
		if err := errors.Join(err, <-stopped); err != nil || n < len(before) {
			t.Fatal(n, err)
		}
		if bytes.Contains(backup.Bytes(), []byte(before[0].ID)) {
			t.Error("the backup knows an id")
		}
		other := openTest(t, "sqlite:"+filepath.Join(t.TempDir(), "links.db"))
		for i, want := range []int{n, 0} {
			if added, err := other.Restore(t.Context(), bytes.NewReader(backup.Bytes())); err != nil || added != want {
				t.Fatal(i, added, err)
			}
		}
		for _, made := range before {
			if _, err := New(other, Options{}).Open(t.Context(), made.ID); err != nil {
				t.Fatal(err)
			}
		}
		damaged := backup.Bytes()[:backup.Len()-40]
		empty := openTest(t, "sqlite:"+filepath.Join(t.TempDir(), "links.db"))
		if _, err := empty.Restore(t.Context(), bytes.NewReader(damaged)); err == nil {
			t.Error("a backup that is cut off was restored")
		}
		if st, err := empty.Stats(t.Context(), time.Now()); err != nil || st.Links != 0 {
			t.Error(st, err)
		}
	})
}

// Replicas that start together make the tables once.
func TestReplicasStartTogether(t *testing.T) {
	eachStore(t, func(t *testing.T, address string) {
		const replicas = 8
		errs := make(chan error, replicas)
		for range replicas {
			go func() {
				s, err := OpenStore(t.Context(), address)
				if err == nil {
					err = s.Close()
				}
				errs <- err
			}()
		}
		for range replicas {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
	})
}

func TestNewerStoreIsRefused(t *testing.T) {
	eachStore(t, func(t *testing.T, address string) {
		s := openTest(t, address)
		if _, err := s.writer.ExecContext(t.Context(), "INSERT INTO schema_version (version) VALUES (7)"); err != nil {
			t.Fatal(err)
		}
		_, err := OpenStore(t.Context(), address)
		const want = "the link store has version 7 and this Netpolscope knows 1: start the newer Netpolscope that made it, or name another store with --store"
		if err == nil || err.Error() != want {
			t.Errorf("got %v", err)
		}
	})
}

func TestBadAddresses(t *testing.T) {
	for address, want := range map[string]string{
		"mysql://root:hunter2@db/links":      `a link store is sqlite:PATH or postgres://USER@HOST/DATABASE, not "mysql:…"`,
		"sqlite:":                            "sqlite: has no path; write sqlite:/var/lib/netpolscope/links.db",
		"postgres://u:hunter2@db:port/links": "",
	} {
		_, err := OpenStore(t.Context(), address)
		if err == nil || want != "" && err.Error() != want || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// A body in the place of another opens nothing, and neither does a changed one.
func TestBodiesAreBoundToTheirIDs(t *testing.T) {
	one, two := ID(newSecret()), ID(newSecret())
	body := one.seal([]byte("text"))
	if plain, err := one.open(body); err != nil || string(plain) != "text" {
		t.Fatal(string(plain), err)
	}
	if _, err := two.open(body); !errors.Is(err, errSealed) {
		t.Error(err)
	}
	body[len(body)-1] ^= 1
	if _, err := one.open(body); !errors.Is(err, errSealed) {
		t.Error(err)
	}
}

func TestCode(t *testing.T) {
	text := strings.Repeat("kind: NetworkPolicy\n", 100)
	code := Encode([]byte(text))
	got, err := Decode(code, manifest.Limits{})
	if err != nil || string(got.Data) != text {
		t.Fatal(string(got.Data), err)
	}
	for _, bad := range []string{"", "1", "x" + code[1:], code[:len(code)-4], "1!!!", "2" + code[1:], strings.Repeat("1", LongestCode+1)} {
		if _, err := Decode(bad, manifest.Limits{}); err == nil {
			t.Errorf("%.20q was read", bad)
		}
	}
	bomb := Encode(make([]byte, 4<<20))
	if _, err := Decode(bomb, manifest.Limits{TextBytes: 3 << 20}); err == nil || !strings.Contains(err.Error(), "3 MiB") {
		t.Error(err)
	}
}
