//go:build unix

package analysis

import (
	"bytes"
	"flag"
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"sigs.k8s.io/yaml"

	"github.com/netpolscope/netpolscope/internal/lint"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/model"
	"github.com/netpolscope/netpolscope/internal/netset"
	"github.com/netpolscope/netpolscope/internal/reach"
)

// The benchmarks give every step as a share of the floor: the time that the library
// kubectl reads YAML with takes to decode the same bundle. It is a share of processor
// time, collection of garbage included, so that other work on the machine and idle
// cores do not count.
var sizes = []int{50, 1_000, 10_000}

var large = flag.Bool("large", false, "run the benchmark of 100,000 pods")

// prepared is a realistic cluster at every stage of the way.
type prepared struct {
	docs    [][]byte
	sources []manifest.Source
	floor   time.Duration
	read    manifest.Bundle
	cluster *model.Cluster
	matrix  *reach.Matrix
}

var prepare = func() func(pods int) *prepared {
	made := map[int]*prepared{}
	var once sync.Mutex
	return func(pods int) *prepared {
		once.Lock()
		defer once.Unlock()
		if made[pods] != nil {
			return made[pods]
		}
		p := &prepared{docs: realistic(1, pods)}
		p.sources = []manifest.Source{{Name: "cluster.yaml", Data: bytes.Join(p.docs, []byte("---\n"))}}
		for range max(1, min(5, 50_000/pods)) { // the best of some is the least disturbed
			start := processorTime()
			decode(p.docs)
			if took := processorTime() - start; p.floor == 0 || took < p.floor {
				p.floor = took
			}
		}
		var err error
		p.read, err = manifest.Parse(p.sources, manifest.Limits{})
		must(err)
		p.cluster, _ = model.Build(p.read, model.Options{Kubernetes: model.DefaultVersion})
		p.matrix = reach.Compute(p.cluster)
		made[pods] = p
		return p
	}
}()

// reportShare gives the processor time of one round, and its share of the floor.
func (p *prepared) reportShare(b *testing.B, took time.Duration) {
	each := float64(took) / float64(b.N)
	b.ReportMetric(each, "cpu-ns/op")
	b.ReportMetric(100*each/float64(p.floor), "%floor")
}

// processorTime is what the process has used of all processors.
func processorTime() time.Duration {
	var u syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// decode reads documents into the API's own types, one after the other.
func decode(docs [][]byte) {
	for _, d := range docs {
		var into any = &corev1.Pod{}
		switch {
		case bytes.Contains(d, []byte("kind: NetworkPolicy")):
			into = &networkingv1.NetworkPolicy{}
		case bytes.Contains(d, []byte("kind: Namespace")):
			into = &corev1.Namespace{}
		}
		must(yaml.Unmarshal(d, into))
	}
}

// bench runs a step at every size.
func bench(b *testing.B, step func(p *prepared, i int)) {
	for _, pods := range sizes {
		b.Run(fmt.Sprint("pods=", pods), func(b *testing.B) {
			p := prepare(pods)
			b.ReportAllocs()
			i := 0
			start := processorTime()
			for b.Loop() {
				step(p, i)
				i++
			}
			p.reportShare(b, processorTime()-start)
		})
	}
}

func BenchmarkDecodeFloor(b *testing.B) { bench(b, func(p *prepared, _ int) { decode(p.docs) }) }

func BenchmarkParse(b *testing.B) {
	bench(b, func(p *prepared, _ int) {
		_, err := manifest.Parse(p.sources, manifest.Limits{})
		must(err)
	})
}

// BenchmarkBuild makes the cluster of the objects: validation, defaulting, owners,
// inference, classes.
func BenchmarkBuild(b *testing.B) {
	bench(b, func(p *prepared, _ int) { model.Build(p.read, model.Options{Kubernetes: model.DefaultVersion}) })
}

// BenchmarkCompile turns the cluster's policies into sets of classes and ports.
func BenchmarkCompile(b *testing.B) {
	bench(b, func(p *prepared, _ int) { reach.Compute(p.cluster) })
}

// BenchmarkMatrix visits every connection of a compiled cluster.
func BenchmarkMatrix(b *testing.B) {
	bench(b, func(p *prepared, _ int) { iterate(p.matrix) })
}

// iterate visits the whole matrix and counts its connections.
func iterate(m *reach.Matrix) (n int) {
	for range m.Connections() {
		n++
	}
	return n
}

// BenchmarkToggle is a what-if: one policy off, and the whole matrix again.
func BenchmarkToggle(b *testing.B) {
	bench(b, func(p *prepared, i int) {
		iterate(reach.Compute(p.cluster, reach.Off{Policy: p.cluster.Policies[i%len(p.cluster.Policies)].ID}))
	})
}

// BenchmarkFlow asks for one pair with both decisions and their reasons.
func BenchmarkFlow(b *testing.B) {
	bench(b, func(p *prepared, i int) {
		from, to := pair(p.cluster, i)
		p.matrix.Flow(from, to)
	})
}

// BenchmarkVerdict asks whether one pod may open one port of another.
func BenchmarkVerdict(b *testing.B) {
	allowed := 0
	bench(b, func(p *prepared, i int) {
		from, to := pair(p.cluster, i)
		if p.matrix.Ports(from, to).Contains(netset.TCP, 8080) {
			allowed++
		}
	})
}

// pair gives a pair of entities that looks drawn at random; some are of one
// namespace.
func pair(c *model.Cluster, i int) (from, to *model.Entity) {
	n := uint64(len(c.Entities))
	x := uint64(i) * 0x9e3779b97f4a7c15
	return c.Entities[x>>32%n], c.Entities[(x>>32+x>>7%200)%n]
}

// BenchmarkLint asks every check about a cluster whose matrix is compiled. It should
// take no longer than to decode the bundle.
func BenchmarkLint(b *testing.B) {
	bench(b, func(p *prepared, _ int) { lint.Run(lint.Input{Cluster: p.cluster, Matrix: p.matrix}) })
}

func BenchmarkRun(b *testing.B) {
	bench(b, func(p *prepared, _ int) {
		_, err := Run(p.sources, Options{Kubernetes: model.DefaultVersion})
		must(err)
	})
}

// BenchmarkHundredThousand is the matrix of 100,000 pods and 20,000 policies.
// It needs gigabytes, so it runs only with -large.
func BenchmarkHundredThousand(b *testing.B) {
	if !*large {
		b.Skip("only with -large")
	}
	p := prepare(100_000)
	start := processorTime()
	for b.Loop() {
		iterate(reach.Compute(p.cluster))
	}
	p.reportShare(b, processorTime()-start)
	b.ReportMetric(float64(len(p.cluster.Classes)), "classes")
}
