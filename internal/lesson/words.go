package lesson

import (
	"strings"

	"github.com/netpolscope/netpolscope/internal/explain"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/markdown"
)

// sections are the headings of a lesson's words, in their order.
var sections = []string{"Goal", "Look", "Predict", "Claims", "Reveal", "Do", "Hints", "Then", "Then hints"}

// optional are the sections that may be left out.
var optional = []string{"Claims", "Then", "Then hints"}

// readWords reads the title and the sections of lesson.md.
func (r *reading) readWords() {
	text, notes := markdown.Parse(r.given[textFile].text)
	for _, n := range notes {
		r.say(textFile, n.Line, "%s", n.Text)
	}
	if r.foreign {
		text = text.Unlinked()
	}
	found := map[string]markdown.Text{}
	at := ""
	for _, b := range text {
		words := markdown.Sentence(b.Spans...).Words()
		switch known := contains(sections, words); {
		case b.Kind == markdown.Heading && b.Level == 1 && known && found[words] != nil:
			r.stop(textFile, b.Line, "there are two sections %q; write one", words)
		case b.Kind == markdown.Heading && b.Level == 1 && known:
			at, found[words] = words, markdown.Text{}
		case at == "" && r.lesson.Title == "" && (b.Kind == markdown.Paragraph || b.Kind == markdown.Heading && b.Level == 1):
			r.lesson.Title = words
		case b.Kind == markdown.Heading && b.Level == 1:
			r.stop(textFile, b.Line, "there is no section %q; %s. Inside a section headings begin with ##", words, nearest(words, sections, "write # ", "a lesson has "))
			at = "unknown"
		case at == "":
			r.stop(textFile, b.Line, "%q stands between the title and the first section; write it below # Goal or # Look", short(markdown.Text{b}.Words()))
		default:
			found[at] = append(found[at], b)
		}
	}
	if r.lesson.Title == "" {
		r.stop(textFile, 1, "the title is missing; write it above # Goal")
	}
	var missing []string
	for _, name := range sections {
		if len(found[name]) == 0 && !contains(optional, name) {
			missing = append(missing, "# "+name)
		}
	}
	if len(missing) > 0 {
		r.stop(textFile, 1, "what is missing or empty: %s; write each as a line of its own with text below it", list(missing))
	}
	l := r.lesson
	l.Goal, l.Look, l.Predict, l.Reveal, l.Do = found["Goal"], found["Look"], found["Predict"], found["Reveal"], found["Do"]
	for _, item := range items(found["Hints"]) {
		l.Hints = append(l.Hints, item)
	}
	if do := found["Then"]; len(do) > 0 {
		l.Then = &Lesson{Do: do, Hints: items(found["Then hints"])}
	}
	for _, item := range items(found["Claims"]) {
		r.readClaim(item)
	}
}

// nearest says which name may have been meant, or which there are.
func nearest(name string, known []string, write, are string) string {
	if near := explain.Nearest(name, known, 1)[0]; manifest.Distance(name, near) <= 2 {
		return write + near
	}
	return are + list(known)
}

// items gives the items of the lists of a section; what is no list is an item of its own.
func items(section markdown.Text) (all []markdown.Text) {
	for _, b := range section {
		if b.Kind == markdown.List {
			all = append(all, b.Items...)
		} else {
			all = append(all, markdown.Text{b})
		}
	}
	return all
}

// readClaim reads an item "false: What is claimed. | Why it is not so."
func (r *reading) readClaim(item markdown.Text) {
	line := 1
	if len(item) > 0 {
		line = item[0].Line
	}
	wrong := func() {
		r.stop(textFile, line, "the claim %q is not written as %q; the first word is true, false or depends", short(item.Words()), "- false: What is claimed. | Why it is not so.")
	}
	if len(item) != 1 || item[0].Kind != markdown.Paragraph || item[0].Spans[0].Kind != markdown.Plain {
		wrong()
		return
	}
	spans := item[0].Spans
	answer, rest, _ := strings.Cut(spans[0].Text, ": ")
	spans = append([]markdown.Span{{Text: rest}}, spans[1:]...)
	c := Claim{Answer: Answer(answer)}
	for i, s := range spans {
		before, after, ok := strings.Cut(s.Text, " | ")
		if s.Kind != markdown.Plain || !ok {
			continue
		}
		text := append(spans[:i:i], markdown.Span{Text: before})
		because := append([]markdown.Span{{Text: after}}, spans[i+1:]...)
		c.Text, c.Because = markdown.Sentence(text...), markdown.Sentence(because...)
		break
	}
	if c.Text.Words() == "" || c.Because.Words() == "" || c.Answer != True && c.Answer != False && c.Answer != Depends {
		wrong()
		return
	}
	r.lesson.Claims = append(r.lesson.Claims, c)
}

// short cuts a text for a message.
func short(text string) string {
	if letters := []rune(text); len(letters) > 60 {
		return string(letters[:59]) + "…"
	}
	return text
}
