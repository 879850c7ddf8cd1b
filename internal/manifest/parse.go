package manifest

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// Parse reads sources and gives their objects, and a finding for everything in them
// that kubectl or the API server would refuse. A document that cannot be read costs
// only itself. The only error is a *LimitError.
func Parse(sources []Source, limits Limits) (Bundle, error) {
	files, findings, err := unpack(sources, limits)
	if err != nil {
		return Bundle{}, err
	}
	docs, over, err := divide(files, limits)
	if err != nil {
		return Bundle{}, err
	}
	bundle := Bundle{Findings: append(findings, over...), Documents: len(docs) + len(over)}
	counts := map[NotEvaluated]int{}
	results := withoutCopied(docs, readAll(docs), limits)
	fragmentNames(results)
	for _, r := range results {
		bundle.Objects = append(bundle.Objects, r.objects...)
		bundle.Findings = append(bundle.Findings, r.findings...)
		bundle.Operated = append(bundle.Operated, r.operated...)
		for _, k := range r.notEvaluated {
			counts[k]++
		}
	}
	slices.Sort(bundle.Operated)
	bundle.Operated = slices.Compact(bundle.Operated)
	for k, n := range counts {
		k.Count = n
		bundle.NotEvaluated = append(bundle.NotEvaluated, k)
	}
	slices.SortFunc(bundle.NotEvaluated, func(a, b NotEvaluated) int {
		return cmp.Or(cmp.Compare(a.APIVersion, b.APIVersion), cmp.Compare(a.Kind, b.Kind))
	})
	bundle.Findings.Sort()
	return bundle, nil
}

// divide splits files into the documents that hold something and weighs each before
// anything is decoded. Documents that no parser would survive become findings, also
// where there are no limits.
func divide(files []file, limits Limits) (docs []*document, findings diag.List, err error) {
	budget := budget{limits: limits}
	for _, f := range files {
		split(f.name, f.text, func(d document) bool {
			if err = budget.document(f.name); err != nil {
				return false
			}
			if d.blank() {
				return true
			}
			var trouble string
			if trouble, err = budget.spend(&d); err != nil {
				return false
			}
			if trouble != "" {
				findings = append(findings, tooLarge(&d, trouble))
				return true
			}
			docs = append(docs, &d)
			return true
		})
		if err != nil {
			return nil, nil, err
		}
	}
	return docs, findings, nil
}

// readAll reads documents on as many processors as there are. The results come in
// the order of the documents.
func readAll(docs []*document) []result {
	results := make([]result, len(docs))
	var next atomic.Int64
	work := func() {
		for {
			i := int(next.Add(1)) - 1
			if i >= len(docs) {
				return
			}
			results[i] = read(docs[i])
		}
	}
	workers := min(runtime.GOMAXPROCS(0), len(docs))
	if workers <= 1 {
		work()
		return results
	}
	var wait sync.WaitGroup
	for range workers {
		wait.Go(work)
	}
	wait.Wait()
	return results
}
