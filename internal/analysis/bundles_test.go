//go:build !race

package analysis

// defaultBundles is how many random bundles each property judges.
const defaultBundles = 200
