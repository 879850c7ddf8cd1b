package model

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

var operators = []string{
	string(metav1.LabelSelectorOpIn),
	string(metav1.LabelSelectorOpNotIn),
	string(metav1.LabelSelectorOpExists),
	string(metav1.LabelSelectorOpDoesNotExist),
}

func (c *checker) selector(s *metav1.LabelSelector, path *field.Path) {
	if len(s.MatchLabels) > 0 {
		c.labels(diag.BadSelector, s.MatchLabels, path.Child("matchLabels"))
	}
	for i := range s.MatchExpressions {
		c.requirement(&s.MatchExpressions[i], path.Child("matchExpressions").Index(i))
	}
}

// labels checks keys and values in the order of the keys. The server names the map
// and not the key in its answers, so the sentence has to.
func (c *checker) labels(code diag.Code, labels map[string]string, path *field.Path) {
	if allPlain(labels) || len(metav1validation.ValidateLabels(labels, path)) == 0 {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		value, place := labels[key], path.Key(key).String()
		if bad := validation.IsQualifiedName(key); bad != nil {
			c.refuse(code, badKey(path, key), invalid(path, key, bad)...).place = place
		}
		if bad := validation.IsValidLabelValue(value); bad != nil {
			wildcard := fmt.Sprintf("in `matchExpressions` write `{key: %s, operator: Exists}`", shorten(key))
			if code != diag.BadSelector {
				wildcard = ""
			}
			f := c.refuse(code, badValue(path, key, value, wildcard), invalid(path, value, bad)...)
			f.place = place
			trimmed := strings.TrimSpace(value)
			switch {
			case code == diag.BadSelector && value == "*":
				f.remedy = fmt.Sprintf("Write `{key: %s, operator: Exists}` in `matchExpressions`", key)
				f.change = func(o manifest.Part) []diag.Edit { return partAt(o, path).AskForKey(key) }
			case trimmed != "" && validation.IsValidLabelValue(trimmed) == nil:
				f.remedy = fmt.Sprintf("Write `%s`", quoted(trimmed))
				f.change = func(o manifest.Part) []diag.Edit { return partAt(o, path).Field(key).Set(quoted(trimmed)) }
			}
		}
	}
}

// allPlain reports that all labels are of the plain kind that needs no closer look:
// short words without a prefix, or the label that holds a namespace's name. It spares
// the validator's patterns for nearly all labels there are.
func allPlain(labels map[string]string) bool {
	for key, value := range labels {
		if !plainKey(key) || value != "" && !plainWord(value) {
			return false
		}
	}
	return true
}

func plainKey(s string) bool { return s == nameLabel || plainWord(s) }

func plainWord(s string) bool {
	const most = 63
	for i := range len(s) {
		switch b := s[i]; {
		case 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9':
		case i > 0 && i < len(s)-1 && (b == '-' || b == '_' || b == '.'):
		default:
			return false
		}
	}
	return 0 < len(s) && len(s) <= most
}

func (c *checker) requirement(r *metav1.LabelSelectorRequirement, path *field.Path) {
	switch r.Operator {
	case metav1.LabelSelectorOpIn, metav1.LabelSelectorOpNotIn:
		if len(r.Values) == 0 {
			c.refuse(diag.BadSelector,
				fmt.Sprintf("`%s`: `%s` needs at least one of `values`%s.", path, r.Operator, withoutValues(r.Operator)),
				field.Required(path.Child("values"), "must be specified when `operator` is 'In' or 'NotIn'"))
		}
	case metav1.LabelSelectorOpExists, metav1.LabelSelectorOpDoesNotExist:
		if len(r.Values) > 0 {
			f := c.refuse(diag.BadSelector,
				fmt.Sprintf("`%s`: `%s` asks for the key alone; remove `values`, or write `operator: %s`.", path, r.Operator, withValues(r.Operator)),
				field.Forbidden(path.Child("values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
			f.remedy, f.change = "Remove `values`", func(o manifest.Part) []diag.Edit { return partAt(o, path.Child("values")).Remove() }
		}
	default:
		c.operator(r, path)
	}

	if bad := validation.IsQualifiedName(r.Key); bad != nil {
		c.refuse(diag.BadSelector, badKey(path, r.Key), invalid(path.Child("key"), r.Key, bad)...)
	}
	for i, value := range r.Values {
		if bad := validation.IsValidLabelValue(value); bad != nil {
			f := c.refuse(diag.BadSelector,
				badValue(path, r.Key, value, "use `operator: Exists` without `values`"),
				invalid(path.Child("values").Index(i), value, bad)...)
			if value == "*" && len(r.Values) == 1 && r.Operator == metav1.LabelSelectorOpIn {
				f.remedy = "Write `operator: Exists` without `values`"
				f.change = func(o manifest.Part) []diag.Edit {
					return all(partAt(o, path.Child("operator")).Set("Exists"), partAt(o, path.Child("values")).Remove())
				}
			}
		}
	}
}

func withoutValues(o metav1.LabelSelectorOperator) string {
	if o == metav1.LabelSelectorOpIn {
		return "; for any value write `operator: Exists`"
	}
	return "; for pods or namespaces without the label write `operator: DoesNotExist`"
}

func withValues(o metav1.LabelSelectorOperator) metav1.LabelSelectorOperator {
	if o == metav1.LabelSelectorOpExists {
		return metav1.LabelSelectorOpIn
	}
	return metav1.LabelSelectorOpNotIn
}

func (c *checker) operator(r *metav1.LabelSelectorRequirement, path *field.Path) {
	written := string(r.Operator)
	server := field.Invalid(path.Child("operator"), shorten(written), "not a valid selector operator")
	if written == "" {
		f := c.refuse(diag.BadSelector,
			fmt.Sprintf("`%s` has no `operator`; write `In`, `NotIn`, `Exists` or `DoesNotExist`.", path), server)
		likely := "operator: " + string(metav1.LabelSelectorOpExists)
		if len(r.Values) > 0 {
			likely = "operator: " + string(metav1.LabelSelectorOpIn)
		}
		f.remedy = fmt.Sprintf("Write `%s`", likely)
		f.change = func(o manifest.Part) []diag.Edit {
			if o := partAt(o, path.Child("operator")); o.IsWritten() {
				return nil
			}
			return partAt(o, path.Child("key")).InsertAfter(likely)
		}
		return
	}
	meant := operatorFor(r)
	if meant == "" {
		c.refuse(diag.BadSelector,
			fmt.Sprintf("`%s`: %s is not an operator; write `In`, `NotIn`, `Exists` or `DoesNotExist`.", path, shown(written)), server)
		return
	}
	remedy := fmt.Sprintf("`%s`", meant)
	if meant == string(metav1.LabelSelectorOpIn) && len(r.Values) <= 1 {
		remedy += " with one value"
	}
	c.refuse(diag.BadSelector,
		fmt.Sprintf("`%s`: %s is not an operator, use %s.", path, shown(written), remedy), server).setTo(meant)
}

// operatorFor gives the operator that a word from another selector language stands
// for, or "" when it stands for none.
func operatorFor(r *metav1.LabelSelectorRequirement) string {
	switch strings.ToLower(strings.Trim(string(r.Operator), " ")) {
	case "=", "==", "equals", "equal", "eq", "is":
		return string(metav1.LabelSelectorOpIn)
	case "!=", "<>", "notequals", "notequal", "ne", "isnot":
		return string(metav1.LabelSelectorOpNotIn)
	case "exist":
		return string(metav1.LabelSelectorOpExists)
	case "!", "notexists", "notexist":
		return string(metav1.LabelSelectorOpDoesNotExist)
	}
	return nearest(string(r.Operator), operators...)
}

// badKey says what is wrong with a label key at path.
func badKey(path *field.Path, key string) string {
	prefix, name, prefixed := strings.Cut(key, "/")
	if !prefixed {
		prefix, name = "", key
	}
	reason := "use letters, digits, `-`, `_` and `.`, with a letter or digit at both ends"
	switch {
	case key == "":
		return fmt.Sprintf("`%s`: the label key is empty.", path)
	case strings.Contains(name, "/"):
		reason = "it may have one `/`, behind a domain such as `example.com/`"
	case prefixed && validation.IsDNS1123Subdomain(prefix) != nil:
		reason = "before the `/` stands a domain in small letters, such as `example.com`"
	case prefixed && name == "":
		reason = "it lacks the name behind the `/`"
	case len(name) > 63:
		reason = fmt.Sprintf("its name has %d characters, at most 63 are possible", len(name))
	case strings.Contains(name, "*"):
		reason = "label keys have no wildcards"
	}
	return fmt.Sprintf("`%s`: the label key %s is not allowed: %s.", path, shown(key), reason)
}

// badValue says what is wrong with the value of a label at path; wildcard is what to
// write instead of a *, if anything.
func badValue(path *field.Path, key, value, wildcard string) string {
	reason := "use letters, digits, `-`, `_` and `.`, with a letter or digit at both ends"
	switch {
	case strings.Contains(value, "*"):
		reason = "labels have no wildcards"
		if wildcard != "" && value == "*" {
			reason += "; " + wildcard
		}
	case len(value) > 63:
		reason = fmt.Sprintf("it has %d characters, at most 63 are possible", len(value))
	}
	return fmt.Sprintf("`%s`: the value %s of label %s is not allowed: %s.", path, shown(value), shown(key), reason)
}
