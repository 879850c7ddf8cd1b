package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/export"
	"github.com/netpolscope/netpolscope/internal/layout"
	"github.com/netpolscope/netpolscope/internal/lesson"
	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/raster"
	"github.com/netpolscope/netpolscope/templates"
)

// problem is an error that knows its status and what to tell the reader.
type problem struct {
	status int
	title  string
	detail string
	// findings go along where there was nothing readable.
	findings diag.List
	// lesson is what is wrong with a lesson.
	lesson lesson.Problems
	header http.Header
}

func (p *problem) Error() string { return p.title + ": " + p.detail }

func notFound(path string) error {
	return &problem{status: http.StatusNotFound, title: "There is nothing at this address",
		detail: fmt.Sprintf("No page has the address %s.", path)}
}

func methodNotAllowed(method string, allowed []string) error {
	allow := strings.Join(allowed, ", ")
	return &problem{status: http.StatusMethodNotAllowed, title: "This address does not answer " + method,
		detail: "It answers " + allow + ".", header: http.Header{"Allow": {allow}}}
}

// badParameter says which parameter has which value and what is allowed.
func badParameter(name, value, allowed string) error {
	return &problem{status: http.StatusBadRequest, title: "A parameter has a value that is not known",
		detail: fmt.Sprintf("%s is %q; allowed: %s.", name, value, allowed)}
}

func badRequest(format string, args ...any) error {
	return &problem{status: http.StatusBadRequest, title: "The request cannot be read", detail: fmt.Sprintf(format, args...)}
}

func notText(detail string) error {
	return &problem{status: http.StatusUnsupportedMediaType, title: "The body is of a type that is not read here", detail: detail}
}

func tooLarge(what string, limit int) error {
	return &problem{status: http.StatusRequestEntityTooLarge, title: "The bundle is over a limit",
		detail: fmt.Sprintf("More than %s of %s.", size(limit), what)}
}

func answerTooLarge() error {
	return &problem{status: http.StatusUnprocessableEntity, title: "The answer is over a limit",
		detail: fmt.Sprintf("More than %s would have to be sent. Ask for format=csv&by=namespace, or use the command line, which has no limit.", size(answerBytes))}
}

func busy() error {
	return &problem{status: http.StatusTooManyRequests, title: "The server is busy",
		detail: "Too many bundles are being evaluated. Try again in a moment.",
		header: http.Header{"Retry-After": {"2"}}}
}

func unreadable(findings diag.List) error {
	return &problem{status: http.StatusUnprocessableEntity, title: "There is no Kubernetes object to evaluate",
		detail: "Nothing in the bundle could be read as a Kubernetes object.", findings: findings}
}

// asProblem is the one place where errors get a status. What is not listed is our
// own fault, and says nothing of itself.
func asProblem(err error) *problem {
	var p *problem
	var limit *manifest.LimitError
	var body *http.MaxBytesError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &limit):
		status := http.StatusUnprocessableEntity
		if strings.HasPrefix(limit.What, "bytes") {
			status = http.StatusRequestEntityTooLarge
		}
		return &problem{status: status, title: "The bundle is over a limit", detail: limit.Error() + "."}
	case errors.As(err, &body):
		return tooLarge("request body", int(body.Limit)).(*problem)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, layout.ErrClosed):
		return &problem{status: http.StatusServiceUnavailable, title: "The answer did not come in time",
			detail: "Try again in a moment.", header: http.Header{"Retry-After": {"2"}}}
	default:
		return &problem{status: http.StatusInternalServerError, title: "Something went wrong on our side",
			detail: "This is not your fault, and nothing of what you sent was kept. The operator finds the cause under the request id."}
	}
}

// fail shows an error in the form that whoever asked can read.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, f face, err error) {
	p := asProblem(err)
	if p.status == http.StatusInternalServerError {
		s.log.ErrorContext(r.Context(), "internal error", "request", requestID(r), "error", err.Error())
	}
	for name, values := range p.header {
		w.Header()[name] = values
	}
	accept := r.Header.Get("Accept")
	html := strings.Contains(accept, "text/html")
	switch {
	case f == machines:
		s.send(w, r, p.status, "text/plain; charset=utf-8", []byte(p.title+"\n"))
	case f == svgs:
		s.sendComponent(w, r, p.status, svgType, templates.PictureError(p.title, p.detail, templates.PictureOptions{}))
	case f == pngs:
		s.send(w, r, p.status, pngType, pngOf(p))
	case f == people, html:
		s.sendComponent(w, r, p.status, htmlType, templates.ProblemPage(s.problemPage(r, p)))
	case f == images && strings.Contains(accept, pngType) && !strings.Contains(accept, svgType):
		s.send(w, r, p.status, pngType, pngOf(p))
	case f == images && strings.Contains(accept, "image/"):
		s.sendComponent(w, r, p.status, svgType, templates.PictureError(p.title, p.detail, templates.PictureOptions{}))
	default:
		s.send(w, r, p.status, "application/problem+json", p.json(r))
	}
}

// pngOf draws a problem.
func pngOf(p *problem) []byte {
	var out bytes.Buffer
	if err := raster.PNG(&out, layout.Message(p.title, p.detail), raster.Options{}); err != nil {
		panic(err) // a buffer takes everything
	}
	return out.Bytes()
}

// json gives the problem as RFC 9457 wants it.
func (p *problem) json(r *http.Request) []byte {
	document := struct {
		Type      string          `json:"type"`
		Title     string          `json:"title"`
		Status    int             `json:"status"`
		Detail    string          `json:"detail"`
		RequestID string          `json:"requestId"`
		Findings  json.RawMessage `json:"findings,omitempty"`
		Lesson    []lessonMistake `json:"lesson,omitempty"`
	}{"about:blank", p.title, p.status, p.detail, requestID(r), nil, nil}
	for _, x := range p.lesson {
		document.Lesson = append(document.Lesson, lessonMistake{x.File, x.Line, x.Text})
	}
	if p.findings != nil {
		document.Findings = findingsJSON(p.findings)
	}
	data, err := json.Marshal(document)
	if err != nil {
		panic(err) // texts and numbers always marshal
	}
	return append(data, '\n')
}

// lessonMistake is something that is wrong with a lesson, in a problem document.
type lessonMistake struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Text string `json:"text"`
}

// findingsJSON takes the list out of the lint document, so that a finding looks the
// same wherever it is shown.
func findingsJSON(findings diag.List) json.RawMessage {
	var out bytes.Buffer
	var document struct{ Findings json.RawMessage }
	if err := export.LintJSON(&out, findings); err != nil {
		panic(err) // a buffer takes everything
	}
	if err := json.Unmarshal(out.Bytes(), &document); err != nil {
		panic(err) // we wrote it ourselves
	}
	return document.Findings
}

func (s *Server) problemPage(r *http.Request, p *problem) templates.Problem {
	v := templates.Problem{Title: p.title, Status: strconv.Itoa(p.status) + " " + http.StatusText(p.status), Details: []string{p.detail}}
	for i, f := range p.findings {
		if i == 20 {
			v.Details = append(v.Details, fmt.Sprintf("and %d more findings.", len(p.findings)-i))
			break
		}
		v.Details = append(v.Details, export.FindingLine(f))
	}
	if p.status >= 500 {
		v.RequestID = requestID(r)
	}
	v.Page = s.page(state{})
	v.Page.Title = p.title
	v.Page.KeepTheme()
	return v
}

// size gives a number of bytes in words: "3 MiB".
func size(bytes int) string {
	switch {
	case bytes >= 1<<20 && bytes%(1<<20) == 0:
		return strconv.Itoa(bytes>>20) + " MiB"
	case bytes >= 1<<20:
		return strconv.FormatFloat(float64(bytes)/(1<<20), 'f', 1, 64) + " MiB"
	case bytes >= 1<<10:
		return strconv.Itoa(bytes>>10) + " KiB"
	default:
		return strconv.Itoa(bytes) + " bytes"
	}
}
