package manifest

import (
	"regexp"
	"strings"
)

var bullet = regexp.MustCompile(`^[ \t]*[•‣◦▪●○·–—*][ \t]*`)

// bullets takes out the bullets of a web page. They stand in front of the lines, or in
// place of the dashes of lists.
func (c *cleaning) bullets() []*cleaning {
	var lines []int
	for _, i := range c.full() {
		if bullet.MatchString(c.text(i)) {
			lines = append(lines, i)
		}
	}
	if len(lines) == 0 {
		return []*cleaning{c}
	}
	front, dashes := c.clone(), c.clone()
	for _, i := range lines {
		mark := bullet.FindString(c.text(i))
		width := len([]rune(mark))
		front.rows[i].lead = strings.Repeat(" ", width)
		front.rows[i].from += len(mark)
		indent := len(mark) - len(strings.TrimLeft(mark, " \t"))
		dashes.rows[i].lead = mark[:indent] + "-" + strings.Repeat(" ", max(1, width-indent-1))
		dashes.rows[i].from += len(mark)
	}
	var all []*cleaning
	for _, n := range []*cleaning{front, dashes} {
		n.note(bulletMarks, lines)
		n.sure = true
		all = append(all, n)
	}
	return all
}

// dashes takes out dashes at the left margin that are no list: in front of every line,
// or in front of every object.
func (c *cleaning) dashes() []*cleaning {
	all := []*cleaning{c}
	every, objects := c.clone(), c.clone()
	var lines, starts []int
	least := c.least()
	for _, i := range c.full() {
		text := c.text(i)
		dashed := c.indent(i) == least && strings.HasPrefix(text[least:], "- ")
		if dashed {
			lines = append(lines, i)
			every.rows[i].lead = c.rows[i].lead + strings.Repeat(" ", least+2)
			every.rows[i].from += least + 2
		}
		if dashed && objectStart.MatchString(text) {
			starts = append(starts, i)
			objects.rows[i].lead = "---\n" + strings.Repeat(" ", least+2)
			objects.rows[i].from += least + 2
		}
	}
	if len(lines) > 1 && len(lines) == len(c.full()) {
		every.note(dashMarks, lines)
		all = append([]*cleaning{every}, all...)
	}
	if len(starts) > 0 && len(starts) == len(lines) {
		objects.note(dashMarks, starts)
		all = append([]*cleaning{objects}, all...)
	}
	return all
}

var objectStart = regexp.MustCompile(`^[ \t]*- (apiVersion|kind):`)

// indentation takes out the indentation that all lines have in common, or all but the
// first, whose was not copied. Where it is common to all it means nothing in YAML,
// except in front of a marker.
func (c *cleaning) indentation() []*cleaning {
	full := c.full()
	if len(full) < 2 {
		return []*cleaning{c}
	}
	common := c.common(full)
	rest := c.common(full[1:])
	lines := full
	marker := false
	for _, i := range full {
		marker = marker || strings.TrimSpace(c.text(i)) == "---"
	}
	switch {
	case common == "" && rest != "" && c.rows[full[1]].lead == "":
		lines, common = full[1:], rest
	case common == "" || !marker && !strings.Contains(common, "\t"):
		return []*cleaning{c}
	}
	n := c.clone()
	for i := lines[0]; i < len(n.rows); i++ {
		if r := &n.rows[i]; !r.dropped && strings.HasPrefix(c.text(i), common) {
			r.from += len(common) // blank lines too, which may hold tabs
		}
	}
	n.note(commonIndent, lines)
	return []*cleaning{n, c}
}

// common gives the white space that lines have in common in front.
func (c *cleaning) common(lines []int) string {
	common := ""
	for k, i := range lines {
		text := c.text(i)
		lead := text[:c.indent(i)]
		if k == 0 {
			common = lead
		}
		for !strings.HasPrefix(lead, common) {
			common = common[:len(common)-1]
		}
	}
	return common
}
