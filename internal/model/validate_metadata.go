package model

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/manifest"
)

// metadata checks what a user writes about the object itself. What the server sets
// (generation, managedFields and the like) is not looked at, so that a dump of a
// cluster passes.
func (c *checker) metadata(m *metav1.ObjectMeta) {
	path := field.NewPath("metadata")
	c.name(m, path)
	if m.Namespace != "" {
		// A missing namespace is the one that kubectl fills in.
		if bad := apivalidation.ValidateNamespaceName(m.Namespace, false); bad != nil {
			at := path.Child("namespace")
			c.badName("namespace", m.Namespace, slug(m.Namespace, ""), 63, invalid(at, m.Namespace, bad))
		}
	}
	if len(m.Labels) > 0 {
		c.labels(diag.BadObject, m.Labels, path.Child("labels"))
	}
	c.annotations(m.Annotations, path.Child("annotations"))
	c.rest(apivalidation.ValidateOwnerReferences(m.OwnerReferences, path.Child("ownerReferences")))
	c.rest(apivalidation.ValidateFinalizers(m.Finalizers, path.Child("finalizers")))
}

// name checks metadata.name or, where the server is to make the name, generateName.
func (c *checker) name(m *metav1.ObjectMeta, path *field.Path) {
	if m.GenerateName != "" {
		if bad := apivalidation.NameIsDNSSubdomain(m.GenerateName, true); bad != nil {
			at := path.Child("generateName")
			c.badName("generated name", m.GenerateName, slug(m.GenerateName, ".")+"-", 253, invalid(at, m.GenerateName, bad))
		}
	}
	at := path.Child("name")
	switch {
	case m.Name != "":
		if bad := apivalidation.NameIsDNSSubdomain(m.Name, false); bad != nil {
			c.badName("name", m.Name, slug(m.Name, "."), 253, invalid(at, m.Name, bad))
		}
	case m.GenerateName == "":
		f := c.refuse(diag.BadObjectName,
			"The policy has no name: write `metadata.name` in small letters, digits and dashes, for example `name: my-policy`.",
			field.Required(at, "name or generateName is required"))
		f.remedy, f.change = "Write `name: my-policy`", func(o manifest.Part) []diag.Edit { return nameless(o) }
	}
}

func (c *checker) badName(what, name, example string, limit int, server []*field.Error) {
	if len(name) > limit {
		c.refuse(diag.BadObjectName,
			fmt.Sprintf("The %s %s is not allowed: it has %d characters, at most %d are possible.", what, shown(name), len(name), limit), server...)
		return
	}
	c.refuse(diag.BadObjectName,
		fmt.Sprintf("The %s %s is not allowed: use small letters, digits and dashes, for example `%s`.", what, shown(name), example), server...).setTo(quoted(example))
}

var (
	notInName = regexp.MustCompile(`[^a-z0-9.-]+`)
	nameEdges = regexp.MustCompile(`[-.]*\.[-.]*`)
)

// slug makes a name that is allowed out of one that is not; separator is "." where a
// name may have dots.
func slug(name, separator string) string {
	name = notInName.ReplaceAllString(strings.ToLower(name), "-")
	if separator == "" {
		separator = "-"
	}
	name = strings.Trim(nameEdges.ReplaceAllString(name, separator), "-.")
	if name == "" {
		return "my-policy"
	}
	return name
}

func (c *checker) annotations(annotations map[string]string, path *field.Path) {
	if len(apivalidation.ValidateAnnotations(annotations, path)) == 0 {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(annotations)) {
		// As the server does: case does not matter in annotation keys.
		if bad := validation.IsQualifiedName(strings.ToLower(key)); bad != nil {
			c.refuse(diag.BadObject,
				fmt.Sprintf("The annotation key %s is not allowed: use letters, digits, `-`, `_` and `.`, after an optional domain and `/`.", shown(key)),
				invalid(path, key, bad)...).place = path.Key(key).String()
		}
	}
	if apivalidation.ValidateAnnotationsSize(annotations) != nil {
		c.refuse(diag.BadObject,
			fmt.Sprintf("The annotations are too long: together they may have %d bytes.", apivalidation.TotalAnnotationSizeLimitB),
			field.TooLong(path, "", apivalidation.TotalAnnotationSizeLimitB))
	}
}

// rest records answers about fields that people rarely write by hand, in the
// server's own words.
func (c *checker) rest(errs field.ErrorList) {
	for _, err := range errs {
		c.refuse(diag.BadObject, fmt.Sprintf("`%s` is refused: %s.", err.Field, err.Detail), err)
	}
}
