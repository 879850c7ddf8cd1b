// Package export writes answers down: the matrix, an explanation and findings as
// JSON, tables, CSV, Markdown and plain text.
//
// It takes what the engine has computed and a writer. Every JSON tag of the public
// contract lives here. It computes nothing and chooses nothing but the form; the one
// error it gives is the writer's.
package export

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"iter"
	"slices"

	"github.com/netpolscope/netpolscope/internal/netset"
)

// bufferSize is large enough that a matrix of hundreds of megabytes is written in
// few calls.
const bufferSize = 64 << 10

// writer writes one JSON object whose members are lists of one element a line, so
// that answers can be read and compared by line. Errors stay in the buffer until
// close.
type writer struct {
	*bufio.Writer
	scratch bytes.Buffer
	encoder *json.Encoder
}

func newWriter(out *bufio.Writer, schema string) *writer {
	w := &writer{Writer: out}
	w.encoder = json.NewEncoder(&w.scratch)
	w.encoder.SetEscapeHTML(false)
	w.WriteString(`{"schema":"`)
	w.WriteString(schema)
	w.WriteString(`"`)
	return w
}

// close ends the object and reports what went wrong on the way.
func (w *writer) close() error {
	w.WriteString("\n}\n")
	return w.Flush()
}

// key begins a member.
func (w *writer) key(name string) {
	w.WriteString(",\n\"")
	w.WriteString(name)
	w.WriteString(`":`)
}

// value writes anything that encoding/json can write.
func (w *writer) value(v any) {
	w.scratch.Reset()
	if err := w.encoder.Encode(v); err != nil {
		// Every value is a struct of strings, numbers and lists of our own.
		panic("export: " + err.Error())
	}
	w.Write(bytes.TrimSuffix(w.scratch.Bytes(), []byte("\n")))
}

// list writes a member that is a list.
func list[T any](w *writer, name string, items iter.Seq[T]) {
	w.key(name)
	w.WriteByte('[')
	between := "\n"
	for item := range items {
		w.WriteString(between)
		w.value(item)
		between = ",\n"
	}
	w.WriteByte(']')
}

// mapped gives a list's elements in another form, one at a time.
func mapped[S, T any](items []S, f func(S) T) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, item := range items {
			if !yield(f(item)) {
				return
			}
		}
	}
}

// all gives every element of a list in another form. An empty list is not nil, since
// the contract has no null.
func all[S, T any](items []S, f func(S) T) []T {
	return slices.AppendSeq(make([]T, 0, len(items)), mapped(items, f))
}

// portJSON is an interval of ports.
type portJSON struct {
	Protocol string `json:"protocol"`
	Port     uint16 `json:"port"`
	EndPort  uint16 `json:"endPort"`
}

func portsOf(s netset.Ports) []portJSON {
	return all(s.Intervals(), func(i netset.Interval) portJSON {
		return portJSON{i.Protocol.String(), i.First, i.Last}
	})
}

func namesOf(s netset.Ports) []string { return all(s.Names(), netset.Name.String) }

// indentedJSON writes one value for reading.
func indentedJSON(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
