package manifest

import "bytes"

// cost is what a document would cost to parse, as far as its bytes tell: YAML nodes
// without alias expansion, nesting, and the longest texts.
type cost struct {
	nodes, depth, scalar, key int
	aliases, anchors          int
	// tokens are the smallest parts that a parser looks at. It may hold all that stand
	// between brackets or on one line before it makes a node of the first.
	tokens int
}

// scanCeiling ends the scan of a document that is nested deeper than any parser
// would follow.
const scanCeiling = 10_000

// measure counts what a YAML text would cost, in one pass and without building
// anything: a parser would spend seconds and hundreds of megabytes on a few
// megabytes of keys before it could say how many they were.
//
// It knows just enough of YAML to skip quoted texts, comments and block scalars. On
// text that is not YAML its figures mean little, and a parser stops early there.
func measure(text []byte) cost {
	for _, b := range otherBreaks {
		text = bytes.ReplaceAll(text, b, []byte("\n"))
	}
	s := scanner{text: text}
	s.nodes = 1
	for s.pos < len(text) && s.depth <= scanCeiling {
		s.line()
	}
	return s.cost
}

// scanner walks over a text line by line. The columns of the block collections that
// are open are in indents; the brackets that are open in flow.
type scanner struct {
	cost
	text    []byte
	pos     int
	start   int // of the line
	indents []int
	// opened is the byte at which the last of indents was opened.
	opened int
	// carried is set when an anchor or a tag ended the line there, so that what opens
	// a collection is still to come.
	carried bool
	flow    []flowLevel
	// outside is the number of block collections around the brackets.
	outside int
	// run is the length of the plain text so far, which may go over many lines.
	run int
	// unfinished is set when a plain text reached the end of its line; parent is the
	// column of the collection that it stands in.
	unfinished bool
	parent     int
	// asked is set between a key behind a question mark and the colon of its value,
	// which are counted together, since the colon may be missing.
	asked bool
	// resumed is set when pos stands behind a quoted text that went over several
	// lines: what follows on that line begins nothing.
	resumed bool
}

type flowLevel struct {
	mapping, pending, colon bool
}

func (s *scanner) line() {
	end, next := lineEnd(s.text, s.pos)
	if !s.resumed {
		s.start = s.pos
	}
	if !s.resumed && isMarker(s.text[s.pos:end], "---") {
		s.pos += len("---")
		s.unfinished, s.carried, s.indents = false, false, s.indents[:0]
	} else if s.continues(end) {
		s.plain(end)
	}
	for s.pos < end && s.text[s.pos] == ' ' {
		s.pos++
	}
	if !s.resumed && s.pos == s.start+blanks(s.text[s.start:end]) && s.pos < end && s.text[s.pos] != '#' && len(s.flow) == 0 {
		column := s.pos - s.start
		if n := len(s.indents); s.carried && n > 0 {
			s.indents = s.indents[:n-1]
		}
		s.carried = false
		for n := len(s.indents); n > 0 && s.indents[n-1] > column; n-- {
			s.indents = s.indents[:n-1]
		}
		s.open(column)
	}
	s.resumed = false
	for s.pos < end {
		if jumped := s.token(end); jumped {
			return // a text of several lines has been skipped
		}
	}
	s.pos = next
}

// continues reports whether the line goes on with a plain text of the line before,
// within which quotes and brackets mean nothing. It moves to where the text goes on.
func (s *scanner) continues(end int) bool {
	pos := s.pos
	for pos < end && (s.text[pos] == ' ' || s.text[pos] == '\t') {
		pos++
	}
	if !s.unfinished || pos == end {
		return false
	}
	s.unfinished = false
	c := s.text[pos]
	spaced := pos+1 == end || s.text[pos+1] == ' ' || s.text[pos+1] == '\t'
	switch {
	case s.resumed, c == '#', c == ':' && spaced:
		return false
	case len(s.flow) > 0:
		if bytes.IndexByte([]byte(",[]{}"), c) >= 0 {
			return false
		}
	case pos-s.start <= s.parent:
		return false
	}
	s.pos = pos
	return true
}

func blanks(row []byte) int { return len(row) - len(bytes.TrimLeft(row, " ")) }

// open notes a block collection that may begin at a column.
func (s *scanner) open(column int) {
	if n := len(s.indents); n == 0 || s.indents[n-1] < column {
		s.indents = append(s.indents, column)
		s.opened = s.start + column
	}
}

// token skips one token of the line that ends at end. It reports true when the
// token went on over the end of the line.
func (s *scanner) token(end int) bool {
	c := s.text[s.pos]
	switch c {
	case ' ', '\t':
		s.pos++
		return false
	case '#':
		s.pos = end
		return false
	}
	s.tokens++
	switch c {
	case '"', '\'':
		s.touch()
		return s.quoted(c, end)
	case '&':
		s.anchors++
		s.property(end)
		return false
	case '*':
		s.touch()
		s.aliases++
		s.word(end)
		return false
	case '!':
		s.property(end)
		return false
	case '[', '{':
		s.touch()
		if len(s.flow) == 0 {
			s.outside = len(s.indents)
			if n := s.outside; n > 0 && s.indents[n-1] == s.pos-s.start {
				s.outside-- // nothing else stands in this column
			}
		}
		s.flow = append(s.flow, flowLevel{mapping: c == '{'})
		s.depth = max(s.depth, s.outside+len(s.flow))
		s.pos++
		return false
	case ']', '}', ',':
		if len(s.flow) > 0 {
			s.entry(c == ',')
			s.pos++
			return false
		}
	case '-', '?', ':':
		if s.indicator(c, end) {
			return false
		}
	case '|', '>':
		if len(s.flow) == 0 && s.blockScalar(end) {
			return true
		}
	}
	s.touch()
	s.parent = s.around()
	s.plain(end)
	return false
}

// touch notes that the flow entry that is open holds something.
func (s *scanner) touch() {
	if n := len(s.flow); n > 0 {
		s.flow[n-1].pending = true
	}
}

// entry ends an entry of a flow collection, and the collection unless more follows.
func (s *scanner) entry(more bool) {
	top := &s.flow[len(s.flow)-1]
	switch {
	case top.mapping && (top.pending || top.colon) && !top.colon:
		s.nodes += 2
	case !top.mapping && (top.pending || top.colon):
		s.nodes++
	}
	top.pending, top.colon = false, false
	s.run = 0
	if !more {
		s.flow = s.flow[:len(s.flow)-1]
	}
}

// indicator handles a dash, question mark or colon when it is an indicator.
func (s *scanner) indicator(c byte, end int) bool {
	spaced := s.pos+1 == end || s.text[s.pos+1] == ' ' || s.text[s.pos+1] == '\t'
	inFlow, depth := len(s.flow) > 0, len(s.indents)
	switch {
	case c == ':' && (spaced || inFlow):
		s.tokens++ // the key has one of its own
		if first := s.first(); !first || !s.asked {
			s.nodes += 2
		} else {
			s.asked = false
		}
		if inFlow {
			s.flow[len(s.flow)-1].colon = true
		}
	case c == '-' && spaced && !inFlow:
		s.nodes++
		s.openNext(end)
	case c == '?' && spaced:
		switch {
		case !inFlow:
			s.nodes += 2
			s.asked = true
		case !s.flow[len(s.flow)-1].mapping:
			s.nodes += 2
		}
		s.openNext(end)
	default:
		return false
	}
	if !inFlow {
		s.depth = max(s.depth, depth)
	}
	s.run = 0
	s.pos++
	return true
}

// first reports whether nothing stands before pos on its line.
func (s *scanner) first() bool {
	return len(s.flow) == 0 && len(bytes.Trim(s.text[s.start:s.pos], " ")) == 0
}

// openNext notes the collection that may begin behind the indicator at pos.
func (s *scanner) openNext(end int) {
	next := s.pos + 1
	for next < end && (s.text[next] == ' ' || s.text[next] == '\t') {
		next++
	}
	if next < end && s.text[next] != '#' {
		s.open(next - s.start)
	}
}

// property skips an anchor or a tag. What it belongs to begins where the property
// does.
func (s *scanner) property(end int) {
	opens := s.opened == s.pos
	s.word(end)
	for s.pos < end && (s.text[s.pos] == ' ' || s.text[s.pos] == '\t') {
		s.pos++
	}
	if opens {
		s.opened, s.carried = s.pos, s.pos == end || s.text[s.pos] == '#'
	}
}

func (s *scanner) word(end int) {
	tag := s.text[s.pos] == '!'
	for s.pos < end && (tag || s.text[s.pos] != ':') && s.text[s.pos] != ' ' && s.text[s.pos] != '\t' && s.text[s.pos] != ',' &&
		s.text[s.pos] != ']' && s.text[s.pos] != '}' {
		s.pos++
	}
}
