package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// choice is a flag that takes one word of a list. Its first word is the default.
type choice struct {
	words []string
	value string
}

func (c *choice) String() string { return c.value }

func (c *choice) Type() string { return strings.Join(c.words, "|") }

func (c *choice) Set(word string) error {
	if !slices.Contains(c.words, word) {
		return fmt.Errorf("it is one of %s", strings.Join(c.words, ", "))
	}
	c.value = word
	return nil
}

// choose adds a flag that takes one of several words, and their completion.
func choose(cmd *cobra.Command, name, short, help string, words ...string) *choice {
	c := &choice{words, words[0]}
	cmd.Flags().VarP(c, name, short, help)
	complete(cmd, name, words...)
	return c
}

// complete offers words for a flag's value.
func complete(cmd *cobra.Command, flag string, words ...string) {
	err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	if err != nil {
		panic("netpolscope: " + err.Error())
	}
}
