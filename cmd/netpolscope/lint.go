package main

import (
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/netpolscope/netpolscope/internal/diag"
	"github.com/netpolscope/netpolscope/internal/export"
)

// failOn gives the severity that --fail-on names; never has none.
var failOn = map[string]diag.Severity{"error": diag.Error, "warning": diag.Warning, "info": diag.Info}

func newLint(name string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lint -f BUNDLE…",
		Short: "List what is wrong with the manifests, with file, line and remedy",
		Long: `List what kubectl or the API server would refuse and what is most likely a mistake,
with file, line and column, what follows from it, and what to write instead.

Of each remedy it is said how many connections it opens and closes: the edits are made
and the result is evaluated. For large bundles that is left out unless --effects asks.

With --fix the remedies are carried out in the files, comments and layout kept: those
that decide nothing, which write what the API server refuses as it wants it or write
down what a policy means already. Others change what a policy means; name their codes
with --only to have them carried out. Manifests from standard input are printed as they
become. --fix=diff prints a patch for patch -p1 or git apply and writes nothing. What
was fixed and what was left, and why, is said for each file.

A comment "# netpolscope:ignore NP407 REASON" silences the findings of one code, errors
excepted: those of the line that it stands behind, or alone on its line of the next one,
or of a whole object where that is its first line. They are listed apart.

-o sarif writes a SARIF 2.1.0 log for code scanning: each finding with its region and its
remedy as a fix, and silenced ones as suppressed. File names in it are relative to the
current folder.

The exit code is 1 when there is a finding at or above --fail-on; with --fix, one that
was left.`,
		Example: examples(name, `
netpolscope lint -f policy.yaml
netpolscope lint -R -f manifests/ --fail-on warning
netpolscope lint -f policy.yaml -o json
netpolscope lint -R -f manifests/ -o sarif > netpolscope.sarif
netpolscope lint -f policy.yaml --fix
netpolscope lint -R -f manifests/ --fix=diff --only NP404,NP507 | git apply`),
		Args: onlyFiles,
	}
	b := addBundle(cmd)
	output := choose(cmd, "output", "o", "form of the answer", "text", "json", "sarif")
	fail := choose(cmd, "fail-on", "", "lowest severity that makes the exit code 1", "error", "warning", "info", "never")
	effects := cmd.Flags().Bool("effects", false, "say of every remedy what it does to the connections, also where evaluating that takes long")
	complete(cmd, "effects", "true", "false")
	base := cmd.Flags().String("base-url", "", "with -o sarif, the address of a server whose pages about the checks are linked")
	fix := addFix(cmd)
	cmd.RunE = action(func(cmd *cobra.Command, _ []string) error {
		if _, err := fix.chosen(); err != nil {
			return err
		}
		if fix.how.value != "" && output.value == "sarif" {
			return usage("--fix and -o sarif do not go together; SARIF has the remedies as fixes")
		}
		report, trouble, err := b.read(cmd)
		if err != nil {
			return err
		}
		var findings diag.List
		if fix.how.value != "" {
			findings, err = fix.run(cmd, b, report, output.value == "json")
		} else if findings = report.Weighed(*effects); output.value == "json" {
			err = export.LintJSON(cmd.OutOrStdout(), findings)
		} else if output.value == "sarif" {
			err = export.SARIF(cmd.OutOrStdout(), findings, export.SARIFOptions{
				Version: currentVersion(), BaseURL: *base, Root: currentFolder(), Column: report.UTF16Columns(),
			})
		} else if len(findings) > 0 || trouble == nil {
			err = export.LintText(cmd.OutOrStdout(), findings)
		}
		if err != nil || trouble != nil {
			return firstOf(err, trouble)
		}
		if severity, ok := failOn[fail.value]; ok && len(findings.AtLeast(severity)) > 0 {
			return &exit{code: exitFindings}
		}
		return nil
	})
	return cmd
}

// currentFolder gives the working folder with slashes, or nothing where it cannot be had.
func currentFolder() string {
	folder, err := os.Getwd()
	if err != nil {
		return ""
	}
	return filepath.ToSlash(folder)
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
