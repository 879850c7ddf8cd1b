package manifest

// Reader reads sources time and again as they are changed a little: a document that was
// there the first time, to the letter, is not read again. Places in what it gives may
// therefore be those of another time; what it says about the objects is as Parse has it.
type Reader struct{ known map[readAs]result }

// readAs is what the result of reading a document depends on, its place left out.
type readAs struct {
	text string
	json bool
}

// Parse reads sources as the function Parse does.
func (r *Reader) Parse(sources []Source, limits Limits) (Bundle, error) {
	return parseWith(sources, limits, Assumption{}, r.read)
}

// read is readAll for documents some of which are known: those of the first time.
func (r *Reader) read(docs []*document) []result {
	first := r.known == nil
	if first {
		r.known = map[readAs]result{}
	}
	results := make([]result, len(docs))
	var unknown []*document
	var at []int
	for i, d := range docs {
		if known, ok := r.known[readAs{string(d.text), d.json}]; ok {
			results[i] = known
		} else {
			unknown, at = append(unknown, d), append(at, i)
		}
	}
	for i, res := range readAll(unknown) {
		results[at[i]] = res
		// A fragment's name depends on the other documents.
		if first && res.fragment == nil {
			r.known[readAs{string(unknown[i].text), unknown[i].json}] = res
		}
	}
	return results
}
