//go:build race

package analysis

// defaultBundles is smaller under the race detector, which makes the judge, the larger
// part of the work, many times slower.
const defaultBundles = 40
