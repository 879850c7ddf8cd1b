package manifest

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"
)

// characters looks for look-alikes line by line.
type characters struct {
	doc     *document
	splices []splice
	places  map[copiedKind][]splice
	// opaque is the column that lines must be deeper than to belong to a text of
	// several lines or to annotations; -1 outside of them.
	opaque int
	begun  bool
}

var (
	opensText        = regexp.MustCompile(`(^|[\s:-])[|>][-+0-9]*\s*(#.*)?$`)
	opensAnnotations = regexp.MustCompile(`^\s*(- )*["']?annotations["']?\s*:\s*$`)
)

// line looks at the line between two bytes.
func (c *characters) line(from, end int) {
	if !c.begun {
		c.begun, c.opaque, c.places = true, -1, map[copiedKind][]splice{}
	}
	row := c.doc.text[from:end]
	plain := plainSpaces(row)
	indent := utf8.RuneCountInString(plain) - utf8.RuneCountInString(strings.TrimLeft(plain, " \t"))
	if strings.TrimSpace(plain) == "" {
		return
	}
	if c.opaque >= 0 && indent > c.opaque {
		return
	}
	c.opaque = -1
	if opensText.MatchString(plain) || opensAnnotations.MatchString(plain) {
		c.opaque = indent
	}
	if !hasLookAlikes(row) {
		return
	}
	c.scan(from, end)
}

// plainSpaces gives a row with plain spaces for those that only look like them.
func plainSpaces(row []byte) string {
	if !hasLookAlikes(row) {
		return string(row)
	}
	return string(bytes.Map(func(r rune) rune {
		switch plain, odd := lookAlikes[r]; {
		case odd && plain == 0:
			return -1
		case odd && plain == ' ':
			return ' '
		}
		return r
	}, row))
}

// scan walks over a line that has look-alikes.
func (c *characters) scan(pos, end int) {
	text := c.doc.text
	structural := true // nothing but spaces since the line, a dash or an indicator
	for pos < end {
		r, size := utf8.DecodeRune(text[pos:end])
		plain, odd := lookAlikes[r]
		switch {
		case structural && (r == '"' || r == '\''):
			pos = min(quotedEnd(text, pos, byte(r)), end)
			structural = false
			continue
		case r == '#' && (structural || isSpace(text[pos-1])):
			return
		case odd && plain > ' ' && structural:
			if shut := c.closing(pos+size, end, plain); shut > 0 {
				c.quote(pos, size, plain)
				_, size := utf8.DecodeRune(text[shut:end])
				c.quote(shut, size, plain)
				pos, structural = shut+size, false
				continue
			}
		case odd && plain <= ' ' && (structural || c.endsValue(pos, end)):
			c.space(pos, size, plain)
			pos += size
			continue
		}
		switch {
		case r == ' ' || r == '\t':
		case r == '-':
			structural = structural && c.spaceAt(pos+size, end)
		case r == ':':
			structural = c.spaceAt(pos+size, end)
		case strings.ContainsRune("[{,", r):
			structural = true
		default:
			structural = false
		}
		pos += size
	}
}

// spaceAt reports whether a byte is a space of any kind, or the end of the line.
func (c *characters) spaceAt(pos, end int) bool {
	r, _ := utf8.DecodeRune(c.doc.text[pos:end])
	plain, odd := lookAlikes[r]
	return pos == end || r == ' ' || r == '\t' || odd && plain <= ' '
}

// endsValue reports whether only spaces stand between a byte and what ends a key or a
// value.
func (c *characters) endsValue(pos, end int) bool {
	rest := strings.TrimLeft(plainSpaces(c.doc.text[pos:end]), " \t")
	return rest == "" || strings.IndexByte(",]}#", rest[0]) >= 0 || rest[0] == ':' && (len(rest) == 1 || rest[1] == ' ')
}

// closing gives where the curly quote stands that closes the one in front of a byte,
// 0 when there is none that ends a key or a value.
func (c *characters) closing(from, end int, quote rune) int {
	for pos := from; pos < end; {
		r, size := utf8.DecodeRune(c.doc.text[pos:end])
		switch {
		case lookAlikes[r] == quote && c.endsValue(pos+size, end):
			return pos
		case r == quote || r == '\\':
			return 0 // the value holds what would end it
		}
		pos += size
	}
	return 0
}

func (c *characters) quote(pos, size int, plain rune) {
	c.add(curlyQuotes, splice{pos, pos + size, string(plain)})
}

func (c *characters) space(pos, size int, plain rune) {
	if plain == 0 {
		c.add(invisibles, splice{from: pos, to: pos + size})
		return
	}
	c.add(noBreakSpaces, splice{pos, pos + size, " "})
}

func (c *characters) add(kind copiedKind, s splice) {
	c.splices = append(c.splices, s)
	c.places[kind] = append(c.places[kind], s)
}
