package layout

import (
	"strings"
	"unicode/utf8"
)

// Font is one of the ways in which a picture writes.
type Font struct {
	Size float64
	Bold bool
}

// The fonts of a picture. All are of the family that Liberation Sans, Arimo,
// Helvetica and Arial share the metrics of.
var (
	fontTitle    = Font{19, true}
	fontSubtitle = Font{14, false}
	fontFrame    = Font{14, true}
	fontCluster  = Font{12, false}
	fontName     = Font{14, true}
	fontDetail   = Font{12, false}
	fontLabel    = Font{12, false}
	fontDoor     = Font{12, false}
	fontEntrance = Font{11.5, false}
	fontLegend   = Font{12.5, false}
	fontNote     = Font{12.5, false}
	fontStrong   = Font{12.5, true}
)

// The widest fonts that a reader may have instead are so much wider; room for a text
// is its width times this.
const (
	spareRegular = 1.18
	spareBold    = 1.22
)

// Widths of the printable ASCII characters in thousandths of the font size, from the
// space on.
var (
	regularWidths = [...]uint16{
		278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
		556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
		1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
		667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
		333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
		556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
	}
	boldWidths = [...]uint16{
		278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278,
		556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611,
		975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778,
		667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556,
		333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611,
		611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
	}
)

// Width measures a text.
func (f Font) Width(text string) float64 {
	widths := &regularWidths
	if f.Bold {
		widths = &boldWidths
	}
	sum := 0
	for _, r := range text {
		switch {
		case r >= ' ' && int(r-' ') < len(widths):
			sum += int(widths[r-' '])
		case r == '·':
			sum += 278
		case r == '–', r == '×':
			sum += 584
		case r < 0x370:
			sum += 722 // Latin letters with marks
		case r < 0x1100:
			sum += 889 // Greek, Cyrillic and their neighbours
		default:
			sum += 1000 // as wide as high
		}
	}
	return float64(sum) * f.Size / 1000
}

// Room is the width to keep for a text so that a wider font does not overflow it.
func (f Font) Room(text string) float64 {
	if f.Bold {
		return f.Width(text) * spareBold
	}
	return f.Width(text) * spareRegular
}

// Cut shortens a text in its middle until its room is at most a width: the ends of
// names tell more than their middles.
func (f Font) Cut(text string, width float64) string {
	if f.Room(text) <= width {
		return text
	}
	runes := []rune(text)
	head, tail := (len(runes)+1)/2, len(runes)/2
	for head+tail > 2 {
		if head > tail {
			head--
		} else {
			tail--
		}
		short := string(runes[:head]) + "…" + string(runes[len(runes)-tail:])
		if f.Room(short) <= width {
			return short
		}
	}
	return "…"
}

// CutEnd shortens a text at its end, for lists.
func (f Font) CutEnd(text string, width float64) string {
	if f.Room(text) <= width {
		return text
	}
	for len(text) > 0 {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
		if short := strings.TrimRight(text, " ,") + "…"; f.Room(short) <= width {
			return short
		}
	}
	return "…"
}

// Wrap breaks a sentence into lines of at most a width.
func (f Font) Wrap(text string, width float64) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = f.Cut(word, width)
		case f.Room(line+" "+word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = f.Cut(word, width)
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
