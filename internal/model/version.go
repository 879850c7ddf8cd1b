package model

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Version is a version of Kubernetes, whose rules for values differ in places.
type Version struct{ Major, Minor int }

// DefaultVersion is the version that is assumed when none is named.
var DefaultVersion = Version{1, 36}

// ParseVersion reads "1.36". A leading v and a patch number ("v1.36.3") are
// accepted since kubectl prints them.
func ParseVersion(text string) (Version, error) {
	parts := strings.SplitN(strings.TrimPrefix(text, "v"), ".", 3)
	if len(parts) < 2 {
		return Version{}, fmt.Errorf("kubernetes version %q is not of the form 1.36", text)
	}
	major, errMajor := strconv.ParseUint(parts[0], 10, 16)
	minor, errMinor := strconv.ParseUint(parts[1], 10, 16)
	if errMajor != nil || errMinor != nil {
		return Version{}, fmt.Errorf("kubernetes version %q is not of the form 1.36", text)
	}
	return Version{int(major), int(minor)}, nil
}

// String gives the version as ParseVersion reads it.
func (v Version) String() string { return fmt.Sprintf("%d.%d", v.Major, v.Minor) }

// before reports whether v is older than w.
func (v Version) before(w Version) bool {
	return cmp.Or(cmp.Compare(v.Major, w.Major), cmp.Compare(v.Minor, w.Minor)) < 0
}
