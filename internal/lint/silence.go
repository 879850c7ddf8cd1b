package lint

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

// Silence marks the findings that comments silence, and adds one for every comment that
// does not: it looks as if something were settled. The findings come back sorted.
//
// Only what is accepted can be settled by a comment. An error is what kubectl or the API
// server refuses, and they read no comments; nor does a comment silence what is found
// about comments.
func Silence(found diag.List, ignores []manifest.Ignore) diag.List {
	found.Sort()
	if len(ignores) == 0 {
		return found
	}
	broken := map[string]bool{} // the files with errors
	for _, f := range found.AtLeast(diag.Error) {
		broken[f.Range.File] = true
	}
	var added diag.List
	for i := range ignores {
		if f, useless := silence(found, &ignores[i], broken); useless {
			added = append(added, f)
		}
	}
	if len(added) > 0 {
		found = append(found, added...)
		found.Sort()
	}
	return found
}

// silence carries out one comment; where that does nothing it gives the finding.
func silence(found diag.List, c *manifest.Ignore, broken map[string]bool) (diag.Finding, bool) {
	f := diag.Finding{Code: diag.IgnoreWithoutEffect, Severity: diag.Warning, Range: c.Range}
	f.Detail = "Write `# netpolscope:ignore`, the code of one finding and the reason, behind the line that the finding names or above it; above the first line of an object it speaks for all of the object."
	code := diag.Code(c.Code)
	switch {
	case c.Code == "":
		f.Summary = "This comment names no code, so it silences nothing."
		return f, true
	case code.Name() == "":
		f.Summary = fmt.Sprintf("`%s` is no code, so this comment silences nothing; codes look like `NP407`.", c.Code)
		for _, known := range diag.Codes() {
			if known.Name() == c.Code {
				f.Summary = fmt.Sprintf("`%s` is the name of `%s`; write the code, so that this comment silences something.", c.Code, known)
			}
		}
		return f, true
	case c.Reason == "":
		f.Summary = fmt.Sprintf("This comment gives no reason, so it does not silence `%s`.", code)
		f.Detail = fmt.Sprintf("Say behind `%s` why it is right here: whoever reads this next wants to know.", code)
		return f, true
	}
	silenced, errors := false, false
	for i := first(found, c); i < len(found) && c.Covers(found[i].Range); i++ {
		g := &found[i]
		switch {
		case g.Code != code:
		case g.Severity == diag.Error:
			errors = true
		case g.Silenced == nil:
			g.Silenced = &diag.Silence{Range: c.Range, Reason: c.Reason}
			silenced = true
		}
	}
	switch {
	case silenced:
		return f, false
	case !errors && broken[c.Range.File]:
		return f, false // What is refused is not judged any further.
	case errors:
		f.Summary = fmt.Sprintf("`%s` is an error here, which no comment can silence.", code)
		f.Detail = "The API server or kubectl refuses this, and they read no comments. Mend it, and take the comment out."
		return f, true
	}
	f.Summary = fmt.Sprintf("There is no `%s` %s, so this comment silences nothing.", code, where(c))
	f.Fix = &diag.Fix{Text: "Remove the comment", Edits: []diag.Edit{c.Removal}}
	return f, true
}

// first gives the index of the first of sorted findings that is not before what a comment
// speaks for.
func first(found diag.List, c *manifest.Ignore) int {
	i, _ := slices.BinarySearchFunc(found, c, func(f diag.Finding, c *manifest.Ignore) int {
		return cmp.Or(cmp.Compare(f.Range.File, c.Range.File), cmp.Compare(f.Range.Start.Line, c.First))
	})
	return i
}

// where says which lines a comment speaks for.
func where(c *manifest.Ignore) string {
	switch {
	case c.First == 0:
		return "behind it"
	case c.First == c.Last:
		return fmt.Sprintf("on line %d", c.First)
	}
	return fmt.Sprintf("on lines %d to %d", c.First, c.Last)
}
