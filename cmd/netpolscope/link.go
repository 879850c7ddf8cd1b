package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/netpolscope/netpolscope/internal/manifest"
	"github.com/netpolscope/netpolscope/internal/permalink"
)

// pathLength is how long a code may be to stand in the path of a picture: image proxies
// double the addresses they are given.
const pathLength = 2_000

func newLink(name string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "link",
		Short: "Print a link that carries the bundle in itself",
		Long: fmt.Sprintf(`Print an address of the workbench that carries the bundle behind a #, where browsers
keep it to themselves: it is not stored anywhere, and sent to the server only to be
evaluated when somebody opens it. Of every object it has what the evaluation reads;
comments, annotations, images, environments and kinds that are not evaluated are left
out. With --picture the address is that of an SVG or PNG for a document, which has the
bundle in its path; it may have %d characters.

The code is the character 1 and the text, compressed with raw deflate and written in
base64url. To read one by hand:

  printf %%s CODE | cut -c2- | tr -- '-_' '+/' | python3 -c "import base64,sys,zlib;
  s=sys.stdin.read(); print(zlib.decompress(base64.b64decode(s+'=='),-15).decode())"`, pathLength),
		Example: examples(name, `
netpolscope link -f manifests/
netpolscope link -f policy.yaml --base-url https://netpolscope.example
netpolscope link -f policy.yaml --picture svg`),
		Args: onlyFiles,
	}
	b := addBundle(cmd)
	base := cmd.Flags().String("base-url", "http://127.0.0.1:8080", "the server's address")
	picture := cmd.Flags().String("picture", "", "svg or png: the address of a picture instead of the workbench")
	cmd.RunE = action(func(cmd *cobra.Command, _ []string) error {
		if *picture != "" && *picture != "svg" && *picture != "png" {
			return usage("--picture is %s; it is svg or png", *picture)
		}
		report, trouble, err := b.read(cmd)
		if err != nil {
			return err
		}
		if !report.Readable {
			return unevaluable(report, trouble)
		}
		bundle, err := manifest.Parse(b.sources, manifest.Limits{})
		if err != nil {
			return err
		}
		kept := permalink.Project(bundle)
		for _, dropped := range kept.Dropped {
			fmt.Fprintf(cmd.ErrOrStderr(), "%s is left out: it cannot be written again as it was\n", dropped)
		}
		code := permalink.Encode(kept.YAML)
		address := strings.TrimSuffix(*base, "/") + "/#" + code
		if *picture != "" {
			if len(code) > pathLength {
				return fmt.Errorf("the bundle makes a code of %d characters, and the path of a picture may have %d: store it and use the link's picture, or share fewer objects", len(code), pathLength)
			}
			address = strings.TrimSuffix(*base, "/") + "/d/" + code + "." + *picture
		} else if len(code) > permalink.LongestCode {
			return fmt.Errorf("the bundle makes a code of %d characters, and a link may have %d: store it, or share fewer objects", len(code), permalink.LongestCode)
		}
		if _, err := fmt.Fprintln(cmd.OutOrStdout(), address); err != nil {
			return err
		}
		return trouble
	})
	return cmd
}
