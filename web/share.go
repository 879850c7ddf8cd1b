package web

import (
	"encoding/base64"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/permalink"
	"github.com/netpolscope/netpolscope/templates"
)

// share shows what a link of the bundle would keep, and makes one when it is told to.
func (s *Server) share(w http.ResponseWriter, r *http.Request) error {
	in, release, err := s.read(w, r)
	defer release()
	if err != nil {
		return err
	}
	view, err := parseState(in.fields)
	if err != nil {
		return err
	}
	create := in.fields.Get("create") != ""
	if create {
		if _, err := s.sharing(); err != nil {
			return err
		}
	}
	made, d, err := s.store(r, in, !create)
	if err != nil {
		return err
	}
	v, err := s.shareView(r, in, view, d)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if create {
		v.Made = s.madeLink(r, made, view)
		v.Page.Title, status = "The link is made", http.StatusCreated
	}
	s.sendComponent(w, r, status, htmlType, templates.SharePage(v))
	return nil
}

// shareView says what a link keeps and leaves out.
func (s *Server) shareView(r *http.Request, in submission, view state, d draft) (templates.Share, error) {
	v := templates.Share{Page: s.page(view), Title: d.content.Title, Note: d.content.Note, Stored: s.config.Links != nil,
		Text: string(wholeText(d.content.Files)), Size: size(d.bytes) + " of text, stored compressed and encrypted"}
	v.Page.KeepTheme()
	v.Page.Title, v.Page.Heading = "Share", or(d.content.Title, "Share")
	v.Page.Styles = append(v.Page.Styles, s.assets.paths["css/share.css"])
	for _, source := range in.sources {
		if isArchive(source.Data) {
			v.Fields = append(v.Fields, templates.Field{Name: "name", Value: source.Name}, templates.Field{Name: "packed", Value: base64.StdEncoding.EncodeToString(source.Data)})
			continue
		}
		v.Fields = append(v.Fields, templates.Field{Name: "name", Value: source.Name}, templates.Field{Name: "bundle", Value: string(source.Data)})
	}
	for name, values := range view.query() {
		for _, value := range values {
			v.Fields = append(v.Fields, templates.Field{Name: name, Value: value})
		}
	}
	if d.content.Parent != "" {
		v.Fields = append(v.Fields, templates.Field{Name: "parent", Value: string(d.content.Parent)})
		v.Parent = "It will be the next version of the link that you copied."
	}
	slices.SortStableFunc(v.Fields, func(x, y templates.Field) int { return strings.Compare(formOrder(x.Name), formOrder(y.Name)) })
	v.Ages = s.agesToChoose(in.fields.Get("expires"))
	bundle, err := manifest.Parse(in.sources, s.config.Limits)
	if err != nil {
		return v, err
	}
	v.Kept, v.LeftOut = points(bundle, d)
	if query := view.query(); len(query) > 0 {
		v.Kept = append(v.Kept, templates.Point{Text: "This view", Beside: inWords(query)})
	}
	code := permalink.Encode(permalink.Project(bundle).YAML)
	if len(code) > permalink.LongestCode {
		v.Longer = fmt.Sprintf("The bundle is too large for a link that carries it: its text makes %s characters, and %s are possible.", number(len(code)), number(permalink.LongestCode))
	} else {
		v.Stateless = s.base(r) + "/#" + code
		if len(code) <= shortCode {
			whole := s.base(r) + "/d/" + code
			v.StatelessPicture = fmt.Sprintf("[![Network policies](%s.svg)](%s)", whole, v.Stateless)
		}
	}
	return v, nil
}

// agesToChoose gives how long a link may be kept here, with the one that was chosen.
func (s *Server) agesToChoose(word string) (all []templates.Age) {
	chosen := or(word, usualAge)
	for _, a := range ages {
		if most := s.mostAge(); most > 0 && (a.age == 0 || a.age > most) {
			continue
		}
		all = append(all, templates.Age{Value: a.word, Text: a.text, Current: a.word == chosen})
	}
	return all
}

// shortCode is how long a code may be in the path of a picture: image proxies double
// the addresses they are given.
const shortCode = 2_000

// formOrder keeps names and texts together, in front.
func formOrder(name string) string {
	if name == "name" || name == "bundle" || name == "packed" {
		return ""
	}
	return name
}

// inWords gives a view as "view=matrix, show=blocked".
func inWords(query url.Values) string {
	var words []string
	for _, p := range parameters {
		for _, value := range query[p.name] {
			words = append(words, p.name+"="+value)
		}
	}
	return strings.Join(words, ", ")
}

// points say what is kept of a bundle and what is not.
func points(b manifest.Bundle, d draft) (kept, out []templates.Point) {
	counts := map[string]int{}
	for i := range b.Objects {
		counts[b.Objects[i].Kind]++
	}
	list := func(kinds ...string) string {
		var words []string
		for _, kind := range kinds {
			if n := counts[kind]; n > 0 {
				many := kind + "s"
				if strings.HasSuffix(kind, "y") {
					many = strings.TrimSuffix(kind, "y") + "ies"
				} else if strings.HasSuffix(kind, "s") {
					many = kind + "es"
				}
				words = append(words, counted(n, kind, many))
			}
		}
		return strings.Join(words, ", ")
	}
	for _, group := range []templates.Point{
		{Text: list("NetworkPolicy", "Namespace"), Beside: "as written, with comments"},
		{Text: list("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob", "Pod"), Beside: "names, labels, owners, ports, replicas, addresses"},
		{Text: list("Service", "Ingress"), Beside: "selectors, ports and backends"},
		{Text: list("Node"), Beside: "names, labels and addresses"},
	} {
		if group.Text != "" {
			kept = append(kept, group)
		}
	}
	if d.rewritten > 0 {
		out = append(out, templates.Point{Text: "Environments, commands, images, volumes, annotations", Beside: "of " + counted(d.rewritten, "object", "objects")})
	}
	for _, text := range d.content.Dropped {
		out = append(out, templates.Point{Text: text})
	}
	if len(out) == 0 {
		out = append(out, templates.Point{Text: "Annotations", Beside: "nothing else"})
	}
	return kept, out
}

// madeLink gives a link as it is pasted elsewhere.
func (s *Server) madeLink(r *http.Request, made permalink.Created, view state) *templates.MadeLink {
	path := "/p/" + string(made.ID)
	whole := s.base(r) + path
	alt := or(made.Content.Title, "Network policies")
	m := &templates.MadeLink{URL: whole, Path: path, Token: made.DeleteToken, Picture: path + ".svg"}
	m.Until = until(&made.Content)
	attribute := html.EscapeString(alt)
	inBrackets := strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`).Replace(alt)
	frame := frameOf(s.base(r), made.ID, alt, "100%", embedHeight)
	m.Snippets = []templates.Snippet{
		{Name: "Markdown", Text: fmt.Sprintf("[![%s](%s.svg)](%s)", inBrackets, whole, whole)},
		{Name: "Markdown, light and dark", Hint: "For READMEs on GitHub and GitLab.", Text: fmt.Sprintf("<a href=\"%s\"><picture>\n  <source media=\"(prefers-color-scheme: dark)\" srcset=\"%s.svg?theme=dark\">\n  <img alt=\"%s\" src=\"%s.svg?theme=light\">\n</picture></a>", whole, whole, attribute, whole)},
		{Name: "HTML", Text: fmt.Sprintf("<a href=\"%s\"><img alt=\"%s\" src=\"%s.svg\"></a>", whole, attribute, whole)},
		{Name: "iframe", Hint: "With pan, zoom and what is selected. The script gives the frame its height; without it the frame keeps its own.",
			Text: frame + fmt.Sprintf("\n<script src=\"%s/embed.js\" async></script>", s.base(r))},
		{Name: "AsciiDoc", Text: fmt.Sprintf("image::%s.svg[%s,link=%s]", whole, strings.NewReplacer("]", `\]`, ",", " ").Replace(alt), whole)},
		{Name: "reStructuredText", Text: fmt.Sprintf(".. image:: %s.svg\n   :alt: %s\n   :target: %s", whole, alt, whole)},
		{Name: "Confluence, Notion", Hint: "Paste the link; both ask this server how to show it. Where they do not, insert the iframe.", Text: whole},
		{Name: "Mermaid", Hint: "Text that GitHub and GitLab draw by themselves.", Text: fmt.Sprintf("curl -s %s.mmd", whole)},
		{Name: "kubectl", Hint: "What is kept, as manifests: a dry run that the API server judges.", Text: fmt.Sprintf("kubectl apply --dry-run=server -f %s.yaml", whole)},
	}
	return m
}

// until says how long a link is kept.
func until(c *permalink.Content) string {
	if c.Expires.IsZero() {
		return "kept for ever"
	}
	return "until " + c.Expires.Format("2 Jan 2006")
}

// forget deletes a link for who has its word.
func (s *Server) forget(w http.ResponseWriter, r *http.Request) error {
	links, err := s.sharing()
	if err != nil {
		return err
	}
	const form = 4 << 10
	r.Body = http.MaxBytesReader(w, r.Body, form)
	if err := r.ParseForm(); err != nil {
		return readError(err)
	}
	id, ok := permalink.ParseID(strings.TrimPrefix(r.PostForm.Get("link"), "/p/"))
	if !ok {
		return linkProblem(permalink.ErrNone)
	}
	if err := links.Delete(r.Context(), id, strings.TrimSpace(r.PostForm.Get("token"))); err != nil {
		return linkProblem(err)
	}
	s.renderings.forget(string(id))
	p := s.page(state{})
	p.Title = "The link is deleted"
	p.KeepTheme()
	p.Styles = append(p.Styles, s.assets.paths["css/share.css"])
	s.sendComponent(w, r, http.StatusOK, htmlType, templates.DeletedPage(p))
	return nil
}
