package lesson

import (
	_ "embed"
	"sync"

	"github.com/netpolscope/netpolscope/internal/markdown"
)

//go:embed guide/write.md
var guide string

//go:embed guide/sample.txtar
var sample string

// Sample is a lesson to begin a lesson with, as one txtar archive.
func Sample() string { return sample }

// Guide tells how a lesson is written, with Sample at its end.
var Guide = sync.OnceValue(func() markdown.Text {
	text, _ := markdown.Parse(guide) // a test demands that there is no note
	return append(text, markdown.Block{Kind: markdown.Code, Code: sample})
})
