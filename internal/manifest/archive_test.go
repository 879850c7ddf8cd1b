package manifest

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/netpolscope/netpolscope/internal/diag"
)

func namespace(name string) string {
	return "apiVersion: v1\nkind: Namespace\nmetadata: {name: " + name + "}\n"
}

type member struct {
	name, text string
	// change alters the header of the member.
	change func(*zip.FileHeader, *tar.Header)
}

func zipped(t *testing.T, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, m := range members {
		h := &zip.FileHeader{Name: m.name, Method: zip.Deflate}
		if m.change != nil {
			m.change(h, nil)
		}
		f, err := w.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(m.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func tarred(t *testing.T, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range members {
		h := &tar.Header{Name: m.name, Mode: 0o644, Size: int64(len(m.text)), Typeflag: tar.TypeReg}
		if m.change != nil {
			m.change(nil, h)
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			if _, err := w.Write([]byte(m.text)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// refusals writes the files of the findings and what is wrong with them.
func refusals(l diag.List) string {
	var lines []string
	for _, f := range l {
		lines = append(lines, string(f.Code)+" "+f.Summary)
	}
	return strings.Join(lines, "\n")
}

// Archives are known by their bytes, whatever they are called, and their members are
// labelled by both names.
func TestArchives(t *testing.T) {
	members := []member{
		{name: "a/", change: func(z *zip.FileHeader, h *tar.Header) {
			if h != nil {
				h.Typeflag = tar.TypeDir
			}
		}},
		{name: "a/one.yaml", text: namespace("one")},
		{name: "two.JSON", text: `{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"two"}}`},
		{name: "README.md", text: "# words: [that are no YAML"},
		{name: "picture.png", text: "\x89PNG\x00"},
		{name: "__MACOSX/._one.yaml", text: "\x00"},
		{name: "a/._one.yaml", text: "\x00"},
		{name: "broken.yml", text: "\x00"},
	}
	members[0].text = ""
	zipMembers := append([]member{}, members...)
	for format, data := range map[string][]byte{
		"zip":    zipped(t, zipMembers...),
		"tar":    tarred(t, members...),
		"tar.gz": gzipped(t, tarred(t, members...)),
	} {
		b := parseAll(t, Source{Name: "bundle.yaml", Data: data})
		equal(t, format, titles(b), "Namespace one\nNamespace two")
		equal(t, format, refusals(b.Findings), "NP021 bundle.yaml/broken.yml is not text: byte 1 is zero.")
		if len(b.Objects) > 0 && b.Objects[0].Source.Locate("").File != "bundle.yaml/a/one.yaml" {
			t.Errorf("%s: label %q", format, b.Objects[0].Source.Locate("").File)
		}
	}
	b := parseAll(t, Source{Name: "one.yaml.gz", Data: gzipped(t, []byte(namespace("one")))})
	equal(t, "a packed manifest", titles(b), "Namespace one")
}

// A member that tries something costs only itself.
func TestArchiveRefusals(t *testing.T) {
	good := member{name: "good.yaml", text: namespace("good")}
	link := func(z *zip.FileHeader, h *tar.Header) {
		if z != nil {
			z.SetMode(fs.ModeSymlink | 0o777)
		} else {
			h.Typeflag, h.Linkname, h.Size = tar.TypeSymlink, "/etc/passwd", 0
		}
	}
	for _, c := range []struct {
		m   member
		why string
	}{
		{member{name: "../x.yaml", text: "a"}, "its name leads out of the archive"},
		{member{name: "a/../../x.yaml", text: "a"}, "its name leads out of the archive"},
		{member{name: `a\..\x.yaml`, text: "a"}, "its name leads out of the archive"},
		{member{name: "/x.yaml", text: "a"}, "its name is an absolute path"},
		{member{name: `C:\x.yaml`, text: "a"}, "its name is an absolute path"},
		{member{name: "./good.yaml", text: "a"}, "its name occurs twice in the archive"},
		{member{name: "x.yaml", text: "target", change: link}, "it is a link or a device"},
		{member{name: "x.zip", text: "PK\x03\x04"}, "it is an archive within an archive"},
		{member{name: "x.yaml", text: "PK\x03\x04...."}, "it is an archive within an archive"},
	} {
		for format, data := range map[string][]byte{
			"zip": zipped(t, good, c.m), "tar": tarred(t, good, c.m),
		} {
			b := parseAll(t, Source{Name: "b", Data: data})
			equal(t, format+" "+c.m.name, titles(b), "Namespace good")
			equal(t, format+" "+c.m.name, refusals(b.Findings), "NP022 b/"+c.m.name+" is not read: "+c.why+".")
		}
	}
}

// What only a zip or only a tar can do.
func TestArchiveTricks(t *testing.T) {
	plain := zipped(t, member{name: "a.yaml", text: namespace("a")}, member{name: "b.yaml", text: namespace("b")})
	directory := bytes.Index(plain, []byte("PK\x01\x02"))
	second := directory + 1 + bytes.Index(plain[directory+1:], []byte("PK\x01\x02"))
	change := func(at int, value uint32, size int) []byte {
		data := bytes.Clone(plain)
		if size == 2 {
			binary.LittleEndian.PutUint16(data[at:], uint16(value))
		} else {
			binary.LittleEndian.PutUint32(data[at:], value)
		}
		return data
	}
	for what, c := range map[string]struct {
		data []byte
		want string
	}{
		"encrypted":   {change(second+8, 1|8, 2), "it is encrypted"},
		"method":      {change(second+10, 99, 2), "its compression method 99 is not supported"},
		"overlapping": {change(second+42, 0, 4), "its data overlaps that of another member"},
		"lying size":  {change(second+24, 7, 4), "its data is damaged"},
		"damaged sum": {change(second+16, 7, 4), "its data is damaged"},
	} {
		b := parseAll(t, Source{Name: "z", Data: c.data})
		if titles(b) != "Namespace a" || !strings.Contains(refusals(b.Findings), "NP022 z/b.yaml is not read: "+c.want) {
			t.Errorf("%s: %s\n%s", what, titles(b), refusals(b.Findings))
		}
	}
	b := parseAll(t, Source{Name: "z", Data: plain})
	equal(t, "unchanged", titles(b), "Namespace a\nNamespace b")

	sparse := tarred(t, member{name: "s.yaml", text: "", change: func(_ *zip.FileHeader, h *tar.Header) { h.Typeflag = 'S' }}, member{name: "a.yaml", text: namespace("a")})
	if b := parseAll(t, Source{Name: "t", Data: sparse}); len(b.Findings) == 0 || b.Findings[0].Code != diag.BadArchiveEntry {
		t.Errorf("sparse: %s", refusals(b.Findings))
	}
	whole := gzipped(t, tarred(t, member{name: "a.yaml", text: strings.Repeat(namespace("a"), 50)}))
	for cut := range len(whole) {
		parseAll(t, Source{Name: "t", Data: whole[:cut]}) // must not panic, nor be taken for whole
	}
}

// What comes out is counted, not what the headers say.
func TestArchiveLimits(t *testing.T) {
	zeros := strings.Repeat("#\n", 1<<20)
	var many []member
	for i := range 12 {
		many = append(many, member{name: fmt.Sprintf("%d.yaml", i), text: "a: b"})
	}
	for _, c := range []struct {
		what   string
		data   []byte
		limits Limits
	}{
		{"bytes of archive", zipped(t, many...), Limits{ArchiveBytes: 100}},
		{"archive entries", zipped(t, many...), Limits{ArchiveEntries: 11}},
		{"archive entries", tarred(t, many...), Limits{ArchiveEntries: 11}},
		{"bytes unpacked from archives", zipped(t, member{name: "a.yaml", text: zeros}), Limits{UnpackedBytes: 1 << 20}},
		{"bytes unpacked from archives", gzipped(t, tarred(t, member{name: "a.yaml", text: zeros})), Limits{UnpackedBytes: 1 << 20}},
		{"bytes unpacked from archives", gzipped(t, tarred(t, member{name: "a.png", text: zeros})), Limits{UnpackedBytes: 1 << 20}},
		{"bytes unpacked from archives", gzipped(t, []byte(zeros)), Limits{UnpackedBytes: 1 << 20}},
	} {
		if got := exceeded(t, string(c.data), c.limits); got != c.what {
			t.Errorf("got %q, want %q", got, c.what)
		}
		roomy := Limits{ArchiveBytes: 10 << 20, ArchiveEntries: 12, UnpackedBytes: 4 << 20}
		if got := exceeded(t, string(c.data), roomy); got != "none" {
			t.Errorf("%s: over %q of roomy limits", c.what, got)
		}
	}
}
