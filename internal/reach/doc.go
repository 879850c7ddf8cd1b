// Package reach answers, for every pair of entities in a cluster, which ports the
// first may open on the second.
//
// It computes on classes of entities that nothing can tell apart, with bitsets and
// interned port sets, and expands nothing until asked. It knows nothing of YAML,
// Kubernetes types or drawing; those are behind it and ahead of it.
package reach
