package templates

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// Preview is what other sites show of a page, by OpenGraph and oEmbed.
type Preview struct {
	Title, Description string
	// Page, Image and OEmbed are whole addresses; the image is 1200 × 630.
	Page, Image, OEmbed string
}

// StoredLink is a link on the workbench, which is then for reading.
type StoredLink struct {
	// Path is the address of the page, empty on a workbench of one's own.
	Path  string
	ID    string
	Note  string
	Facts []string
	// Versions are the links that lead to this one, the oldest first and itself last;
	// empty for the first version.
	Versions []Version
	// Timeline leads to what every version since the first changed; empty for few.
	Timeline string
	Dropped  []string
}

// Version is a link in the row of versions.
type Version struct {
	Name, Title, Path string
	Current           bool
	// Diff leads to what this version changed; empty for the first.
	Diff string
}

// Share is the page on which a link is made.
type Share struct {
	Page Page
	// Fields carry the bundle and the view through the form.
	Fields []Field
	Title  string
	Note   string
	Parent string // the link that this one goes on from, in words
	Ages   []Age
	// Kept says what the link keeps, LeftOut what it does not.
	Kept, LeftOut []Point
	Size          string
	Text          string // exactly what is kept
	// Stateless is the address that carries the bundle in itself, empty where it would
	// be too long; Longer then says so.
	Stateless, Longer string
	// StatelessPicture is Markdown for a picture that carries the bundle; empty where
	// that would be too long for a path.
	StatelessPicture string
	// Stored is false where the server stores no links.
	Stored bool
	// Made is the link that was made; nil before.
	Made *MadeLink
}

// Age is one of the times that a link may be kept for.
type Age struct {
	Value, Text string
	Current     bool
}

// Point is a line of a list with what it means beside it.
type Point struct{ Text, Beside string }

// MadeLink is a link that was just made, with what to paste elsewhere.
type MadeLink struct {
	URL, Path, Token, Until string
	Snippets                []Snippet
	Picture                 string // path of the SVG
}

// Snippet is a text to paste into another place.
type Snippet struct{ Name, Hint, Text string }

// Embed is a link inside another site's page.
type Embed struct {
	Page        Page
	Title       string
	Path        string // of the link's page
	Whole       string // its whole address
	Facts       []string
	Picture     templ.Component
	PictureNote string
	Say         string // what the explanation says, empty without a selection
	Blocked     bool
}

// rowsOf gives the rows of a text to copy.
func rowsOf(text string) string { return strconv.Itoa(1 + strings.Count(text, "\n")) }

// class tells the desk of a stored link, where nothing can be edited, from others.
func (w *Workbench) class() string {
	if w.Stored.Path != "" {
		return "desk stored-desk"
	}
	return "desk"
}
