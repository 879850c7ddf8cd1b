package manifest

import "bytes"

// textOf notes the length of a text, which is a key behind a question mark.
func (s *scanner) textOf(length int) {
	s.scalar = max(s.scalar, length)
	if s.asked {
		s.key = max(s.key, length)
	}
}

// plain skips a plain text, up to a colon, a comment, the end of the line or, within
// brackets, what ends an entry there.
func (s *scanner) plain(end int) {
	from := s.pos
	inFlow := len(s.flow) > 0
	s.unfinished = true
	for s.pos++; s.pos < end; s.pos++ {
		c := s.text[s.pos]
		if c == ':' && (s.pos+1 == end || s.text[s.pos+1] == ' ' || s.text[s.pos+1] == '\t' ||
			inFlow && bytes.IndexByte([]byte(",[]{}"), s.text[s.pos+1]) >= 0) {
			s.key = max(s.key, s.pos-from)
			s.unfinished = false
			break
		}
		if c == '#' && (s.text[s.pos-1] == ' ' || s.text[s.pos-1] == '\t') {
			s.unfinished = false
			break
		}
		if inFlow && (c == ',' || c == '[' || c == ']' || c == '{' || c == '}') {
			s.unfinished = false
			break
		}
	}
	s.run += s.pos - from
	s.textOf(s.run)
}

// quoted skips a quoted text, which may go over several lines.
func (s *scanner) quoted(quote byte, end int) bool {
	from := s.pos
	for s.pos++; s.pos < len(s.text); s.pos++ {
		c := s.text[s.pos]
		if c == '\\' && quote == '"' {
			s.pos++
		} else if c == quote {
			if quote == '\'' && s.pos+1 < len(s.text) && s.text[s.pos+1] == '\'' {
				s.pos++
				continue
			}
			break
		}
	}
	s.pos = min(s.pos+1, len(s.text))
	length := s.pos - from
	s.textOf(length)
	if s.pos < len(s.text) && s.text[s.pos] == ':' {
		s.key = max(s.key, length)
	}
	if s.pos <= end {
		return false
	}
	s.resumed = true
	return true
}

// around gives the column of the block collection that the text at pos stands in, or
// -1 when there is none.
func (s *scanner) around() int {
	n := len(s.indents)
	if n > 0 && s.opened == s.pos {
		n-- // the text itself opened this column, as an item or on a line of its own
	}
	if n == 0 {
		return -1
	}
	return s.indents[n-1]
}

// blockScalar skips a literal or folded text: its header and every line that is
// blank or deeper than the collection it stands in.
func (s *scanner) blockScalar(end int) bool {
	header := bytes.TrimRight(s.text[s.pos+1:end], " \t")
	for i, c := range header {
		if c == '#' && i > 0 && (header[i-1] == ' ' || header[i-1] == '\t') {
			break
		}
		if c != '+' && c != '-' && c != ' ' && c != '\t' && (c < '0' || c > '9') {
			return false
		}
	}
	parent := s.around()
	s.touch()
	_, pos := lineEnd(s.text, s.pos)
	from := pos
	for pos < len(s.text) {
		end, next := lineEnd(s.text, pos)
		indent := pos
		for indent < end && s.text[indent] == ' ' {
			indent++
		}
		if indent < end && indent-pos <= parent {
			break
		}
		pos = next
	}
	s.textOf(pos - from)
	s.pos = pos
	return true
}
