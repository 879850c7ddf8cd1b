package analysis

// Realistic makes the documents of a cluster as people run them.
var Realistic = realistic
