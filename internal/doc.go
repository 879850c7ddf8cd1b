// Package internal holds Netpolscope's engine; this comment is its architecture
// record, and arch_test.go beside it holds it true.
//
// # In one sentence
//
// Bytes in, one immutable cluster model, one decision procedure, one matrix;
// everything a person sees (page, picture, table, explanation, finding, export) is a
// view of that matrix.
//
//	bytes ─▶ manifest ─▶ model ─▶ policy ─▶ reach ─┬─▶ lint      what is likely not meant
//	         objects     Cluster  Decide   Matrix  ├─▶ explain   why, with lines
//	         with lines                            ├─▶ diagram ─▶ layout ─▶ templates (SVG), raster (PNG)
//	                                               └─▶ export    JSON CSV Markdown Mermaid DOT SARIF
//
// analysis runs the pipeline from bytes to matrix and findings in one call, and
// carries out remedies. web and cmd are two thin faces over the same calls.
//
// # Packages
//
//	diag       a finding: code, severity, place, summary, detail, fix
//	netset     sets of ports and of addresses
//	manifest   bytes → Kubernetes objects that know their file, line and column;
//	           the only package that knows YAML, zip and tar
//	model      objects → Cluster: namespaces, entities, Services, Ingresses, policies;
//	           validated, sorted, immutable; the last to see Kubernetes types
//	policy     Decide: what one side of a connection lets through, and why
//	reach      every pair at once, by equivalence class; one flow on demand; what-if;
//	           what differs between two clusters
//	lint       the catalogue: checks of what is accepted but most likely not meant, and
//	           the page of every code
//	explain    the sentences behind a verdict; entities by the names people type
//	expect     what somebody expects of connections, held against the matrix
//	analysis   sources → report, the whole pipeline in one call; two sets of sources →
//	           what changes and which edit did it
//	diagram    matrix → boxes, hubs and arrows: a lossless cover of the matrix
//	layout     diagram → coordinates, by Graphviz in killable worker processes; the
//	           only package that knows Graphviz
//	raster     placed picture → PNG, the same marks as the SVG; the only package that
//	           knows fonts
//	export     matrix, picture, explanation, findings, differences and checks → JSON, CSV,
//	           Markdown, text, Mermaid, DOT, SARIF, JUnit XML
//	markdown   the words of lessons → a tree of plain values without HTML; the only
//	           package that knows Markdown
//	permalink  what is kept of a bundle that is shared, and the stores of links
//	lesson     what is taught: lessons as text files, and the grader of their exercises
//	figure     what a lesson is about and no diagram shows: ladders, sets, doors, rulers
//	gallery    what there is to look at beside: bundles with the connections that prove
//	           what is said about them
//	glossary   the words of the field, explained
//
// A package imports only packages to its left in the picture, plus the vocabulary
// diag and netset. Each outside module is met in one package.
//
// # Invariants
//
//  1. Parsing never fails. A broken document costs only itself, and its lines are
//     reported.
//  2. Everything from manifest to diagram is a pure function: no files, clock,
//     network, log or context. A breached limit is the one error.
//  3. A Cluster never changes after it is built. No later package imports Kubernetes
//     types.
//  4. Order is decided once, by name; everything after is deterministic to the byte.
//  5. The JSON of matrix, explanation and findings lives in export; nothing else in the
//     engine has a JSON tag, except manifest's fields of Kubernetes objects.
//  6. The server keeps nothing between requests but caches, and what somebody shared.
//     What is shared goes through permalink's projection; the store holds no name.
//  7. templates reads fields, loops and chooses; it does not call the engine.
//  8. Every reason shown to a user points at a line they wrote, or says that no rule
//     exists.
//  9. Untrusted text becomes HTML or SVG only in templ; no user text enters Graphviz.
//  10. All rules about the code are Go tests.
//
// # Why classes
//
// Entities that nothing in the bundle can tell apart are one class: same namespace,
// same values of the labels that selectors mention, same resolution of the port names
// that rules mention, same address blocks, same hostNetwork, same node. Ten thousand
// pods are a few hundred classes, so the matrix is computed on classes and expanded
// only when somebody asks.
//
// # Why readings
//
// Where the API leaves a behaviour to the network plug-in (host-network pods, pods
// without a known address under an ipBlock, two IP families), reach compiles the
// policies a second time under the other assumption. A verdict that differs between
// the two rests on the choice, and is marked; one that does not is certain.
package internal
