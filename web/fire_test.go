package web

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/netpolscope/netpolscope/internal/analysis"
	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/netset"
)

// charge is a bundle that is rendered under fire, with its matrix.
type charge struct {
	text, query string
	matrix      map[[2]string]string
	small       bool
}

// load gives a bundle its matrix.
func load(t *testing.T, text, query string) charge {
	t.Helper()
	report, err := analysis.Run([]manifest.Source{{Name: "a.yaml", Data: []byte(text)}}, analysis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := charge{text: text, query: query, matrix: map[[2]string]string{}}
	for _, from := range report.Cluster.Entities {
		for _, to := range report.Cluster.Entities {
			if from == to && !from.Several() || !from.IsPod() && !to.IsPod() {
				continue
			}
			if p := report.Matrix.Ports(from, to); !p.IsEmpty() {
				c.matrix[[2]string{from.ID, to.ID}] = p.String()
			}
		}
	}
	return c
}

// randomCalls is a bundle of so many pods in so many namespaces, and of policies that
// let so many random pairs of them talk.
func randomCalls(seed uint64, pods, calls, namespaces int) string {
	r := rand.New(rand.NewPCG(seed, 3))
	callers := make([][]int, pods)
	for range calls {
		to := r.IntN(pods)
		callers[to] = append(callers[to], r.IntN(pods))
	}
	var b strings.Builder
	for i := range pods {
		ns := i % namespaces
		fmt.Fprintf(&b, "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p%d, namespace: n%d, labels: {app: a%[1]d}}\n", i, ns)
		fmt.Fprintf(&b, "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p%d, namespace: n%d}\nspec:\n  podSelector: {matchLabels: {app: a%[1]d}}\n", i, ns)
		if len(callers[i]) == 0 {
			b.WriteString("  ingress: []\n")
			continue
		}
		b.WriteString("  ingress:\n  - from:\n")
		for _, c := range callers[i] {
			fmt.Fprintf(&b, "    - {namespaceSelector: {}, podSelector: {matchLabels: {app: a%d}}}\n", c)
		}
		fmt.Fprintf(&b, "    ports: [{port: %d}]\n", 1000+seed%9000+uint64(i))
	}
	return b.String()
}

// told reads the matrix out of a picture, by the contract.
func told(svg string) (map[[2]string]string, error) {
	members := map[string][]string{}
	type arrow struct{ from, to, ports string }
	var arrows []arrow
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		g, ok := token.(xml.StartElement)
		if !ok || g.Name.Local != "g" {
			continue
		}
		value := map[string]string{}
		for _, a := range g.Attr {
			value[a.Name.Local] = a.Value
		}
		classes := strings.Fields(value["class"])
		if slices.Contains(classes, "hub") {
			var ids []string
			if err := json.Unmarshal([]byte(value["data-members"]), &ids); err != nil {
				return nil, err
			}
			members[value["id"]] = ids
		}
		if slices.Contains(classes, "edge") && slices.Contains(classes, "request") {
			arrows = append(arrows, arrow{value["data-from"], value["data-to"], value["data-ports"]})
		}
	}
	sets := map[[2]string]netset.Ports{}
	ends := func(id string) []string {
		if m, ok := members[id]; ok {
			return m
		}
		return []string{id}
	}
	parsed := map[string]netset.Ports{}
	for _, a := range arrows {
		ports, ok := parsed[a.ports]
		if !ok {
			var err error
			if ports, err = parsePorts(a.ports); err != nil {
				return nil, err
			}
			parsed[a.ports] = ports
		}
		for _, from := range ends(a.from) {
			for _, to := range ends(a.to) {
				k := [2]string{from, to}
				sets[k] = sets[k].Union(ports)
			}
		}
	}
	said := map[[2]string]string{}
	for k, p := range sets {
		said[k] = p.String()
	}
	return said, nil
}

// parsePorts reads "all" or "80/TCP 1000-2000/UDP".
func parsePorts(text string) (netset.Ports, error) {
	if text == "all" {
		return netset.All, nil
	}
	var p netset.Ports
	for word := range strings.FieldsSeq(text) {
		numbers, name, _ := strings.Cut(word, "/")
		protocol, ok := netset.ParseProtocol(name)
		i := netset.Interval{Protocol: protocol}
		n, err := fmt.Sscanf(numbers, "%d-%d", &i.First, &i.Last)
		if n == 1 {
			i.Last, err = i.First, nil
		}
		if err != nil || !ok {
			return p, fmt.Errorf("%q is no port", word)
		}
		p = p.Union(netset.FromIntervals(i))
	}
	return p, nil
}

// wrong compares what a picture says with the matrix.
func (c charge) wrong(svg string) error {
	said, err := told(svg)
	if err != nil {
		return err
	}
	for k, want := range c.matrix {
		if said[k] != want {
			return fmt.Errorf("%s → %s: the picture says %q, the matrix %q", k[0], k[1], said[k], want)
		}
	}
	// Pairs that are no question (an address with itself) may be members of hubs.
	for k, got := range said {
		pods := strings.Contains(k[0], "/Pod/") || strings.Contains(k[1], "/Pod/")
		if _, ok := c.matrix[k]; !ok && k[0] != k[1] && pods {
			return fmt.Errorf("%s → %s: the picture says %q, the matrix nothing", k[0], k[1], got)
		}
	}
	return nil
}

// killWorkers ends the processes that are this test's binary run by it, the layout
// workers: all of them, or one that chance picks.
func killWorkers(all bool) int {
	self, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return 0
	}
	killed := 0
	statuses, _ := filepath.Glob("/proc/[0-9]*/stat")
	rand.Shuffle(len(statuses), func(i, j int) { statuses[i], statuses[j] = statuses[j], statuses[i] })
	for _, status := range statuses {
		text, err := os.ReadFile(status)
		if err != nil {
			continue
		}
		var state string
		var parent, pid int
		_, rest, _ := strings.Cut(string(text), ") ")
		_, _ = fmt.Sscan(rest, &state, &parent)
		if exe, err := os.Readlink(filepath.Join(filepath.Dir(status), "exe")); err != nil || exe != self || parent != os.Getpid() {
			continue
		}
		_, _ = fmt.Sscan(string(text), &pid)
		if syscall.Kill(pid, syscall.SIGKILL) == nil {
			killed++
		}
		if killed > 0 && !all {
			break
		}
	}
	return killed
}

// battle is what came of a time of fire.
type battle struct {
	mu sync.Mutex
	// pictures are those that were drawn, each once, and of what. They are judged when
	// the fire is over, which would only add to it.
	pictures                     map[string]*charge
	small, poison, busy, killed  atomic.Int64
	latencies                    []time.Duration // of small bundles
	simplified, poisonSimplified atomic.Int64
}

func (b *battle) percentile(p float64) time.Duration {
	slices.Sort(b.latencies)
	if len(b.latencies) == 0 {
		return 0
	}
	return b.latencies[int(float64(len(b.latencies)-1)*p)]
}

// add counts what came of another time of fire.
func (b *battle) add(c *battle) {
	b.latencies = append(b.latencies, c.latencies...)
	for into, n := range map[*atomic.Int64]*atomic.Int64{
		&b.small: &c.small, &b.poison: &c.poison, &b.busy: &c.busy, &b.killed: &c.killed,
		&b.simplified: &c.simplified, &b.poisonSimplified: &c.poisonSimplified,
	} {
		into.Add(n.Load())
	}
}

// fight renders small bundles with so many clients, and poison with others, for a
// time; killing workers every 100 ms if there is a way to. Every picture is held against
// its matrix.
func fight(t *testing.T, s site, small, poison []charge, clients, poisoners int, long time.Duration, kill func() int) *battle {
	t.Helper()
	b := &battle{pictures: map[string]*charge{}}
	end := time.Now().Add(long)
	var all sync.WaitGroup
	client := func(n int, charges []charge, pause time.Duration) {
		r := rand.New(rand.NewPCG(uint64(n), 5))
		time.Sleep(time.Duration(r.Int64N(int64(pause) + 1))) // not all at once
		for time.Now().Before(end) {
			c := &charges[r.IntN(len(charges))]
			begin := time.Now()
			a := s.post("/api/v1/render?"+c.query, "", c.text)
			took := time.Since(begin)
			if a.StatusCode == http.StatusTooManyRequests && a.Header.Get("Retry-After") != "" {
				b.busy.Add(1)
				continue
			}
			if a.StatusCode != http.StatusOK {
				t.Errorf("status %d: %.300s", a.StatusCode, a.body)
				return
			}
			b.mu.Lock()
			b.pictures[a.body] = c
			b.mu.Unlock()
			simplified := strings.Contains(a.body, "Simplified layout")
			if c.small {
				b.small.Add(1)
				b.mu.Lock()
				b.latencies = append(b.latencies, took)
				b.mu.Unlock()
				if simplified {
					b.simplified.Add(1)
				}
			} else {
				b.poison.Add(1)
				if simplified {
					b.poisonSimplified.Add(1)
				}
			}
			time.Sleep(pause)
		}
	}
	// Small ones pause, so that clients and not the machine are what is measured.
	for n := range clients {
		all.Go(func() { client(n, small, time.Duration(clients)*25*time.Millisecond) })
	}
	for n := range poisoners {
		all.Go(func() { client(1000+n, poison, 100*time.Millisecond) })
	}
	if kill != nil {
		all.Go(func() {
			for time.Now().Before(end) {
				time.Sleep(100 * time.Millisecond)
				b.killed.Add(int64(kill()))
			}
		})
	}
	all.Wait()
	for picture, c := range b.pictures {
		if err := c.wrong(picture); err != nil {
			t.Errorf("a wrong picture: %v", err)
		}
	}
	return b
}

// Under fire every picture is the matrix, and no request fails: 64 clients, among them
// some whose graphs Graphviz cannot do, and workers that are killed all the time.
func TestPicturesUnderFire(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("reads /proc")
	}
	long, clients, poisoners, rounds := 2*time.Second, 60, 4, 1
	if *full {
		long, rounds = 8*time.Second, 4
	}
	s := newSite(t, func(c *Config) {
		c.Layout = layout.New(layout.Options{CacheBytes: 1})
		c.Patience = time.Minute
	})
	t.Cleanup(s.layout.Close)
	if err := s.layout.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	var small []charge
	for i := range uint64(12) {
		c := load(t, randomCalls(i, 3+int(i)%5, 6+int(i), 1+int(i)%3), "show=none")
		c.small = true
		small = append(small, c)
	}
	poison := []charge{
		load(t, randomCalls(1, 40, 1000, 1), "fold=none&dir=tb"), // dense, every arrow with a label
		load(t, randomCalls(2, 60, 240, 60), "fold=none&dir=tb"),
	}
	if *full {
		poison = append(poison, load(t, randomCalls(3, 200, 4000, 1), "fold=none"),
			load(t, randomCalls(4, 500, 1500, 10), "fold=none"),
			load(t, randomCalls(5, 300, 600, 300), "fold=none"))
	}
	if err := small[0].wrong(s.post("/api/v1/render", "", small[1].text).body); err == nil {
		t.Error("a picture of another bundle is not found wrong")
	}
	// In turn, so that what else the machine does is in all of them.
	idle, b, one, k := &battle{}, &battle{}, &battle{}, &battle{}
	for range rounds {
		idle.add(fight(t, s, small, nil, clients, 0, long, nil))
		b.add(fight(t, s, small, poison, clients, poisoners, long, nil))
		one.add(fight(t, s, small, poison, clients, poisoners, long, func() int { return killWorkers(false) }))
		k.add(fight(t, s, small, poison, clients, poisoners, long, func() int { return killWorkers(true) }))
	}
	for name, x := range map[string]*battle{"idle": idle, "with poison": b, "with poison and a worker killed": one, "with poison and all workers killed": k} {
		t.Logf("%s: %d small (%d simplified), %d poison (%d simplified), %d told to come back, %d workers killed; p50 %v, p99 %v",
			name, x.small.Load(), x.simplified.Load(), x.poison.Load(), x.poisonSimplified.Load(), x.busy.Load(), x.killed.Load(), x.percentile(0.5), x.percentile(0.99))
		if x.small.Load() < int64(clients) {
			t.Errorf("%s: only %d pictures", name, x.small.Load())
		}
	}
	for _, x := range []*battle{b, one, k} {
		p50, p99 := float64(x.percentile(0.5))/float64(idle.percentile(0.5)), float64(x.percentile(0.99))/float64(idle.percentile(0.99))
		t.Logf("others wait %.2f times as long at p50, %.2f times at p99", p50, p99)
		// Where all workers are killed ten times a second there is none for most of the time:
		// a start takes half as long as there is between two kills.
		if *full && x == b && p50 > 1.5 {
			t.Errorf("others wait %v instead of %v", x.percentile(0.5), idle.percentile(0.5))
		}
	}
	if one.killed.Load() == 0 || k.killed.Load() == 0 || k.poison.Load() == 0 {
		t.Errorf("there was no fire: %d workers killed, %d poison graphs", k.killed.Load(), k.poison.Load())
	}
}
