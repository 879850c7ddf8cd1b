package manifest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// file is one text to read, from a source or from an archive.
type file struct {
	name string
	text []byte
}

// unpack turns sources into texts: archives are opened, byte order marks removed,
// pictures give the bundles that they carry, and what is not text becomes a finding.
func unpack(sources []Source, limits Limits) ([]file, diag.List, error) {
	u := unpacker{limits: limits}
	for _, s := range sources {
		format := archiveFormat(s.Data)
		if format == "" {
			if err := u.add(s.Name, s.Data, limits.TextBytes, "bytes of text"); err != nil {
				return nil, nil, err
			}
			continue
		}
		if over(len(s.Data), limits.ArchiveBytes) {
			return nil, nil, &LimitError{What: "bytes of archive", Max: limits.ArchiveBytes, Where: s.Name}
		}
		if err := u.archive(format, s); err != nil {
			return nil, nil, err
		}
	}
	return u.files, u.findings, nil
}

type unpacker struct {
	limits   Limits
	files    []file
	findings diag.List
	// text and unpacked count the bytes so far, of texts as given and of texts out
	// of archives.
	text, unpacked int
	entries        int
}

// add takes a text as given.
func (u *unpacker) add(name string, data []byte, limit int, what string) error {
	u.text += len(data)
	if over(u.text, limit) {
		return &LimitError{What: what, Max: limit, Where: name}
	}
	u.keep(name, data)
	return nil
}

// keep notes a text, or the finding that it is none.
func (u *unpacker) keep(name string, data []byte) {
	text, trouble := decodeText(data)
	if trouble != "" {
		start := diag.Position{Line: 1, Column: 1}
		u.findings = append(u.findings, diag.Finding{
			Code: diag.NotText, Severity: diag.Error,
			Range:   diag.Range{File: name, Start: start, End: start},
			Summary: fmt.Sprintf("%s is not text: %s.", name, trouble),
			Detail:  "Nothing of it is evaluated. Manifests are YAML or JSON in UTF-8.",
		})
		return
	}
	if isPicture(text) {
		if text, ok := carried(text); ok {
			u.files = append(u.files, file{name, text})
			return
		}
		start := diag.Position{Line: 1, Column: 1}
		u.findings = append(u.findings, diag.Finding{
			Code: diag.NotText, Severity: diag.Error,
			Range:   diag.Range{File: name, Start: start, End: start},
			Summary: fmt.Sprintf("%s is a picture that does not carry its manifests.", name),
			Detail:  "Nothing of it is evaluated. Pictures carry them when they are made with `--source` or `source=1`.",
		})
		return
	}
	u.files = append(u.files, file{name, text})
}

func over(n, limit int) bool { return limit > 0 && n > limit }

// decodeText gives data as UTF-8 without a byte order mark, or says why it is not
// text.
func decodeText(data []byte) (text []byte, trouble string) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return decodeUTF16(data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return decodeUTF16(data[2:], binary.BigEndian)
	}
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return nil, fmt.Sprintf("byte %d is zero", i+1)
	}
	if !utf8.Valid(data) {
		i := 0
		for i < len(data) {
			r, n := utf8.DecodeRune(data[i:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			i += n
		}
		return nil, fmt.Sprintf("byte %d (0x%02x) does not belong to UTF-8", i+1, data[i])
	}
	return data, ""
}

func decodeUTF16(data []byte, order binary.ByteOrder) ([]byte, string) {
	if len(data)%2 != 0 {
		return nil, "it begins as UTF-16 but has an odd number of bytes"
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	runes := utf16.Decode(units)
	for i, r := range runes {
		if r == 0 || r == utf8.RuneError {
			return nil, fmt.Sprintf("character %d does not belong to UTF-16 text", i+1)
		}
	}
	return []byte(string(runes)), ""
}
