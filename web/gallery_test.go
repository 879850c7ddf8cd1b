package web

import (
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"html"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/templates"
)

var keepGallery = flag.Bool("gallery", false, "keep the gallery of all pictures and print where it is")

// The gallery is one page with every picture of the corpus, for people to look
// through: go test ./web -run Gallery -gallery -v.
func TestGallery(t *testing.T) {
	folder := t.TempDir()
	if *keepGallery {
		var err error
		if folder, err = os.MkdirTemp("", "netpolscope-gallery"); err != nil {
			t.Fatal(err)
		}
	}
	var page strings.Builder
	page.WriteString(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Pictures</title>
<meta name="color-scheme" content="light dark">
<style>body { font-family: sans-serif } img { max-width: 100%; display: block } pre { overflow: auto }</style>
<h1>Pictures</h1>
`)
	for i, d := range allDrawn(t) {
		svg := d.svg(t, templates.PictureOptions{})
		if err := wellFormed(svg); err != nil {
			t.Errorf("the picture of %s: %v", d.name, err)
		}
		file := fmt.Sprintf("%03d.svg", i+1)
		if err := os.WriteFile(filepath.Join(folder, file), []byte(svg), 0o644); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&page, "<h2>%s</h2><img src=\"%s\" alt=\"\"><details><summary>manifests</summary>", html.EscapeString(d.name), file)
		for _, s := range d.sources {
			fmt.Fprintf(&page, "<pre>%s</pre>", html.EscapeString(string(s.Data)))
		}
		page.WriteString("</details>\n")
	}
	index := filepath.Join(folder, "index.html")
	if err := os.WriteFile(index, []byte(page.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	if *keepGallery {
		t.Logf("the gallery is %s", index)
	}
}

// wellFormed reads a text as XML.
func wellFormed(text string) error {
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}
