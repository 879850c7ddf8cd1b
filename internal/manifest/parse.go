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
	return ParseAssuming(sources, limits, Assumption{})
}

// Assumption is what is taken for so although it is not written.
type Assumption struct {
	// Edits are taken for made. They are places in the texts as they are, and must not
	// overlap.
	Edits []diag.Edit
	// Ignored tells of the findings with Ignorable set those whose field is taken for not
	// written; nil: none.
	Ignored func(diag.Finding) bool
}

// ParseAssuming reads sources as Parse does, under an assumption. All places that it
// gives, and those that are asked for later, are places in the texts as they are.
func ParseAssuming(sources []Source, limits Limits, assumed Assumption) (Bundle, error) {
	return parseWith(sources, limits, assumed, readAll)
}

func parseWith(sources []Source, limits Limits, assumed Assumption, read func([]*document) []result) (Bundle, error) {
	files, findings, err := unpack(sources, limits)
	if err != nil {
		return Bundle{}, err
	}
	docs, over, err := divide(files, limits, assumed)
	if err != nil {
		return Bundle{}, err
	}
	bundle := Bundle{Findings: append(findings, over...), Documents: len(docs) + len(over)}
	bundle.Ignores = ignores(files, docs)
	counts := map[NotEvaluated]int{}
	results := withoutCopied(docs, read(docs), limits)
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
func divide(files []file, limits Limits, assumed Assumption) (docs []*document, findings diag.List, err error) {
	budget := budget{limits: limits}
	for _, f := range files {
		assumed.split(f, func(d document) bool {
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

// split cuts a file into its documents as they would be under the assumption.
func (a *Assumption) split(f file, yield func(document) bool) {
	of := document{file: f.name, text: f.text, ignored: a.Ignored}
	var mine []diag.Edit
	for _, e := range a.Edits {
		if e.Range.File == f.name {
			mine = append(mine, e)
		}
	}
	spans, ok := diag.Spans(f.text, mine)
	if len(mine) == 0 || !ok {
		split(f.name, f.text, func(d document) bool {
			d.ignored = a.Ignored
			return yield(d)
		})
		return
	}
	splices := make([]splice, len(spans))
	for i, s := range spans {
		splices[i] = splice{s.From, s.To, s.Text}
	}
	for _, d := range newSpliced(&of, splices).documents() {
		if !yield(*d) {
			return
		}
	}
}

// readAll reads documents on as many processors as there are. The results come in
// the order of the documents.
func readAll(docs []*document) []result {
	results := make([]result, len(docs))
	var next atomic.Int64
	work := func() {
		texts := interned{}
		for {
			i := int(next.Add(1)) - 1
			if i >= len(docs) {
				return
			}
			results[i] = read(docs[i], texts)
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
