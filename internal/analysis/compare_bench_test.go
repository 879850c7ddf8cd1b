//go:build unix

package analysis

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/netpolscope/netpolscope/internal/manifest"
)

// BenchmarkCompare compares a cluster with itself less the policies of one namespace, and gives the processor
// time as a multiple of one evaluation. With causes it finds the edits too.
func BenchmarkCompare(b *testing.B) {
	for _, pods := range sizes {
		p := prepare(pods)
		after := []manifest.Source{{Name: "cluster.yaml", Data: withoutPolicies(p.docs)}}
		b.Run(fmt.Sprint("pods=", pods), func(b *testing.B) {
			start := processorTime()
			const rounds = 3
			for range rounds {
				report, err := Run(p.sources, Options{})
				must(err)
				iterate(report.Matrix)
			}
			one := (processorTime() - start) / rounds
			start = processorTime()
			for b.Loop() {
				_, err := Compare(p.sources, after, Options{})
				must(err)
			}
			b.ReportMetric(float64(processorTime()-start)/float64(b.N)/float64(one), "evaluations")
		})
		b.Run(fmt.Sprint("causes/pods=", pods), func(b *testing.B) {
			for b.Loop() {
				c, err := Compare(p.sources, after, Options{})
				must(err)
				if len(c.Causes().Edits) == 0 || len(c.Shifts) == 0 {
					b.Fatalf("%d edits, %d changes", len(c.Causes().Edits), len(c.Shifts))
				}
			}
		})
	}
}

// withoutPolicies gives the documents without the policies of one namespace.
func withoutPolicies(docs [][]byte) []byte {
	var kept [][]byte
	for _, d := range docs {
		if !bytes.Contains(d, []byte("kind: NetworkPolicy")) || !bytes.Contains(d, []byte("namespace: ns-0\n")) {
			kept = append(kept, d)
		}
	}
	return bytes.Join(kept, []byte("---\n"))
}
