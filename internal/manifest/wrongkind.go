package manifest

import (
	"fmt"
	"strings"

	"github.com/netpolscope/netpolscope/internal/diag"
)

// wrongKind says that an object means to be a NetworkPolicy and is not named as one.
func (r *reader) wrongKind(path string, tm typeMeta) diag.Finding {
	f := diag.Finding{Code: diag.WrongAPIOrKind, Severity: diag.Error, Field: "apiVersion", Range: r.at(path, "")}
	const want = "write `apiVersion: " + policyAPI + "` and `kind: NetworkPolicy`"
	written := "`" + short(tm.APIVersion) + "` `" + short(tm.Kind) + "` does not exist"
	switch {
	case tm == typeMeta{}:
		written = "This has no `apiVersion` and no `kind`"
	case tm.APIVersion == "":
		written = fmt.Sprintf("`%s` without an `apiVersion` does not exist", short(tm.Kind))
	case tm.Kind == "":
		written = fmt.Sprintf("`%s` without a `kind` does not exist", short(tm.APIVersion))
	}
	f.Summary = written + "; " + want
	if tm.APIVersion == "extensions/v1beta1" {
		f.Summary += " (extensions/v1beta1 was removed in Kubernetes 1.16)"
	}
	f.Summary += "."
	f.Detail = strings.Join(whyWrong(tm), " ")

	switch {
	case tm.APIVersion == policyAPI:
		f.Field, f.Range = "kind", r.at(path, "kind")
	case tm.APIVersion != "":
		f.Range = r.at(path, "apiVersion")
	}
	f.Fix = r.rightKind(path, tm)
	return f
}

// whyWrong says what is known about names that people write for a NetworkPolicy's.
func whyWrong(tm typeMeta) (why []string) {
	group, version, grouped := strings.Cut(tm.APIVersion, "/")
	switch {
	case group == "networking.k8s.io" && version == "":
		why = append(why, "Behind the group stands `/` and the version, `v1`.")
	case group == "networking.k8s.io" && version != "v1":
		why = append(why, fmt.Sprintf("NetworkPolicy has been in `%s` since Kubernetes 1.7 and never was in `%s`.", policyAPI, short(tm.APIVersion)))
	case !grouped && tm.APIVersion == "v1":
		why = append(why, "`v1` alone is the core group, with Pod, Service and Namespace.")
	case group == "networking" || group != "networking.k8s.io" && strings.Contains(group, "."):
		why = append(why, "The group's whole name is `networking.k8s.io`.")
	}
	switch {
	case tm.Kind == "NetworkPolicy" || tm.Kind == "":
	case strings.EqualFold(tm.Kind, "NetworkPolicies"):
		why = append(why, "A kind is written in the singular; the plural is for commands such as `kubectl get networkpolicies`.")
	case strings.EqualFold(tm.Kind, "NetworkPolicy"):
		why = append(why, "Capital and small letters count in a kind.")
	}
	return why
}

// rightKind is the remedy that writes both names as they are.
func (r *reader) rightKind(path string, tm typeMeta) *diag.Fix {
	t := r.nodes()
	if t == nil {
		return nil
	}
	object := Part{tree: t, value: t.root}
	for _, step := range stepsOf(path) {
		object = object.Field(step.name).Item(step.index)
	}
	var edits []diag.Edit
	add := func(made []diag.Edit) bool {
		edits = append(edits, made...)
		return made != nil
	}
	api, kind := object.Field("apiVersion"), object.Field("kind")
	first := object.Fields()
	ok := true
	switch {
	case api.IsWritten():
		ok = tm.APIVersion == policyAPI || add(api.Set(policyAPI))
	case kind.IsWritten():
		ok = add(kind.InsertBefore("apiVersion: " + policyAPI))
	case len(first) > 0:
		ok = add(first[0].InsertBefore("apiVersion: " + policyAPI + "\nkind: NetworkPolicy"))
	}
	switch {
	case kind.IsWritten():
		ok = ok && (tm.Kind == "NetworkPolicy" || add(kind.Set("NetworkPolicy")))
	case api.IsWritten():
		ok = ok && add(api.InsertAfter("kind: NetworkPolicy"))
	}
	if !ok || len(edits) == 0 {
		return nil
	}
	return &diag.Fix{Text: fmt.Sprintf("Write `apiVersion: %s` and `kind: NetworkPolicy`", policyAPI), Edits: edits}
}
