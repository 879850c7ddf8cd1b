package manifest

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// cleaning is a document line by line, with what is to be taken out of each.
type cleaning struct {
	doc  *document
	rows []copiedRow
	// sure is set when something was taken out that can be no YAML.
	sure  bool
	found []note
}

// copiedRow is one line. What is left of it begins at from.
type copiedRow struct {
	start, from, end, next int
	// dropped lines are taken out whole; lead takes the place of what is in front of
	// from, or of the whole line.
	dropped bool
	lead    string
}

func (c *cleaning) text(i int) string {
	return string(c.doc.text[c.rows[i].from:c.rows[i].end])
}

// blank reports whether nothing is left of a line.
func (c *cleaning) blank(i int) bool {
	r := &c.rows[i]
	return r.dropped || len(bytes.TrimSpace(c.doc.text[r.from:r.end])) == 0
}

// full gives the lines that something is left of.
func (c *cleaning) full() []int {
	var all []int
	for i := range c.rows {
		if !c.blank(i) {
			all = append(all, i)
		}
	}
	return all
}

// copiedRowCeiling is the number of lines that are looked at. Nobody copies more.
const copiedRowCeiling = 100_000

// cleanings gives the ways to take out of a document what no YAML has, the likeliest
// first.
func cleanings(d *document) []*cleaning {
	c := &cleaning{doc: d}
	for pos := 0; pos < len(d.text); {
		if len(c.rows) == copiedRowCeiling {
			return nil
		}
		end, next := lineEnd(d.text, pos)
		c.rows = append(c.rows, copiedRow{start: pos, from: pos, end: end, next: next})
		pos = next
	}
	c.fences()
	c.prompts()
	c.quoted()
	c.sure = len(c.found) > 0
	all := []*cleaning{c}
	for _, step := range []func(*cleaning) []*cleaning{(*cleaning).numbers, (*cleaning).bullets, (*cleaning).dashes, (*cleaning).indentation} {
		var wider []*cleaning
		for _, c := range all {
			wider = append(wider, step(c)...)
		}
		all = wider
	}
	return slices.DeleteFunc(all, func(c *cleaning) bool { return len(c.found) == 0 })
}

// clone gives a copy that can be changed by itself.
func (c *cleaning) clone() *cleaning {
	d := *c
	d.rows, d.found = slices.Clone(c.rows), slices.Clone(c.found)
	return &d
}

// note notes that something was taken out of some lines.
func (c *cleaning) note(kind copiedKind, lines []int) {
	if len(lines) == 0 {
		return
	}
	var places []splice
	for _, i := range lines {
		r := &c.rows[i]
		to := r.from
		if r.dropped || to == r.start {
			to = r.end
		}
		places = append(places, splice{from: r.start, to: to})
	}
	c.found = append(c.found, note{kind: kind, places: places})
}

// splices gives what is to be done to the text.
func (c *cleaning) splices() []splice {
	var all []splice
	for i := range c.rows {
		switch r := &c.rows[i]; {
		case r.dropped && r.lead == "" && r.next == r.end && i > 0:
			// The last line has no break of its own, and takes the one before.
			all = append(all, splice{c.rows[i-1].end, r.end, ""})
		case r.dropped && r.lead == "":
			all = append(all, splice{r.start, r.next, ""})
		case r.dropped:
			all = append(all, splice{r.start, r.end, r.lead})
		case r.from > r.start || r.lead != "":
			all = append(all, splice{r.start, r.from, r.lead})
		}
	}
	return joined(all)
}

// joined joins splices that overlap, which only take out.
func joined(all []splice) []splice {
	var out []splice
	for _, s := range all {
		if n := len(out); n > 0 && s.from < out[n-1].to {
			out[n-1].to = max(out[n-1].to, s.to)
			out[n-1].text += s.text
			continue
		}
		out = append(out, s)
	}
	return out
}

func (c *cleaning) notes() []note {
	splices := c.splices()
	for i := range c.found {
		c.found[i].splices = splices
	}
	return c.found
}

var (
	fence = regexp.MustCompile("^[ \t]*(?:```+|~~~+)[ \t]*([A-Za-z0-9+-]*)[^`]*$")
	// shells are languages of fenced blocks that hold commands or their answers.
	shells = []string{"bash", "sh", "shell", "zsh", "console", "terminal", "powershell", "text", "txt", "output", "plaintext", "go", "python", "js", "mermaid"}
	// startsPolicy is a line that a manifest or a part of a policy has.
	startsPolicy    = regexp.MustCompile(startOfPolicy)
	anyStartsPolicy = regexp.MustCompile(`(?m)` + startOfPolicy)
)

// It may have what is copied along in front of it.
const startOfPolicy = `^[ \t>0-9.:|)•*–-]*["']?(apiVersion|kind|metadata|spec|podSelector|policyTypes|ingress|egress|from|to|ports|namespaceSelector|ipBlock|matchLabels|matchExpressions)["']?[ \t]*:([ \t]|$)`

// fences takes out the fences of code blocks, and what stands outside of them unless it
// is YAML too. Each block is a document. A fence within a text is deeper than the
// document and is left alone.
func (c *cleaning) fences() {
	var fences []int
	least := c.least()
	for _, i := range c.full() {
		if c.indent(i) <= least && fence.MatchString(c.text(i)) {
			fences = append(fences, i)
		}
	}
	if len(fences) == 0 {
		return
	}
	taken := slices.Clone(fences)
	kind := codeFences
	isFence := map[int]bool{}
	for _, i := range fences {
		isFence[i] = true
		c.rows[i].dropped = true
	}
	inside := len(fences) == 1 && fences[0] != c.first() // only the end was copied
	from, lang := 0, ""
	block := func(to int) {
		if !c.keepBlock(from, to, inside, lang) {
			for i := from; i < to; i++ {
				if !c.blank(i) {
					c.rows[i].dropped = true
					taken, kind = append(taken, i), aroundCode
				}
			}
		}
	}
	for i := range c.rows {
		if !isFence[i] {
			continue
		}
		block(i)
		inside = !inside
		from, lang = i+1, strings.ToLower(fence.FindStringSubmatch(c.text(i))[1])
	}
	block(len(c.rows))
	c.separate(fences)
	slices.Sort(taken)
	c.note(kind, taken)
}

// first gives the first line that holds something, before anything is taken out.
func (c *cleaning) first() int {
	for i := range c.rows {
		if len(bytes.TrimSpace(c.doc.text[c.rows[i].start:c.rows[i].end])) > 0 {
			return i
		}
	}
	return -1
}

// keepBlock reports whether the lines between two fences are kept.
func (c *cleaning) keepBlock(from, to int, inside bool, lang string) bool {
	for i := from; i < to; i++ {
		if !c.blank(i) && startsPolicy.MatchString(c.text(i)) {
			return true
		}
	}
	// A block that nothing is known of may be another object in flow style or JSON.
	return inside && !slices.Contains(shells, lang) && c.opensMap(from, to)
}

func (c *cleaning) opensMap(from, to int) bool {
	for i := from; i < to; i++ {
		if !c.blank(i) {
			return strings.HasPrefix(strings.TrimSpace(c.text(i)), "{") || strings.HasPrefix(strings.TrimSpace(c.text(i)), "[")
		}
	}
	return false
}

// separate puts a marker in the place of dropped lines that have something on both
// sides.
func (c *cleaning) separate(dropped []int) {
	full := c.full()
	after := 0 // index in full of the first line behind
	apart := -1
	for _, i := range dropped {
		for after < len(full) && full[after] < i {
			after++
		}
		// One marker does for the dropped lines between two that are kept.
		if after == 0 || after == len(full) || after == apart || isMarker([]byte(c.text(full[after])), "---") {
			continue
		}
		apart = after
		c.rows[i].lead = "---"
	}
}

func (c *cleaning) indent(i int) int {
	text := c.text(i)
	return len(text) - len(strings.TrimLeft(text, " \t"))
}

// least gives the smallest indentation of the lines that are left.
func (c *cleaning) least() int {
	least := -1
	for _, i := range c.full() {
		if n := c.indent(i); least < 0 || n < least {
			least = n
		}
	}
	return least
}

var (
	// A prompt is a word that ends in $, ❯ or %, [name@host dir]#, name@host:dir# or
	// PS C:\>, and then a command; some commands are known without one.
	prompt     = regexp.MustCompile(`^[ \t]*(?:[\w@.:~/-]*[$❯][ \t]+|\[[^\]]*\][#$][ \t]*|[\w.-]+@\S+[#$%>][ \t]+|PS [^>]*>[ \t]*)\S`)
	command    = regexp.MustCompile(`^[ \t]*(?:sudo )?(?:kubectl|oc|cat|tee|vim?|nano|helm|minikube|kind) (?:[-<>a-z.]|\S*/)[^:]*$`)
	heredoc    = regexp.MustCompile(`<<-?[ \t]*\\?['"]?(\w+)['"]?`)
	heredocEnd = regexp.MustCompile(`^[ \t]*(?:EOF|EOL|END|EOT|YAML)[ \t]*$`)
	answer     = regexp.MustCompile(`^[ \t]*[a-z0-9.-]+(?:/[a-z0-9.-]+| "[^"]+") (?:created|configured|unchanged|deleted|serverside-applied|patched)\b[^:]*$`)
)

// prompts takes out commands of a shell, their answers, and the ends of the texts that
// are fed to them.
func (c *cleaning) prompts() {
	var taken []int
	end := ""
	least := c.least() // what is deeper may be a text that speaks of commands
	for _, i := range c.full() {
		text := c.text(i)
		switch {
		case c.indent(i) > least:
			continue
		case prompt.MatchString(text), command.MatchString(text):
			if m := heredoc.FindStringSubmatch(text); m != nil {
				end = m[1]
			}
		case answer.MatchString(text):
		case end != "" && strings.TrimSpace(text) == end, heredocEnd.MatchString(text):
			end = ""
		default:
			continue
		}
		taken = append(taken, i)
	}
	for _, i := range taken {
		c.rows[i].dropped = true
	}
	c.separate(taken)
	c.note(shellLines, taken)
}

// quoted takes out a mark that every line begins with: the > of a mail or of a shell
// that waits for more.
func (c *cleaning) quoted() {
	full := c.full()
	for _, i := range full {
		if text := c.text(i); !strings.HasPrefix(text, "> ") && strings.TrimRight(text, " ") != ">" {
			return
		}
	}
	for _, i := range full {
		c.rows[i].from = min(c.rows[i].from+2, c.rows[i].end)
	}
	c.note(quoteMarks, full)
}

var lineNumber = regexp.MustCompile(`^[ \t]*([0-9]{1,6})[.:|)]?`)

// numbers takes out line numbers, which go up by one from line to line. Behind them
// stands one character, or as many as line up.
func (c *cleaning) numbers() []*cleaning {
	var lines, ends []int
	last, widest := 0, 0
	for _, i := range c.full() {
		text := c.text(i)
		m := lineNumber.FindStringSubmatchIndex(text)
		if m == nil || m[1] < len(text) && text[m[1]] != ' ' && text[m[1]] != '\t' {
			return []*cleaning{c}
		}
		n, _ := strconv.Atoi(text[m[2]:m[3]])
		if k := len(lines); k > 0 && n-last != i-lines[k-1] {
			return []*cleaning{c}
		}
		last = n
		lines, ends = append(lines, i), append(ends, m[1])
		widest = max(widest, m[1])
	}
	says := func(i int) bool { return len(strings.Trim(c.text(i), " \t0123456789.:|)")) > 0 }
	if !slices.ContainsFunc(lines, says) {
		return []*cleaning{c}
	}
	narrow, wide := c.clone(), c.clone()
	for k, i := range lines {
		r := c.rows[i]
		narrow.rows[i].from = min(r.from+ends[k]+1, r.end)
		column := r.from + ends[k]
		for column < r.end && column < r.from+widest && c.doc.text[column] == ' ' {
			column++
		}
		wide.rows[i].from = column
	}
	var all []*cleaning
	for _, n := range []*cleaning{narrow, wide} {
		n.note(lineNumbers, lines)
		n.sure = true
		all = append(all, n)
	}
	return all
}
