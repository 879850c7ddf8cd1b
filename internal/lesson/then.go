package lesson

import "strings"

// readThen completes the second exercise, whose words readWords has found. What it has no
// file of its own for is as in the first one.
func (r *reading) readThen() {
	l := r.lesson
	if l.Then == nil {
		for _, name := range append([]string{"variant"}, second...) {
			if _, ok := r.given[name]; ok {
				r.stop(name, 0, "the file is for a second exercise, and there is no section # Then")
			}
		}
		return
	}
	then, words := *l, l.Then
	if p, ok := r.given["variant"]; ok {
		again, ok := r.variant(strings.Fields(p.text))
		if !ok {
			return
		}
		then = *again
	}
	then.Do, then.Bonus, then.Steps, then.Then, then.notes = words.Do, nil, nil, nil, nil
	if len(words.Hints) > 0 {
		then.Hints = words.Hints
	}
	for name, to := range map[string]*string{"then-exercise.yaml": &then.Exercise, "then-solution.yaml": &then.Solution} {
		if p, ok := r.given[name]; ok {
			*to = p.text
		}
	}
	for name, to := range map[string]*[]Expectation{"then-expect.yaml": &then.Wanted, "then-bonus.yaml": &then.Bonus} {
		if p, ok := r.given[name]; ok {
			*to = r.readExpectations(name, p.text, false)
		}
	}
	if _, ok := r.given["then-rules"]; ok {
		then.Rules = r.readRules("then-rules")
	}
	then.Steps = r.readSteps("then-steps", then.Exercise)
	l.Then = &then
}

// mostLonger is by how many bytes the values of a variant may make a lesson longer.
const mostLonger = 64 << 10

// shortEnough reports that values, each after what it replaces, do not blow up the lesson.
func (r *reading) shortEnough(values []string) bool {
	longer := 0
	for i := 0; i < len(values); i += 2 {
		for _, p := range r.given {
			longer += strings.Count(p.text, values[i]) * max(0, len(values[i+1])-len(values[i]))
		}
	}
	return longer <= mostLonger
}

// variant reads the lesson again with other values, "3306=27017". The second exercise is
// left out.
func (r *reading) variant(pairs []string) (*Lesson, bool) {
	var values []string
	for _, pair := range pairs {
		old, value, ok := strings.Cut(pair, "=")
		if !ok || old == "" {
			r.stop("variant", 1, "%q is not written as 3306=27017", pair)
			return nil, false
		}
		values = append(values, old, value)
	}
	if !r.shortEnough(values) {
		r.stop("variant", 1, "with these values the lesson would be longer by more than %d bytes", mostLonger)
		return nil, false
	}
	replace, again := strings.NewReplacer(values...), map[string]part{}
	for name, p := range r.given {
		switch {
		case name == "variant", strings.HasPrefix(name, "then-"):
			continue
		case name == textFile:
			p.text, _, _ = strings.Cut(p.text, "\n# Then\n")
		}
		p.text = replace.Replace(p.text)
		again[name] = p
	}
	l, err := read(r.lesson.Name, again, r.foreign)
	if err != nil {
		r.stop("variant", 1, "with these values the lesson cannot be read")
	}
	return l, err == nil
}
