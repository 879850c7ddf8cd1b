package manifest

import (
	"bytes"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// WrittenLines gives the lines of the document that holds one object and nothing else, as
// the user wrote them, and the number of the first. It is not ok for an item of a List and
// for a text that was completed or cleaned.
func WrittenLines(l diag.Locator) (first int, lines []string, ok bool) {
	s, ok := l.(*source)
	if !ok || s.path != "" || s.doc.column > 0 || s.doc.origin != nil {
		return 0, nil, false
	}
	first = s.doc.line + 1
	lines = strings.Split(strings.TrimRight(string(s.doc.text), " \t\r\n"), "\n")
	for len(lines) > 0 && (strings.TrimSpace(lines[0]) == "" || strings.HasPrefix(lines[0], "---") && strings.TrimSpace(lines[0][3:]) == "") {
		first, lines = first+1, lines[1:]
	}
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\r")
	}
	return first, lines, true
}

// Rewritten lists the policies that are written in another way in two bundles and say the
// same: comments, order, style, and what the evaluation does not read.
func Rewritten(before, after Bundle, renamed map[string]string) []Change {
	olds := lastOfEach(moved(before.Objects, renamed))
	var found []Change
	var names []string // under which a namespace is written, with those after
	for was, is := range renamed {
		names = append(names, "namespace: "+was, "namespace: "+is)
	}
	under := strings.NewReplacer(names...)
	for key, is := range lastOfEach(after.Objects) {
		was := olds[key]
		if key.kind != "NetworkPolicy" || was == nil || !sameValue(was, is) {
			continue
		}
		a, ok := DocumentText(was.Source)
		b, also := DocumentText(is.Source)
		if ok && also && !bytes.Equal(a, b) && under.Replace(written(was)) != written(is) {
			found = append(found, Change{Was: was, Is: is, undone: was})
		}
	}
	slices.SortFunc(found, func(x, y Change) int { return strings.Compare(x.Is.Title(), y.Is.Title()) })
	return found
}

// written gives the lines of an object as one text.
func written(o *Object) string {
	_, lines, _ := WrittenLines(o.Source)
	return strings.Join(lines, "\n")
}
