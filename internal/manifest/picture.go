package manifest

import (
	"bytes"
	"encoding/xml"
)

// SourceMark is the value of the attribute data-netpolscope of the metadata element in
// which a picture carries the bundle that it was drawn from.
const SourceMark = "source/v1"

// isPicture reports whether a text begins as an SVG does; no manifest begins with an
// angle bracket.
func isPicture(text []byte) bool {
	text = bytes.TrimLeft(text, " \t\r\n")
	return bytes.HasPrefix(text, []byte("<svg")) || bytes.HasPrefix(text, []byte("<?xml")) || bytes.HasPrefix(text, []byte("<!--"))
}

// Unwrap gives the bundle that a picture carries, as a source of the same name. It
// reports false, and gives the source as it is, for what is no picture and for one that
// carries none.
func Unwrap(s Source) (Source, bool) {
	if isPicture(s.Data) {
		if text, ok := carried(s.Data); ok {
			return Source{Name: s.Name, Data: text}, true
		}
	}
	return s, false
}

// carried finds the text of the metadata element, which stands before the drawing.
func carried(picture []byte) ([]byte, bool) {
	d := xml.NewDecoder(bytes.NewReader(picture))
	for {
		token, err := d.Token()
		if err != nil {
			return nil, false
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "metadata" {
			continue
		}
		for _, a := range start.Attr {
			if a.Name.Local == "data-netpolscope" && a.Value == SourceMark {
				var text []byte
				if d.DecodeElement(&text, &start) != nil {
					return nil, false
				}
				return text, true
			}
		}
	}
}
