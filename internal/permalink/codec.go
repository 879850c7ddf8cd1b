package permalink

import (
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/netpolscope/netpolscope/internal/manifest"
)

// A link that carries its bundle holds a version character and the text, compressed
// with deflate and written in the characters that an address may have.
const codecVersion = '1'

// LongestCode is the number of characters of a code that is read.
const LongestCode = 8 << 10

var (
	// ErrCodeLong is the error for a code that is longer than LongestCode.
	ErrCodeLong = fmt.Errorf("a link that carries its bundle may have %d characters behind the last slash; store this one instead", LongestCode)
	errCode     = errors.New("this link is damaged: some of its characters are missing or changed")
)

// Encode gives the code of a text: what stands behind /#, or behind /d/ and before the
// suffix.
func Encode(text []byte) string {
	return string(codecVersion) + base64.RawURLEncoding.EncodeToString(deflate(text))
}

// Decode gives the text of a code as a bundle of one file.
func Decode(code string, limits manifest.Limits) (manifest.Source, error) {
	none := manifest.Source{}
	if len(code) > LongestCode {
		return none, ErrCodeLong
	}
	if code == "" || code[0] < '0' || code[0] > '9' {
		return none, errCode
	}
	if code[0] != codecVersion {
		return none, fmt.Errorf("this link has the version %c, and this Netpolscope knows %c", code[0], codecVersion)
	}
	packed, err := base64.RawURLEncoding.DecodeString(code[1:])
	if err != nil {
		return none, errCode
	}
	most := int64(mostUnpacked)
	if limits.TextBytes > 0 {
		most = int64(limits.TextBytes)
	}
	text, err := inflate(packed, most)
	if errors.Is(err, errTooLong) {
		return none, fmt.Errorf("the bundle of this link is longer than the %d MiB that this server reads", most>>20)
	}
	if err != nil {
		return none, errCode
	}
	return manifest.Source{Name: "link.yaml", Data: text}, nil
}
