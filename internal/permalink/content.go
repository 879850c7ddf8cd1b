package permalink

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/netpolscope/netpolscope/internal/manifest"
)

// Content is what a link keeps, and all that it keeps.
type Content struct {
	Title string `json:"title,omitempty"`
	Note  string `json:"note,omitempty"`
	// View is the state of the view as a query, of which one field may select something.
	View string `json:"view,omitempty"`
	// Parent is the link that this one goes on from; empty for the first version.
	Parent ID `json:"parent,omitempty"`
	// Created and Expires are when the link was made and when it ends; a zero Expires
	// is never.
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires,omitzero"`
	// Files are the bundle as Keep gives it.
	Files []File `json:"files"`
	// Lesson is set where the link is a lesson: its archive, whose manifests are kept as
	// those of Files. Files are then what the lesson starts with.
	Lesson string `json:"lesson,omitempty"`
	// Dropped names what was shared and not kept.
	Dropped []string `json:"dropped,omitempty"`
}

// File is a text of a bundle.
type File struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Sources gives the bundle as the engine takes it.
func (c *Content) Sources() []manifest.Source {
	sources := make([]manifest.Source, len(c.Files))
	for i, f := range c.Files {
		sources[i] = manifest.Source{Name: f.Name, Data: []byte(f.Text)}
	}
	return sources
}

// formatVersion is the first byte of what is sealed.
const formatVersion = 1

// pack gives the bytes to seal: a version, and the content compressed.
func (c *Content) pack() ([]byte, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("writing a link: %w", err)
	}
	return append([]byte{formatVersion}, deflate(text)...), nil
}

// mostUnpacked bounds what comes out of a stored link or a link that carries its
// bundle.
const mostUnpacked = 48 << 20

func unpack(plain []byte) (Content, error) {
	var c Content
	if len(plain) == 0 || plain[0] != formatVersion {
		return c, errors.New("the stored link has a format that this version does not know")
	}
	text, err := inflate(plain[1:], mostUnpacked)
	if err == nil {
		err = json.Unmarshal(text, &c)
	}
	if err != nil {
		return c, fmt.Errorf("reading a stored link: %w", err)
	}
	return c, nil
}

func deflate(text []byte) []byte {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err == nil {
		_, err = w.Write(text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic("permalink: " + err.Error()) // The level is right and a buffer takes all.
	}
	return b.Bytes()
}

// errTooLong tells that something unpacks to more than it may.
var errTooLong = errors.New("it unpacks to more than it may")

func inflate(packed []byte, most int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), most+1))
	if int64(len(text)) > most {
		return nil, errTooLong
	}
	return text, err
}
