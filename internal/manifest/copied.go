package manifest

import (
	"bytes"
	"cmp"
	"slices"
)

// People paste what they copied from web pages and terminals: YAML with code fences,
// prompts, bullets and line numbers around it, and with characters that only look like
// spaces and quotes. Such a document is read again without them, and that reading
// counts where it is the better one. A document that reads well is never touched.

// attempt is another reading of a document: its text with some splices carried out.
type attempt struct {
	of    int // index of the document
	texts []*spliced
	notes []note
	docs  []*document
	// sure is set when what was taken out can be no YAML.
	sure bool
	// characters is set when plain characters took the place of look-alikes, and
	// nothing else was done.
	characters bool
	results    []result
}

// withoutCopied reads documents that gave trouble again, without what was copied
// along. It gives the results with those in their places that come out better.
func withoutCopied(docs []*document, results []result, limits Limits) []result {
	var attempts []*attempt
	var again []*document
	spent := budget{limits: limits}
	for i, d := range docs {
		if d.json || !suspicious(d, &results[i]) {
			continue
		}
		for _, a := range attemptsOn(d) {
			a.of = i
			if !a.divide(&spent) {
				continue
			}
			attempts = append(attempts, a)
			again = append(again, a.docs...)
		}
	}
	if len(attempts) == 0 {
		return results
	}
	read := readAll(again)
	taken := map[int]*attempt{}
	for _, a := range attempts {
		a.results, read = read[:len(a.docs)], read[len(a.docs):]
		if best := taken[a.of]; a.betters(&results[a.of]) && (best == nil || a.compare(best) < 0) {
			taken[a.of] = a
		}
	}
	var all []result
	for i, r := range results {
		if a := taken[i]; a != nil {
			all = append(append(all, a.said()), a.results...)
		} else {
			all = append(all, r)
		}
	}
	return all
}

// suspicious reports whether a document may hold what was copied along: it gave
// trouble, or it is a policy with characters that no field of one has.
func suspicious(d *document, r *result) bool {
	if r.errors > 0 {
		return true
	}
	isPolicy := func(o Object) bool { return o.Kind == "NetworkPolicy" }
	return hasLookAlikes(d.text) && slices.ContainsFunc(r.objects, isPolicy)
}

// divide cuts the text of an attempt into documents and weighs them as others are
// weighed. It reports false when they are too much, so that the document is left as
// it is.
func (a *attempt) divide(spent *budget) bool {
	last := a.texts[len(a.texts)-1]
	for _, d := range last.documents() {
		if err := spent.document(d.file); err != nil {
			return false
		}
		if d.blank() {
			continue
		}
		if trouble, err := spent.spend(d); err != nil || trouble != "" {
			return false
		}
		a.docs = append(a.docs, d)
	}
	return true
}

// betters reports whether an attempt says more than the plain reading: fewer documents
// that are nothing, then fewer errors. Where what was taken out can be no YAML, the
// errors that are left speak of the rest and are worth more.
func (a *attempt) betters(plain *result) bool {
	objects, nothing, errors := a.count()
	before := 0
	if plain.isNothing() {
		before = 1
	}
	switch {
	case objects == 0 && len(a.docs) > 0 && !a.sure:
		return false
	case len(a.docs) == 0:
		// Nothing may be left of commands and their answers alone.
		return slices.ContainsFunc(a.notes, func(n note) bool { return n.kind == shellLines || n.kind == aroundCode })
	case nothing != before:
		return nothing < before
	case a.characters && nothing == 0:
		return errors <= plain.errors
	case a.sure && nothing > 0:
		return a.looksLikePolicy()
	case a.sure:
		return errors <= plain.errors
	}
	return errors < plain.errors
}

// count counts the objects of an attempt, the documents that are nothing, and errors.
func (a *attempt) count() (objects, nothing, errors int) {
	for _, r := range a.results {
		objects += len(r.objects) + len(r.notEvaluated)
		errors += r.errors
		if r.isNothing() {
			nothing++
		}
	}
	return objects, nothing, errors
}

// compare orders two attempts on one document by what is left to complain of.
func (a *attempt) compare(b *attempt) int {
	_, nothingA, errorsA := a.count()
	_, nothingB, errorsB := b.count()
	return cmp.Or(cmp.Compare(nothingA, nothingB), cmp.Compare(errorsA, errorsB))
}

// looksLikePolicy reports whether some line that is left is one of a manifest.
func (a *attempt) looksLikePolicy() bool {
	return slices.ContainsFunc(a.docs, func(d *document) bool { return anyStartsPolicy.Match(d.text) })
}

// isNothing reports whether a document gave no object at all.
func (r *result) isNothing() bool {
	return len(r.objects)+len(r.notEvaluated) == 0 && r.errors > 0
}

// said gives the findings about what was taken out.
func (a *attempt) said() result {
	var r result
	for _, n := range a.notes {
		r.findings = append(r.findings, n.finding())
	}
	return r
}

// lookAlikes are the characters that look like a space, like nothing, or like a quote.
var lookAlikes = map[rune]rune{
	'\u00a0': ' ', '\u2000': ' ', '\u2001': ' ', '\u2002': ' ', '\u2003': ' ', '\u2004': ' ', '\u2005': ' ', '\u2006': ' ',
	'\u2007': ' ', '\u2008': ' ', '\u2009': ' ', '\u200a': ' ', '\u202f': ' ', '\u205f': ' ', '\u3000': ' ',
	'\u200b': 0, '\u200c': 0, '\u200d': 0, '\u2060': 0, '\ufeff': 0,
	'“': '"', '”': '"', '„': '"', '‟': '"', '«': '"', '»': '"', '‘': '\'', '’': '\'', '‚': '\'', '‛': '\'',
}

// hasLookAlikes reports whether a text may hold one of them. It looks at the first
// bytes of their encodings.
func hasLookAlikes(text []byte) bool {
	for _, b := range []byte{0xc2, 0xe2, 0xe3, 0xef} {
		if bytes.IndexByte(text, b) >= 0 {
			return true
		}
	}
	return false
}

// attemptsOn gives the ways to read a document without what was copied along, the
// likeliest first. There are none when nothing looks like that.
func attemptsOn(d *document) []*attempt {
	base := attempt{}
	if hasLookAlikes(d.text) {
		if splices, notes := plainCharacters(d); len(splices) > 0 {
			s := newSpliced(d, splices)
			base = attempt{texts: []*spliced{s}, notes: notes, characters: true}
			for i := range base.notes {
				base.notes[i].of = s
			}
			d = &document{file: d.file, text: s.text, origin: &origin{spliced: s}, ignored: d.ignored}
		}
	}
	var attempts []*attempt
	for _, c := range cleanings(d) {
		s := newSpliced(d, c.splices())
		a := &attempt{texts: append(slices.Clone(base.texts), s), sure: c.sure, notes: slices.Clone(base.notes)}
		for _, n := range c.notes() {
			n.of = s
			a.notes = append(a.notes, n)
		}
		attempts = append(attempts, a)
	}
	if base.characters {
		attempts = append(attempts, &base)
	}
	return attempts
}

// plainCharacters finds look-alikes where a space or a quote has a meaning: in front of
// and behind keys and values. It leaves alone what is quoted, commented, annotated or
// a text of several lines.
func plainCharacters(d *document) ([]splice, []note) {
	c := characters{doc: d}
	for pos := 0; pos < len(d.text); {
		end, next := lineEnd(d.text, pos)
		c.line(pos, end)
		pos = next
	}
	slices.SortFunc(c.splices, func(a, b splice) int { return cmp.Compare(a.from, b.from) })
	var notes []note
	for _, kind := range []copiedKind{noBreakSpaces, invisibles, curlyQuotes} {
		if places := c.places[kind]; len(places) > 0 {
			notes = append(notes, note{kind: kind, places: places, splices: c.splices})
		}
	}
	return c.splices, notes
}
