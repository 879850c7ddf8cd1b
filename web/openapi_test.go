package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/netpolscope/netpolscope/internal/lesson"
)

// object is a piece of a JSON document.
type object = map[string]any

// openAPI reads the description as it is served.
func openAPI(t *testing.T, s site) object {
	t.Helper()
	a := s.get("/api/v1/openapi.yaml")
	if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "application/yaml" {
		t.Fatalf("status %d, type %s", a.StatusCode, a.Header.Get("Content-Type"))
	}
	var document object
	if err := yaml.Unmarshal([]byte(a.body), &document); err != nil {
		t.Fatal(err)
	}
	return document
}

// follow gives what a $ref points at.
func follow(t *testing.T, document object, v any) object {
	t.Helper()
	o, ok := v.(object)
	if !ok {
		t.Fatalf("%v is no object", v)
	}
	ref, ok := o["$ref"].(string)
	if !ok {
		return o
	}
	at := any(document)
	for _, name := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
		at = at.(object)[name]
	}
	if at == nil {
		t.Fatalf("%s points at nothing", ref)
	}
	return follow(t, document, at)
}

func TestOpenAPIListsTheRoutesOfTheAPI(t *testing.T) {
	s := newSite(t)
	var described, served []string
	for path, methods := range openAPI(t, s)["paths"].(object) {
		for method := range methods.(object) {
			described = append(described, strings.ToUpper(method)+" "+path)
		}
	}
	for _, r := range s.routes() {
		if strings.HasPrefix(r.pattern, "/api/") {
			served = append(served, r.method+" "+r.pattern)
		}
	}
	slices.Sort(described)
	slices.Sort(served)
	if !slices.Equal(described, served) {
		t.Errorf("described: %v\nserved:    %v", described, served)
	}
}

// Every value that a parameter is said to take is taken, and no other; the answer has
// one of the types that are described.
func TestOpenAPIParametersAreTrue(t *testing.T) {
	s, _ := newSharing(t)
	document := openAPI(t, s)
	for path, methods := range document["paths"].(object) {
		post, ok := methods.(object)["post"]
		if !ok {
			continue
		}
		base := url.Values{}
		if strings.HasSuffix(path, "/explain") {
			base = url.Values{"from": {"shop/web"}, "to": {"shop/db"}}
		}
		for _, p := range post.(object)["parameters"].([]any) {
			parameter := follow(t, document, p)
			name := parameter["name"].(string)
			values, ok := parameter["schema"].(object)["enum"].([]any)
			if !ok {
				continue
			}
			for _, v := range append(values, "none-of-these") {
				query := cloned(base)
				query.Set(name, v.(string))
				kind, body := "", tiny
				if strings.HasSuffix(path, "/diff") {
					kind, body = "application/x-www-form-urlencoded", url.Values{"old": {tiny}, "new": {tiny}}.Encode()
				}
				if v == "lesson" {
					body = lesson.Sample()
				}
				a := s.post(path+"?"+query.Encode(), kind, body)
				want := http.StatusOK
				if strings.HasSuffix(path, "/links") && name != "preview" {
					want = http.StatusCreated
				}
				if v == "none-of-these" {
					want = http.StatusBadRequest
				}
				if a.StatusCode != want {
					t.Errorf("%s?%s: status %d, want %d", path, query.Encode(), a.StatusCode, want)
				}
				response := follow(t, document, post.(object)["responses"].(object)[fmt.Sprint(a.StatusCode)])
				kind, _, _ = strings.Cut(a.Header.Get("Content-Type"), ";")
				if _, ok := response["content"].(object)[kind]; !ok {
					t.Errorf("%s?%s: type %s is not described for status %d", path, query.Encode(), kind, a.StatusCode)
				}
			}
		}
	}
}

func cloned(v url.Values) url.Values {
	c := url.Values{}
	for name, values := range v {
		c[name] = slices.Clone(values)
	}
	return c
}

// The example of a comparison is what the server answers to the example of a request.
func TestOpenAPIDiffExampleIsTrue(t *testing.T) {
	s := newSite(t)
	document := openAPI(t, s)
	post := document["paths"].(object)["/api/v1/diff"].(object)["post"].(object)
	example := func(of any, kind string) any { return of.(object)["content"].(object)[kind].(object)["example"] }
	fields := url.Values{}
	for name, text := range example(post["requestBody"], "application/x-www-form-urlencoded").(object) {
		fields.Set(name, text.(string))
	}
	a := s.post("/api/v1/diff", "application/x-www-form-urlencoded", fields.Encode())
	var got any
	if err := json.Unmarshal([]byte(a.body), &got); err != nil {
		t.Fatalf("%v\n%s", err, a.body)
	}
	if want := example(post["responses"].(object)["200"], "application/json"); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%v", a.body, want)
	}
	for _, fault := range faults(t, document, "Diff", document["components"].(object)["schemas"].(object)["Diff"], got) {
		t.Error(fault)
	}
}

func TestOpenAPISchemasAreTrue(t *testing.T) {
	s, _ := newSharing(t)
	document := openAPI(t, s)
	rich := tiny + "---\napiVersion: v1\nkind: Service\nmetadata: {name: db, namespace: shop}\nspec: {selector: {app: db}, ports: [{port: 5432}]}\n" +
		"---\napiVersion: v1\nkind: Pod\nmetadata: {name: agent, namespace: shop}\nspec: {hostNetwork: true}\n" +
		"---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: bad}\nspec: {podSelector: {}, policyTypes: [Igress]}\n" +
		"---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: x}\n"
	tests := []struct{ target, body, schema string }{
		{"/api/v1/matrix", rich, "Matrix"},
		{"/api/v1/matrix?by=namespace", rich, "NamespaceMatrix"},
		{"/api/v1/lint", rich, "Findings"},
		{"/api/v1/explain?from=shop/web&to=shop/db", rich, "Explanation"},
		{"/api/v1/explain?from=world&to=shop/db&port=5432", rich, "Explanation"},
		{"/api/v1/links", rich, "CreatedLink"},
		{"/api/v1/links?expires=never", rich, "CreatedLink"},
		{"/api/v1/links?preview=1", rich, "PreviewedLink"},
		{"/api/v1/matrix?exposure=x", rich, "Problem"},
		{"/api/v1/matrix", "{ this is: not, yaml", "Problem"},
	}
	for _, test := range tests {
		a := s.post(test.target, "", test.body)
		var got any
		if err := json.Unmarshal([]byte(a.body), &got); err != nil {
			t.Fatalf("%s: %v", test.target, err)
		}
		schema := document["components"].(object)["schemas"].(object)[test.schema]
		for _, fault := range faults(t, document, test.schema, schema, got) {
			t.Errorf("%s: %s", test.target, fault)
		}
	}
	// The judge itself must be able to say no.
	if faults(t, document, "x", object{"required": []any{"a"}}, object{}) == nil || faults(t, document, "x", object{"enum": []any{"a"}}, "b") == nil {
		t.Error("the comparison accepts everything")
	}
}

// faults compares a value with the part of JSON Schema that the description uses.
func faults(t *testing.T, document object, at string, schema, value any) []string {
	t.Helper()
	s := follow(t, document, schema)
	var found []string
	say := func(format string, args ...any) { found = append(found, at+": "+fmt.Sprintf(format, args...)) }
	if c, ok := s["const"]; ok && c != value {
		say("is %v, want %v", value, c)
	}
	if e, ok := s["enum"].([]any); ok && !slices.Contains(e, value) {
		say("is %v, want one of %v", value, e)
	}
	if p, ok := s["pattern"].(string); ok && !regexp.MustCompile(p).MatchString(fmt.Sprint(value)) {
		say("%v is not like %s", value, p)
	}
	if types, ok := s["type"]; ok && !isOf(types, value) {
		say("%v is no %v", value, types)
		return found
	}
	switch v := value.(type) {
	case object:
		required, _ := s["required"].([]any)
		for _, name := range required {
			if _, ok := v[name.(string)]; !ok {
				say("%v is missing", name)
			}
		}
		properties, _ := s["properties"].(object)
		for name, p := range properties {
			if inner, ok := v[name]; ok {
				found = append(found, faults(t, document, at+"."+name, p, inner)...)
			}
		}
	case []any:
		if items, ok := s["items"]; ok {
			for i, inner := range v {
				found = append(found, faults(t, document, fmt.Sprintf("%s[%d]", at, i), items, inner)...)
			}
		}
	}
	return found
}

func isOf(types, value any) bool {
	list, ok := types.([]any)
	if !ok {
		list = []any{types}
	}
	kind := "null"
	switch v := value.(type) {
	case string:
		kind = "string"
	case bool:
		kind = "boolean"
	case object:
		kind = "object"
	case []any:
		kind = "array"
	case float64:
		kind = "number"
		if v == float64(int64(v)) {
			kind = "integer"
		}
	}
	return slices.Contains(list, any(kind))
}
