package web

import (
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
)

// route is one line of the table of contents.
type route struct {
	method, pattern string
	// face says for whom the route is, and so what its errors look like.
	face   face
	handle func(http.ResponseWriter, *http.Request) error
}

// face is whom a route talks to.
type face uint8

const (
	people   face = iota // pages
	programs             // JSON
	images               // pictures, for those who ask for one
	svgs                 // an address of a picture, whoever asks
	pngs
	machines // plain text
)

func (s *Server) routes() []route {
	table := []route{
		{"GET", "/", people, s.welcome},
		{"POST", "/", people, s.workbench},
		{"POST", "/share", people, s.share},
		{"POST", "/share/delete", people, s.forget},
		{"GET", "/p/{id}", people, s.linkPage},
		{"POST", "/p/{id}", people, s.linkForm},
		{"GET", "/p/{id}/worksheet", people, s.worksheet},
		{"GET", "/p/{id}/projector", people, s.projector},
		{"GET", "/embed/{id}", people, s.embed},
		{"GET", "/embed/learn/{name}", people, s.embedLesson},
		{"GET", "/diff", people, s.diffForm},
		{"POST", "/diff", people, s.diffPage},
		{"GET", "/p/{a}...{b}", people, s.linksDiffPage},
		{"GET", "/embed.js", machines, s.embedScript},
		{"GET", "/oembed", programs, s.oembed},
		{"GET", "/examples", people, s.examples},
		{"GET", "/examples/{name}", people, s.example},
		{"GET", "/examples/{name}.svg", svgs, s.examplePicture},
		{"GET", "/examples/{name}.yaml", people, s.exampleText},
		{"GET", "/examples/exam-{kind}", people, s.exam},
		{"POST", "/examples/exam-{kind}", people, s.exam},
		{"GET", "/examples/exam-{kind}.svg", svgs, s.examplePicture},
		{"GET", "/examples/exam-{kind}.yaml", people, s.exampleText},
		{"GET", "/myths", people, s.myths},
		{"GET", "/glossary", people, s.glossary},
		{"GET", "/learn", people, s.learn},
		{"GET", "/learn/write", people, s.writeLesson},
		{"GET", "/learn/share", people, s.shareLessonForm},
		{"POST", "/learn/share", people, s.shareLesson},
		{"GET", "/learn/{name}", people, s.lesson},
		{"POST", "/learn/{name}", people, s.lesson},
		{"GET", "/learn/{name}/worksheet", people, s.worksheet},
		{"GET", "/learn/{name}/projector", people, s.projector},
		{"GET", "/checks", people, s.checks},
		{"GET", "/checks/{name}", people, s.check},

		{"POST", "/api/v1/matrix", programs, s.matrix},
		{"POST", "/api/v1/render", images, s.render},
		{"POST", "/api/v1/explain", programs, s.explain},
		{"POST", "/api/v1/lint", programs, s.lint},
		{"POST", "/api/v1/diff", images, s.diff},
		{"POST", "/api/v1/links", programs, s.createLink},
		{"DELETE", "/api/v1/links/{id}", programs, s.deleteLink},
		{"GET", "/api/v1/openapi.yaml", programs, s.openAPI},

		{"GET", "/healthz", machines, s.healthy},
		{"GET", "/readyz", machines, s.ready},
		{"GET", "/robots.txt", machines, s.robots},
		{"GET", "/static/*", people, s.asset},
	}
	for _, f := range suffixes {
		shown := programs
		if of, picture := map[string]face{svgType: svgs, pngType: pngs}[f.contentType]; picture {
			shown = of
			table = append(table, route{"GET", "/d/{code}." + f.name, shown, s.encoded(f)})
		}
		table = append(table, route{"GET", "/p/{id}." + f.name, shown, s.linkData(f)})
	}
	for _, f := range diffFormats {
		if f.suffix != "" {
			shown := programs
			if of, picture := map[string]face{svgType: svgs, pngType: pngs}[f.contentType]; picture {
				shown = of
			}
			table = append(table, route{"GET", "/p/{a}...{b}." + f.suffix, shown, s.linksDiffData(f)})
		}
	}
	return table
}

func (s *Server) router() http.Handler {
	r := chi.NewRouter()
	methods := map[string][]string{}
	for _, route := range s.routes() {
		h := s.shown(route)
		r.Method(route.method, route.pattern, h)
		methods[route.pattern] = append(methods[route.pattern], route.method)
		if route.method == http.MethodGet {
			methods[route.pattern] = append(methods[route.pattern], http.MethodHead)
		}
	}
	r.NotFound(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, faceOf(r), notFound(r.URL.Path))
	})
	r.MethodNotAllowed(func(w http.ResponseWriter, req *http.Request) {
		found := chi.NewRouteContext()
		var allowed []string
		for pattern, m := range methods {
			found.Reset()
			if r.Match(found, m[0], req.URL.Path) && found.RoutePattern() == pattern {
				allowed = m
			}
		}
		s.fail(w, req, faceOf(req), methodNotAllowed(req.Method, allowed))
	})
	return r
}

// shown makes a route's function an http.Handler that shows its error.
func (s *Server) shown(route route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := route.handle(w, r); err != nil {
			s.fail(w, r, route.face, err)
		}
	})
}

// faceOf guesses whom to talk to where no route matched.
func faceOf(r *http.Request) face {
	switch {
	case strings.HasPrefix(r.URL.Path, "/api/"):
		return programs
	case strings.HasSuffix(r.URL.Path, ".svg"):
		return svgs
	case strings.HasSuffix(r.URL.Path, ".png"):
		return pngs
	default:
		return people
	}
}
