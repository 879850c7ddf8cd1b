package gallery

import (
	"fmt"
	"hash/fnv"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/netpolscope/netpolscope/internal/lesson"
	"github.com/netpolscope/netpolscope/internal/markdown"
)

// Exam is a pattern of exercises as examinations have them: a lesson with places for
// names and numbers, which are filled in anew each time, so that it never runs out.
type Exam struct {
	// Name is the last part of its address: "exam-service-port".
	Name, Title string
	Goal        markdown.Text
	text        string
}

// examNames is the order of the exams.
var examNames = []string{
	"namespace-to-port", "deny-all-but-dns", "access-label", "service-port", "monitoring", "least-permissive", "cloud-metadata", "two-policies-that-miss",
}

// Exams gives the patterns in the order in which they are shown.
func Exams() []*Exam { return exams() }

var exams = sync.OnceValue(func() []*Exam {
	var all []*Exam
	for _, name := range examNames {
		data, err := files.ReadFile("exams/" + name + ".txtar")
		if err != nil {
			panic(err) // a test reads them all
		}
		e := &Exam{Name: "exam-" + name, text: string(data)}
		first := e.Exercise(1)
		e.Title, e.Goal = first.Title, first.Goal
		all = append(all, e)
	}
	return all
})

// FindExam gives the exam of a name.
func FindExam(name string) (*Exam, bool) {
	i := slices.IndexFunc(exams(), func(e *Exam) bool { return e.Name == name })
	if i < 0 {
		return nil, false
	}
	return exams()[i], true
}

// place is where a pattern wants a name or a number; the same place is the same one
// wherever it stands, and two of a kind differ.
var place = regexp.MustCompile(`\{([a-z]+)(\d)\}`)

// Exercise fills a pattern in. The same seed gives the same exercise.
func (e *Exam) Exercise(seed uint64) *lesson.Lesson {
	d := dice(seed)
	for _, b := range fnvOf(e.Name) {
		d = d*31 + dice(b)
	}
	chosen := map[string][]string{}
	text := place.ReplaceAllStringFunc(e.text, func(at string) string {
		parts := place.FindStringSubmatch(at)
		kind, number := parts[1], int(parts[2][0]-'1')
		if chosen[kind] == nil {
			chosen[kind] = d.shuffled(pools[kind])
		}
		if number < 0 || number >= len(chosen[kind]) {
			panic(fmt.Sprintf("gallery: exam %s has a place %s that nothing fits", e.Name, at)) // a test fills them all in
		}
		return chosen[kind][number]
	})
	l, err := lesson.Parse(e.Name, []byte(text))
	if err != nil {
		panic(fmt.Sprintf("gallery: exam %s: %v", e.Name, err)) // a test reads many
	}
	return l
}

func fnvOf(name string) []byte {
	h := fnv.New64a()
	h.Write([]byte(name)) // never fails
	return h.Sum(nil)
}

// pools are what the places of a pattern are filled with.
var pools = map[string][]string{
	"ns":    strings.Fields("orders billing catalog payments stock mail search reports ledger media accounts staging"),
	"app":   strings.Fields("web api cart db cache queue mailer indexer worker gateway ledger-api uploader renderer"),
	"port":  strings.Fields("80 3000 3306 5000 5432 6379 8000 8080 8443 9000 9090 9200 27017"),
	"key":   strings.Fields("role team tier part component purpose"),
	"value": strings.Fields("granted scrape trusted gauge observer metrics reader probe"),
	"word":  strings.Fields("amber birch cedar coral dune fern harbor maple quartz reef"),
}

// dice is a generator of numbers that look random and are the same on every machine and
// with every version of Go, since exercises have addresses.
type dice uint64

// next is a step of SplitMix64.
func (d *dice) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	x := uint64(*d)
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// shuffled gives a list in another order.
func (d *dice) shuffled(list []string) []string {
	list = slices.Clone(list)
	for i := len(list) - 1; i > 0; i-- {
		j := int(d.next() % uint64(i+1))
		list[i], list[j] = list[j], list[i]
	}
	return list
}
