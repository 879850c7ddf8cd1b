package web

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/netpolscope/netpolscope/internal/manifest"
)

// pasted is the name of text that came without one.
const pasted = "pasted.yaml"

// submission is what a request brings: the files and the fields beside them.
type submission struct {
	sources []manifest.Source
	// fields are the query's, replaced by those of the form where it has any.
	fields url.Values
	bytes  int
	// sides are the files of the fields old and new, where two bundles are compared.
	sides [2][]manifest.Source
}

// sideFields are the fields of a comparison, in the order of submission.sides.
var sideFields = [2]string{"old", "new"}

const (
	// A body has so long to begin, and then has to bring so many bytes a second.
	firstByte   = 10 * time.Second
	slowestRate = 32 << 10
	// lastByte is the time that an answer may take to be made and sent.
	lastByte = 60 * time.Second
)

// body reads a request body within a limit, counting what it holds at the gate.
type body struct {
	from    io.Reader
	gate    *gate
	control *http.ResponseController
	began   time.Time
	read    int
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	if n > 0 {
		if full := b.gate.hold(n); full != nil {
			return 0, full
		}
		b.read += n
		// Where the connection has no deadline (a test's recorder), there is none to move.
		_ = b.control.SetReadDeadline(b.began.Add(firstByte + time.Duration(b.read)*time.Second/slowestRate))
	}
	return n, err
}

// read takes a request apart. What it holds is given back by release.
func (s *Server) read(w http.ResponseWriter, r *http.Request) (submission, func(), error) {
	if e := r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return submission{}, func() {}, notText(fmt.Sprintf("The body is encoded as %q; send it as it is.", e))
	}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		kind = ""
	}
	b := &body{from: http.MaxBytesReader(w, r.Body, int64(s.bodyLimit(kind))), gate: s.gate, control: http.NewResponseController(w), began: time.Now()}
	release := func() { s.gate.let(b.read) }
	in := submission{fields: r.URL.Query()}
	switch {
	case strings.HasPrefix(kind, "multipart/"):
		err = s.readMultipart(&in, multipart.NewReader(b, params["boundary"]))
	default:
		err = s.readWhole(&in, b, kind)
	}
	in.bytes = b.read
	// The time for the answer begins when the question is complete.
	_ = b.control.SetWriteDeadline(time.Now().Add(lastByte))
	// A page shows the manifests of a picture, not the picture.
	for _, list := range [][]manifest.Source{in.sources, in.sides[0], in.sides[1]} {
		for i := range list {
			list[i], _ = manifest.Unwrap(list[i])
		}
		if err == nil {
			err = s.withinLimits(list)
		}
	}
	if err != nil {
		return submission{}, release, readError(err)
	}
	return in, release, nil
}

// readError leaves errors with a status alone; any other comes from the connection or
// from a malformed body.
func readError(err error) error {
	var p *problem
	var tooMany *http.MaxBytesError
	if errors.As(err, &p) || errors.As(err, &tooMany) {
		return err
	}
	return badRequest("The body cannot be read to its end: it is cut off, came too slowly or is not what its type says.")
}

// bodyLimit is the most that a body of a type can weigh: text written as a form field
// grows, up to three bytes for one.
func (s *Server) bodyLimit(kind string) int {
	text, archive := s.config.Limits.TextBytes, s.config.Limits.ArchiveBytes
	const overhead = 256 << 10
	switch {
	case text == 0 || archive == 0:
		return 1 << 40 // no limit
	case strings.HasPrefix(kind, "multipart/"):
		// A page carries archives along in base64.
		return text + archive*4/3 + overhead
	case kind == "application/x-www-form-urlencoded":
		return 3*text + overhead
	case strings.Contains(kind, "zip"), strings.Contains(kind, "tar"), kind == "application/octet-stream":
		return archive
	default:
		return text
	}
}

// withinLimits counts text and archives before anything looks into them.
func (s *Server) withinLimits(sources []manifest.Source) error {
	text, archives := 0, 0
	for _, src := range sources {
		if isArchive(src.Data) {
			archives += len(src.Data)
		} else {
			text += len(src.Data)
		}
	}
	if limit := s.config.Limits.TextBytes; limit > 0 && text > limit {
		return tooLarge("text", limit)
	}
	if limit := s.config.Limits.ArchiveBytes; limit > 0 && archives > limit {
		return tooLarge("archives", limit)
	}
	return nil
}

// isArchive reports whether bytes begin as a zip or gzip file does.
func isArchive(data []byte) bool {
	return bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("PK\x05\x06")) || bytes.HasPrefix(data, []byte{0x1f, 0x8b})
}

// readWhole reads a body that is not multipart: a form, an archive, or manifests.
func (s *Server) readWhole(in *submission, b io.Reader, kind string) error {
	data, err := io.ReadAll(b)
	if err != nil {
		return err
	}
	if kind == "application/x-www-form-urlencoded" {
		if form, ok := asForm(data); ok {
			return in.takeForm(form)
		}
	}
	switch {
	case isArchive(data):
		in.sources = append(in.sources, manifest.Source{Name: archiveName(data), Data: data})
	case !looksLikeText(data):
		return notText("Send YAML or JSON as text, a multipart form with files, or a form with the field bundle.")
	case len(bytes.TrimSpace(data)) > 0:
		in.sources = append(in.sources, manifest.Source{Name: pasted, Data: data})
	}
	return nil
}

func archiveName(data []byte) string {
	if data[0] == 'P' {
		return "bundle.zip"
	}
	return "bundle.tar.gz"
}

// looksLikeText tells text with a flaw, which the parser reports by line, from what is
// no text at all.
func looksLikeText(data []byte) bool {
	head := data[:min(len(data), 4<<10)]
	return bytes.IndexByte(head, 0) < 0 && (utf8.Valid(data) || strings.HasPrefix(http.DetectContentType(head), "text/"))
}

// asForm reads a body as an encoded form. curl names that type for whatever it sends,
// so that a body without the field bundle is manifests; an encoded form holds no
// space and no line end.
func asForm(data []byte) (url.Values, bool) {
	text := string(data)
	if !strings.HasPrefix(text, "bundle=") && strings.ContainsAny(text, " \t\r\n") {
		return nil, false
	}
	form, err := url.ParseQuery(text)
	if err != nil || !form.Has("bundle") && !form.Has("code") && !form.Has("copy") && !form.Has("old") && !form.Has("new") {
		return nil, false
	}
	return form, true
}

// takeForm takes the texts of a form and its other fields. A page sends several files
// as as many pairs of name and bundle, or name and packed.
func (in *submission) takeForm(form url.Values) error {
	for i, text := range form["bundle"] {
		name := pasted
		if names := form["name"]; i < len(names) {
			name = names[i]
		}
		in.addText(name, text)
	}
	in.takeFields(form)
	return nil
}

// takeFields lets the fields of a form replace the query's.
func (in *submission) takeFields(form url.Values) {
	for i, field := range sideFields {
		for _, text := range form[field] {
			if strings.TrimSpace(text) != "" {
				in.addSide(i, field+".yaml", []byte(strings.ReplaceAll(text, "\r\n", "\n")))
			}
		}
		delete(form, field)
	}
	for name, values := range form {
		if name != "bundle" && name != "name" && name != "packed" {
			in.fields[name] = values
		}
	}
}

// addText adds a text from a form; browsers send its line ends as CR LF.
func (in *submission) addText(name, text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	in.add(name, []byte(strings.ReplaceAll(text, "\r\n", "\n")))
}

// add adds a file under a name that no other has, since findings point at names.
func (in *submission) add(name string, data []byte) {
	if len(name) > maxName {
		name = strings.ToValidUTF8(name[:maxName], "")
	}
	name = or(strings.TrimSpace(name), pasted)
	unique := name
	for n := 2; in.has(unique); n++ {
		unique = fmt.Sprintf("%s (%d)", name, n)
	}
	in.sources = append(in.sources, manifest.Source{Name: unique, Data: data})
}

// addSide adds a file to one of two bundles that are compared.
func (in *submission) addSide(i int, name string, data []byte) {
	side := submission{sources: in.sides[i]}
	side.add(name, data)
	in.sides[i] = side.sources
}

const maxName = 255

func (in *submission) has(name string) bool {
	for _, s := range in.sources {
		if s.Name == name {
			return true
		}
	}
	return false
}

// maxParts bounds a multipart form; an archive holds more.
const maxParts = 4_000

// readMultipart reads a form with files, in memory and in its order.
func (s *Server) readMultipart(in *submission, form *multipart.Reader) error {
	fields := url.Values{}
	name := "" // of the text or archive that follows
	for parts := 0; ; parts++ {
		part, err := form.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if parts == maxParts {
			return &problem{status: http.StatusUnprocessableEntity, title: "The form is over a limit",
				detail: fmt.Sprintf("More than %d parts; send an archive.", maxParts)}
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		field, file, isFile := disposition(part)
		switch {
		case isFile && file == "" && len(data) == 0:
			// The browser's way to say that no file was chosen.
		case isFile && slices.Contains(sideFields[:], field):
			in.addSide(slices.Index(sideFields[:], field), file, data)
		case isFile:
			in.add(file, data)
		case field == "name":
			name = string(data)
			continue
		case field == "bundle":
			in.addText(name, string(data))
		case field == "packed":
			if err := in.unpack(name, string(data)); err != nil {
				return err
			}
		default:
			fields.Add(field, string(data))
		}
		name = ""
	}
	in.takeFields(fields)
	return nil
}

// disposition gives a part's field name and file name. A folder's upload has a path
// as file name, which is a label to us and never opened.
func disposition(part *multipart.Part) (field, file string, isFile bool) {
	_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return part.FormName(), part.FileName(), part.FileName() != ""
	}
	file, isFile = params["filename"]
	return params["name"], file, isFile
}

// unpack takes an archive that the page carried along.
func (in *submission) unpack(name, encoded string) error {
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return badRequest("The field packed is not base64.")
	}
	in.add(or(name, "bundle.zip"), data)
	return nil
}
