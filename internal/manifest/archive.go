package manifest

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// archiveFormat recognises an archive by its first bytes; the name says nothing.
func archiveFormat(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("PK\x05\x06")):
		return "zip"
	case bytes.HasPrefix(data, []byte("\x1f\x8b")):
		return "gzip"
	case len(data) > 262 && string(data[257:262]) == "ustar":
		return "tar"
	}
	return ""
}

// archive reads the manifests of an archive. Members are only ever read in memory;
// their names are labels and never become paths.
func (u *unpacker) archive(format string, s Source) error {
	switch format {
	case "zip":
		return u.zip(s)
	case "tar":
		return u.tar(s.Name, bytes.NewReader(s.Data))
	}
	z, err := gzip.NewReader(bytes.NewReader(s.Data))
	if err != nil {
		u.refuse(s.Name, damaged("the gzip data", err), allLost)
		return nil
	}
	counted := &meter{r: z, u: u, where: s.Name}
	head := make([]byte, 512)
	n, err := io.ReadFull(counted, head)
	if n == len(head) && archiveFormat(head) == "tar" {
		return u.tar(s.Name, io.MultiReader(bytes.NewReader(head), counted))
	}
	rest := head[:n]
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		// A short file ends like one that breaks off; asked again, only that one errs.
		var more []byte
		more, err = io.ReadAll(counted)
		rest = append(rest, more...)
	}
	if limit := (*LimitError)(nil); errors.As(err, &limit) {
		return limit
	}
	switch {
	case err != nil:
		u.refuse(s.Name, damaged("the gzip data", err), allLost)
	case archiveFormat(rest) != "":
		u.refuse(s.Name, "it is an archive within an archive", allLost)
	default:
		u.keep(s.Name, rest)
	}
	return nil
}

// meter counts the bytes that really come out of an archive, whatever its headers
// say, over all archives of a bundle.
type meter struct {
	r     io.Reader
	u     *unpacker
	where string
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.u.unpacked += n
	if limit := m.u.limits.UnpackedBytes; over(m.u.unpacked, limit) {
		return n, &LimitError{What: "bytes unpacked from archives", Max: limit, Where: m.where}
	}
	return n, err
}

// What becomes of an archive of which something is not read.
const (
	allLost    = "Nothing of it is evaluated."
	othersKept = "The other members of the archive are read."
	frontKept  = "What comes before the damage is read."
)

// refuse notes that one member of an archive, or the whole archive, is not read, and
// what becomes of the rest.
func (u *unpacker) refuse(name, why, rest string) {
	start := diag.Position{Line: 1, Column: 1}
	u.findings = append(u.findings, diag.Finding{
		Code: diag.BadArchiveEntry, Severity: diag.Error,
		Range:   diag.Range{File: name, Start: start, End: start},
		Summary: fmt.Sprintf("%s is not read: %s.", name, why),
		Detail:  rest,
	})
}

// damaged says what keeps data from being read.
func damaged(what string, err error) string {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return what + " breaks off before its end"
	}
	return what + " is damaged (" + err.Error() + ")"
}

// count counts a member against the limit.
func (u *unpacker) count(where string) error {
	u.entries++
	if limit := u.limits.ArchiveEntries; over(u.entries, limit) {
		return &LimitError{What: "archive entries", Max: limit, Where: where}
	}
	return nil
}

// member reads one regular member.
func (u *unpacker) member(label string, r io.Reader) error {
	data, err := io.ReadAll(r)
	if limit := (*LimitError)(nil); errors.As(err, &limit) {
		return limit
	}
	switch {
	case err != nil:
		u.refuse(label, damaged("its data", err), othersKept)
	case archiveFormat(data) != "":
		u.refuse(label, "it is an archive within an archive", othersKept)
	default:
		u.keep(label, data)
	}
	return nil
}

// wanted reports whether a member's name is one of a manifest. Others, and the
// resource forks that some systems add, are none of our business.
func wanted(name string) bool {
	base := path.Base(name)
	if strings.HasPrefix(base, "._") || strings.HasPrefix(name, "__MACOSX/") {
		return false
	}
	switch strings.ToLower(path.Ext(base)) {
	case ".yaml", ".yml", ".json", ".txt":
		return true
	}
	return false
}

// nested reports whether a member's name is one of an archive.
func nested(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".zip", ".tar", ".tgz", ".gz":
		return true
	}
	return false
}

// badName says what is wrong with a member's name, or nothing. A name is only a
// label here, but one that tries to leave the archive is a sign of an attack.
func badName(name string, seen map[string]bool) string {
	slashed := strings.ReplaceAll(name, `\`, "/")
	clean := path.Clean(slashed)
	switch {
	case name == "" || strings.ContainsRune(name, 0):
		return "it has no proper name"
	case strings.HasPrefix(slashed, "/") || len(name) > 1 && name[1] == ':':
		return "its name is an absolute path"
	case slices.Contains(strings.Split(slashed, "/"), ".."):
		return "its name leads out of the archive"
	case seen[clean]:
		return "its name occurs twice in the archive"
	}
	seen[clean] = true
	return ""
}

func (u *unpacker) zip(s Source) error {
	z, err := zip.NewReader(bytes.NewReader(s.Data), int64(len(s.Data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		u.refuse(s.Name, damaged("the zip directory", err), allLost)
		return nil
	}
	if limit := u.limits.ArchiveEntries; over(u.entries+len(z.File), limit) {
		return &LimitError{What: "archive entries", Max: limit, Where: s.Name}
	}
	seen := map[string]bool{}
	overlaps := overlapping(z.File)
	for i, f := range z.File {
		label := s.Name + "/" + f.Name
		if err := u.count(s.Name); err != nil {
			return err
		}
		if f.FileInfo().IsDir() {
			continue
		}
		why := badName(f.Name, seen)
		switch {
		case why != "":
		case !f.Mode().IsRegular():
			why = "it is a link or a device"
		case f.Flags&0x1 != 0:
			why = "it is encrypted"
		case f.Method != zip.Store && f.Method != zip.Deflate:
			why = fmt.Sprintf("its compression method %d is not supported", f.Method)
		case overlaps[i]:
			why = "its data overlaps that of another member"
		case nested(f.Name):
			why = "it is an archive within an archive"
		case !wanted(f.Name):
			continue
		}
		if why != "" {
			u.refuse(label, why, othersKept)
			continue
		}
		r, err := f.Open()
		if err != nil {
			u.refuse(label, damaged("its data", err), othersKept)
			continue
		}
		err = u.member(label, &meter{r: r, u: u, where: label})
		r.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// overlapping marks the members whose bytes are also bytes of a member before them
// in the archive: the way to make a small archive unpack to any size.
func overlapping(files []*zip.File) []bool {
	type stretch struct {
		index    int
		from, to int64
	}
	marks := make([]bool, len(files))
	var all []stretch
	for i, f := range files {
		from, err := f.DataOffset()
		if err != nil || f.CompressedSize64 > 1<<40 {
			marks[i] = true
			continue
		}
		all = append(all, stretch{i, from, from + int64(f.CompressedSize64)})
	}
	slices.SortStableFunc(all, func(a, b stretch) int { return int(a.from - b.from) })
	var end int64
	for _, s := range all {
		marks[s.index] = s.from < end
		end = max(end, s.to)
	}
	return marks
}

func (u *unpacker) tar(name string, r io.Reader) error {
	if m, ok := r.(*bytes.Reader); ok {
		r = &meter{r: m, u: u, where: name}
	}
	t := tar.NewReader(r)
	seen := map[string]bool{}
	for {
		h, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if limit := (*LimitError)(nil); errors.As(err, &limit) {
			return limit
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			u.refuse(name, damaged("the tar archive", err), frontKept)
			return nil
		}
		if err := u.count(name); err != nil {
			return err
		}
		label := name + "/" + h.Name
		if h.Typeflag == tar.TypeDir || h.Typeflag == tar.TypeXGlobalHeader {
			continue
		}
		why := badName(h.Name, seen)
		switch {
		case why != "":
		case h.Typeflag == tar.TypeGNUSparse || sparse(h):
			why = "it is a sparse file"
		case h.Typeflag != tar.TypeReg:
			why = "it is a link or a device"
		case nested(h.Name):
			why = "it is an archive within an archive"
		case !wanted(h.Name):
			continue
		}
		if why != "" {
			u.refuse(label, why, othersKept)
			continue
		}
		if err := u.member(label, t); err != nil {
			return err
		}
	}
}

// sparse reports whether a PAX header describes a file with holes.
func sparse(h *tar.Header) bool {
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}
