package manifest

import "fmt"

// Limits bounds the work that a bundle may cost. A zero field means no limit.
type Limits struct {
	TextBytes      int // a text source, or all text of a request together
	ArchiveBytes   int // a packed archive
	UnpackedBytes  int // what comes out of archives, together
	ArchiveEntries int
	Documents      int
	Nodes          int // YAML nodes, aliases counted as what they stand for
	Depth          int
	ScalarBytes    int
	KeyBytes       int
	Aliases        int
}

// WebLimits are the limits for anonymous web requests.
var WebLimits = Limits{
	TextBytes:      3 << 20,
	ArchiveBytes:   10 << 20,
	UnpackedBytes:  32 << 20,
	ArchiveEntries: 2_000,
	Documents:      10_000,
	Nodes:          300_000,
	Depth:          128,
	ScalarBytes:    1 << 20,
	KeyBytes:       1 << 10,
	Aliases:        1_000,
}

// LimitError says that a bundle is larger than its limits allow.
type LimitError struct {
	// What names the limit in words: "bytes of text", "YAML nodes".
	What string
	Max  int
	// Where is the file that went over it.
	Where string
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("%s: more than %d %s", e.Where, e.Max, e.What)
}
