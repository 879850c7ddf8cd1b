package templates

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/tools/txtar"

	"github.com/netpolscope/netpolscope/internal/markdown"
)

// drawable is every tag that a text may make, with its attributes.
var drawable = map[string][]string{
	"p": nil, "h3": nil, "h4": nil, "h5": nil, "ul": {"class"}, "ol": {"class", "start"}, "li": nil, "pre": {"class", "tabindex"},
	"blockquote": {"class"}, "div": {"class", "tabindex", "role", "aria-label"}, "table": nil, "thead": nil, "tbody": nil, "tr": nil,
	"th": {"scope"}, "td": nil, "hr": nil, "br": nil, "code": nil, "em": nil, "strong": nil, "a": {"href", "rel"},
}

// undrawable says what is in the HTML of a text that must never be.
func undrawable(page string, links bool) (wrong []string) {
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return wrong
		case html.CommentToken, html.DoctypeToken:
			wrong = append(wrong, "a comment or doctype")
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			token := z.Token()
			attributes, ok := drawable[token.Data]
			if !ok || token.Data == "a" && !links {
				wrong = append(wrong, "the tag "+token.Data)
			}
			for _, a := range token.Attr {
				if !slices.Contains(attributes, a.Key) {
					wrong = append(wrong, "the attribute "+a.Key)
				}
				if at, err := url.Parse(a.Val); a.Key == "href" && (err != nil || at.Scheme != "" && at.Scheme != "http" && at.Scheme != "https" ||
					strings.HasPrefix(a.Val, "//") || strings.ContainsAny(a.Val, "\\\n\t ")) {
					wrong = append(wrong, "the address "+a.Val)
				}
			}
		}
	}
}

func drawMarked(t *testing.T, text markdown.Text) string {
	t.Helper()
	var b strings.Builder
	if err := marked(text, 3).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	if err := markedSentence(text).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Whatever is written, no tag outside the allowed set comes out, and no address but of
// http, https and this site.
func FuzzMarked(f *testing.F) {
	names, err := filepath.Glob("../internal/markdown/testdata/*.txtar")
	if err != nil || len(names) == 0 {
		f.Fatal(names, err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(txtar.Parse(data).Files[0].Data))
	}
	f.Add("<svg/onload=alert(1)>\n\n```\n</pre><script>\n```\n[x](vbscript:1) [y](\"><script>) ![](x\"onerror=y)")
	f.Add("[](#:0) [ ](a:b) [x](./a:b) <b:c>")
	f.Add("| <a> | `</td>` |\n|:-|-:|\n| [z](http://a\"b) | &#60;b&#62; |\n\n<http://x/'\"><style>")
	f.Fuzz(func(t *testing.T, source string) {
		text, _ := markdown.Parse(source)
		if wrong := undrawable(drawMarked(t, text), true); len(wrong) > 0 {
			t.Errorf("%q gives %v", source, wrong)
		}
		if wrong := undrawable(drawMarked(t, text.Unlinked()), false); len(wrong) > 0 {
			t.Errorf("%q without links gives %v", source, wrong)
		}
	})
}

// The checker of the test above finds what it is to find.
func TestUndrawableIsFound(t *testing.T) {
	for _, page := range []string{"<script>", "<p onclick=x>", "<a href='javascript:x'>", "<a href='//evil.example'>", "<img>", "<!-- -->"} {
		if len(undrawable(page, true)) == 0 {
			t.Errorf("%s passes", page)
		}
	}
}

func TestMarked(t *testing.T) {
	for source, want := range map[string]string{
		"a `b`\nc":                 "<p>a <code>b</code> c</p>",
		"## x\n\n#### y":           "<h3>x</h3><h5>y</h5>",
		"- a\n- *b*":               `<ul class="marked-list"><li>a</li><li><em>b</em></li></ul>`,
		"3. a":                     `<ol class="marked-list" start="3"><li>a</li></ol>`,
		"[a](/b)":                  `<p><a href="/b" rel="nofollow noopener noreferrer">a</a></p>`,
		"> **a**":                  `<blockquote class="marked-quote"><p><strong>a</strong></p></blockquote>`,
		"```\na\n\n<b>\n```":       "<pre class=\"marked-code\" tabindex=\"0\">a\n\n&lt;b&gt;\n</pre>",
		"a\u202eb [x](data:,x) \\": `<p>a\u202Eb x \</p>`,
	} {
		var b strings.Builder
		text, _ := markdown.Parse(source)
		if err := marked(text, 3).Render(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
		if b.String() != want {
			t.Errorf("%q: got %s, want %s", source, b.String(), want)
		}
	}
}
