// Package static holds the files that the server hands out as they are: style
// sheets, script, icons and the example bundles.
//
// The scripts in js are built from src by .ci/tools/build, which also collects the
// licences of what they bundle; src itself is not served. Everything is embedded in the
// binary. Each asset has an address that holds a
// hash of its content, so that browsers may keep it for good.
package static

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"
	"strings"
)

//go:embed css js icons examples openapi.yaml
var files embed.FS

// OpenAPI is the description of the HTTP API.
func OpenAPI() []byte { return mustRead("openapi.yaml") }

// Asset is one file with the address and type it is served under.
type Asset struct {
	// Path is the address below /static/: "css/app.1f2e3d4c5b6a7988.css".
	Path        string
	ContentType string
	Data        []byte
}

var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// Assets gives the style sheets, scripts and icons by the name they have in the
// source, such as "css/app.css".
func Assets() map[string]Asset {
	assets := map[string]Asset{}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		contentType, served := contentTypes[path.Ext(name)]
		if err != nil || entry.IsDir() || !served {
			return err
		}
		data := mustRead(name)
		assets[name] = Asset{Path: fingerprinted(name, data), ContentType: contentType, Data: data}
		return nil
	})
	if err != nil {
		panic(err) // an embedded file system always reads
	}
	return assets
}

// fingerprinted puts a hash of the content before the extension of a name.
func fingerprinted(name string, data []byte) string {
	sum := sha256.Sum256(data)
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:8]) + ext
}

func mustRead(name string) []byte {
	data, err := files.ReadFile(name)
	if err != nil {
		panic(err) // an embedded file is there, or the program would not have compiled
	}
	return data
}
